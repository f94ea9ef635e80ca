import Addresses

extension NetworkDefinition {
    init(_ element: Field) throws(LabDefinitionError) {
        var fields = try element.fields
        name = try fields.required("name").text
        project = try fields.optional("project")?.text
        subnets = []
        let field = try fields.required("subnets")
        for element in try field.elements { subnets.append(try SubnetDefinition(element)) }
        if subnets.isEmpty { throw field.failure("there must be at least one") }
        try fields.finish()
    }
}

extension SubnetDefinition {
    init(_ element: Field) throws(LabDefinitionError) {
        var fields = try element.fields
        prefix = try fields.required("cidr").ipv4Network
        let gatewayField = fields.optional("gateway")
        gateway = try gatewayField?.ipv4
        if let gatewayField, let gateway { try prefix.requireHost(gateway, at: gatewayField) }
        try fields.finish()
    }
}

extension RouterDefinition {
    init(_ element: Field, networks: [String]) throws(LabDefinitionError) {
        var fields = try element.fields
        name = try fields.required("name").text
        project = try fields.optional("project")?.text
        interfaces = []
        for field in try fields.list("interfaces") {
            interfaces.append(try field.reference(to: networks, "network"))
        }
        routes = []
        for field in try fields.list("routes") { routes.append(try ExtraRouteDefinition(field)) }
        try fields.finish()
    }
}

extension ExtraRouteDefinition {
    init(_ element: Field) throws(LabDefinitionError) {
        var fields = try element.fields
        destination = try fields.required("destination").ipv4Network
        nextHop = try fields.required("nexthop").ipv4
        try fields.finish()
    }
}

extension PeeringDefinition {
    init(_ element: Field, routers: [String]) throws(LabDefinitionError) {
        var fields = try element.fields
        router = try fields.required("router").reference(to: routers, "router")
        vtep = try fields.required("vtep").reference(to: routers, "router")
        let vniField = try fields.required("vni")
        let number = try vniField.number(in: VNI.range)
        guard let vni = VNI(number) else { throw vniField.failure("\(number) is no VNI") }
        self.vni = vni
        tunnelIP = try fields.required("tunnel_ip").ipv4
        subnet = try fields.required("subnet").ipv4Network
        let addressField = try fields.required("address")
        address = try addressField.ipv4
        try subnet.requireHost(address, at: addressField)
        mac = try fields.required("mac").unicastMAC
        offRamp = try fields.optional("off_ramp")?.boolean ?? false
        routes = []
        for field in try fields.list("routes") { routes.append(try PeeringRouteDefinition(field, subnet: subnet)) }
        try fields.finish()
    }
}

extension PeeringRouteDefinition {
    init(_ element: Field, subnet: IPPrefix) throws(LabDefinitionError) {
        var fields = try element.fields
        destination = try fields.required("cidr").ipv4Network
        let gatewayField = try fields.required("gateway")
        gateway = try gatewayField.ipv4
        try subnet.requireHost(gateway, at: gatewayField)
        gatewayMAC = try fields.required("gateway_mac").unicastMAC
        remoteVTEP = try fields.required("remote_vtep").ipv4
        try fields.finish()
    }
}
