import Addresses
import Yams

extension LabDefinition {
    /// What fits three times into a Unix socket's path.
    static let longestName = 24
    static let defaultMTU: UInt32 = 1600
    /// 576 bytes, which every IPv4 host must take (RFC 791), and the encapsulation.
    static let mtuRange = 626...65535

    /// Reads and checks a lab's file.
    package init(yaml: String) throws(LabDefinitionError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw LabDefinitionError(field: "", rule: "this is not YAML: \(error)")
        }
        guard let root else { throw LabDefinitionError(field: "", rule: "the file is empty") }
        var fields = try Field(path: "", node: root).fields
        name = try fields.required("name").name(hyphens: false)
        underlayMTU = UInt32(try fields.optional("underlay_mtu")?.number(in: Self.mtuRange) ?? Int(Self.defaultMTU))
        wanMTU = underlayMTU
        if var wan = try fields.optional("wan")?.fields {
            if let mtu = wan.optional("mtu") { wanMTU = UInt32(try mtu.number(in: Self.mtuRange)) }
            try wan.finish()
        }
        let elements = try fields.required("sites").elements
        sites = []
        var names = UniqueNames("a site")
        for element in elements {
            let site = try SiteDefinition(element)
            if site.name == LabPlan.wanName {
                throw element.failure("a site cannot be named \(LabPlan.wanName): that is the WAN's name")
            }
            try names.add(site.name, at: element)
            sites.append(site)
        }
        if sites.isEmpty { throw LabDefinitionError(field: "sites", rule: "there must be at least one") }
        try fields.finish()
        try checkWAN(elements)
    }

    /// Over all sites: the WAN's subnets and addresses.
    private func checkWAN(_ elements: [Field]) throws(LabDefinitionError) {
        var gateways: [IPPrefix: IPAddress] = [:]
        var taken: Set<IPAddress> = []
        for (site, element) in zip(sites, elements) {
            for (index, host) in site.hosts.enumerated() {
                guard let wan = host.wan else { continue }
                let field = Field(path: "\(element.path).hosts[\(index)].wan", node: element.node)
                let subnet = wan.address.network
                if let other = gateways[subnet], other != wan.gateway {
                    throw field.failure("the WAN subnet \(subnet) has the gateway \(other) at another host")
                }
                if let other = gateways.keys.first(where: { $0 != subnet && $0.overlaps(subnet) }) {
                    throw field.failure("the WAN subnet \(subnet) overlaps \(other)")
                }
                if let other = sites.first(where: { $0.underlay.overlaps(subnet) }) {
                    throw field.failure("the WAN subnet \(subnet) overlaps the underlay of \(other.name)")
                }
                gateways[subnet] = wan.gateway
                if !taken.insert(wan.address.address).inserted || gateways.values.contains(wan.address.address) {
                    throw field.failure("\(wan.address.address) is taken")
                }
            }
        }
    }
}

extension SiteDefinition {
    fileprivate init(_ element: Field) throws(LabDefinitionError) {
        var fields = try element.fields
        name = try fields.required("name").name(hyphens: false)
        let underlayField = try fields.required("underlay")
        underlay = try underlayField.ipv4Network
        guard underlay.length <= 29 else { throw underlayField.failure("\(underlay) is too small: /29 or shorter") }
        let managerField = fields.optional("manager")
        if let managerField {
            managerAddress = try managerField.ipv4
            try underlay.requireHost(managerAddress, at: managerField)
        } else {
            managerAddress = underlay.hostRange.last
        }

        hosts = try HostDefinition.list(
            try fields.required("hosts").elements, underlay: underlay, managerAddress: managerAddress)
        if hosts.isEmpty { throw element.failure("hosts: there must be at least one") }
        networks = try Self.named(try fields.list("networks"), "a network", NetworkDefinition.init, \.name)
        let networkNames = networks.map(\.name)
        routers = []
        var routerNames = UniqueNames("a router")
        for field in try fields.list("routers") {
            let router = try RouterDefinition(field, networks: networkNames)
            try routerNames.add(router.name, at: field)
            routers.append(router)
        }
        peerings = []
        for field in try fields.list("peerings") {
            peerings.append(try PeeringDefinition(field, routers: routers.map(\.name)))
        }
        vms = []
        var names = UniqueNames("a host or VM")
        for (host, field) in zip(hosts, try fields.list("hosts")) { try names.add(host.name, at: field) }
        for field in try fields.list("vms") {
            let vm = try VMDefinition(field, hosts: hosts.map(\.name), networks: networks)
            try names.add(vm.name, at: field)
            vms.append(vm)
        }
        try fields.finish()
    }

    private static func named<Value>(
        _ elements: [Field], _ noun: String, _ make: (Field) throws(LabDefinitionError) -> Value,
        _ name: (Value) -> String
    ) throws(LabDefinitionError) -> [Value] {
        var names = UniqueNames(noun)
        var values: [Value] = []
        for element in elements {
            let value = try make(element)
            try names.add(name(value), at: element)
            values.append(value)
        }
        return values
    }
}

/// Refuses the second thing of a name.
struct UniqueNames {
    private let noun: String
    private var taken: Set<String> = []

    init(_ noun: String) { self.noun = noun }

    mutating func add(_ name: String, at field: Field) throws(LabDefinitionError) {
        guard taken.insert(name).inserted else { throw field.failure("there is \(noun) named \(name) already") }
    }
}

extension IPPrefix {
    /// `address` can be a host's in this subnet.
    func requireHost(_ address: IPAddress, at field: Field) throws(LabDefinitionError) {
        guard hostRange.contains(address) else { throw field.failure("\(address) is no host's address in \(network)") }
    }
}
