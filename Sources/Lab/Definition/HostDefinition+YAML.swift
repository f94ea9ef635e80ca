import Addresses

extension HostDefinition {
    /// The hosts of a site. Those without an address get the first free ones of the underlay, in order.
    static func list(
        _ elements: [Field], underlay: IPPrefix, managerAddress: IPAddress
    ) throws(LabDefinitionError) -> [HostDefinition] {
        var taken: Set<IPAddress> = [managerAddress]
        var given: [IPAddress?] = []
        var hosts: [HostDefinition] = []
        for element in elements {
            var fields = try element.fields
            let name = try fields.required("name").name(hyphens: true)
            let addressField = fields.optional("address")
            let address = try addressField?.ipv4
            if let addressField, let address {
                try underlay.requireHost(address, at: addressField)
                guard taken.insert(address).inserted else { throw addressField.failure("\(address) is taken") }
            }
            given.append(address)
            let wan = try fields.optional("wan").map(WANDefinition.init)
            try fields.finish()
            hosts.append(HostDefinition(name: name, address: managerAddress, wan: wan))
        }
        var next: IPAddress? = underlay.hostRange.first
        for index in hosts.indices {
            if let address = given[index] {
                hosts[index].address = address
                continue
            }
            while let candidate = next, taken.contains(candidate) { next = candidate.advanced(by: 1) }
            guard let address = next, underlay.hostRange.contains(address) else {
                throw elements[index].failure("no address is left for it in \(underlay)")
            }
            taken.insert(address)
            hosts[index].address = address
        }
        return hosts
    }
}

extension WANDefinition {
    init(_ element: Field) throws(LabDefinitionError) {
        var fields = try element.fields
        let addressField = try fields.required("address")
        address = try addressField.ipv4Interface
        try address.network.requireHost(address.address, at: addressField)
        let gatewayField = try fields.required("gateway")
        gateway = try gatewayField.ipv4
        try address.network.requireHost(gateway, at: gatewayField)
        guard gateway != address.address else { throw gatewayField.failure("\(gateway) is the host's own address") }
        try fields.finish()
    }
}

extension VMDefinition {
    init(
        _ element: Field, hosts: [String], networks: [NetworkDefinition]
    ) throws(LabDefinitionError) {
        var fields = try element.fields
        name = try fields.required("name").name(hyphens: true)
        host = try fields.required("host").reference(to: hosts, "host")
        let networkField = fields.optional("network")
        network = try networkField?.reference(to: networks.map(\.name), "network")
        let addressField = fields.optional("address")
        address = try addressField?.ipv4
        let macField = fields.optional("mac")
        mac = try macField?.unicastMAC
        try fields.finish()
        guard let name = network, let network = networks.first(where: { $0.name == name }) else {
            if let field = addressField ?? macField { throw field.failure("has no meaning without a network") }
            return
        }
        if let addressField, let address, !network.subnets.contains(where: { $0.prefix.hostRange.contains(address) }) {
            throw addressField.failure("\(address) is in no subnet of the network \(name)")
        }
    }
}

extension Field {
    /// The name of something that exists.
    func reference(to names: [String], _ noun: String) throws(LabDefinitionError) -> String {
        let text = try text
        guard names.contains(text) else {
            let known = names.isEmpty ? "none" : names.joined(separator: ", ")
            throw failure("there is no \(noun) named \"\(text)\" at this site; there is \(known)")
        }
        return text
    }
}
