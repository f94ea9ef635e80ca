import Addresses
import Resources

/// `/v2.0/subnets`
enum Subnets: NeutronCollection {
    static let noun = "Subnet"
    static let member = "subnet"
    static let collection = "subnets"

    static let networkID = Input("network_id", Rule<NetworkID>.uuid(), required: true, put: false)
    static let ipVersion = Input(
        "ip_version",
        Rule<Int>.integer(4...6).then { version throws(RuleViolation) in
            if version == 5 { throw RuleViolation("'5' is not in [4, 6]") }
            return version
        },
        put: false
    )
    static let cidr = Input("cidr", Rule<IPPrefix>.subnet.orNull, put: false)
    static let gatewayIP = Input("gateway_ip", Rule<IPAddress>.ipAddress.orNull)
    static let allocationPools = Input("allocation_pools", Rule<[AllocationPoolDraft]>.list(of: pool))
    static let enableDHCP = Input("enable_dhcp", .boolean)
    static let dnsNameservers = Input(
        "dns_nameservers", Rule<[IPAddress]>.list(of: .ipAddress, maximum: 20).null(is: [])
    )
    static let hostRoutes = Input("host_routes", Rule<[HostRoute]>.list(of: .hostRoute).null(is: []))

    static let subnetPoolID = Input("subnetpool_id", Rule<SubnetPoolID>.uuid().orNull, put: false)
    static let useDefaultPool = Input("use_default_subnetpool", Rule<Bool>.boolean, put: false)
    static let prefixLength = Input("prefixlen", Rule<Int>.integer(0...128).orNull, put: false)
    static let raMode = Input("ipv6_ra_mode", ipv6Mode.orNull, put: false)
    static let addressMode = Input("ipv6_address_mode", ipv6Mode.orNull, put: false)
    static let serviceTypes = Input("service_types", Rule<[String]>.list(of: .text()).null(is: []))
    static let dnsPublish = Input("dns_publish_fixed_ip", Rule<Bool>.boolean)

    private static let ipv6Mode = Rule<String>.oneOf(IPv6Mode.allCases.map(\.rawValue)).then {
        text throws(RuleViolation) in
        guard let mode = IPv6Mode(rawValue: text) else { throw RuleViolation("'\(text)' is no IPv6 mode") }
        return mode
    }

    private static let pool = Rule<AllocationPoolDraft>.object(["start", "end"]) { members throws(RuleViolation) in
        AllocationPoolDraft(
            start: try members.required("start", .ipAddress), end: try members.required("end", .ipAddress)
        )
    }

    static let map = AttributeMap<Subnet>(
        StandardInputs.head(\.id, \.standard)
            + [
                .input(networkID) { subnet, _ in .identifier(subnet.networkID) },
                .input(ipVersion, .integer) { subnet, _ in .integer(subnet.ipVersion) },
                .input(cidr) { subnet, _ in .text(subnet.cidr) },
                .input(gatewayIP) { subnet, _ in .optional(subnet.gatewayIP) },
                .input(allocationPools, .list) { subnet, _ in
                    .list(
                        subnet.allocationPools.map {
                            .members(["start": .address($0.first), "end": .address($0.last)])
                        })
                },
                .input(enableDHCP, .bool) { subnet, _ in .bool(subnet.enableDHCP) },
                .input(dnsNameservers, .list) { subnet, _ in .list(subnet.dnsNameservers.map { .address($0) }) },
                .input(hostRoutes, .list) { subnet, _ in .list(subnet.hostRoutes.map(\.attributeValue)) },
                .input(raMode) { subnet, _ in subnet.ipv6RAMode.map { .text($0.rawValue) } ?? .null },
                .input(addressMode) { subnet, _ in subnet.ipv6AddressMode.map { .text($0.rawValue) } ?? .null },
                .input(subnetPoolID) { subnet, _ in subnet.subnetPoolID.map { .identifier($0) } ?? .null },
                .hidden(useDefaultPool),
                .hidden(prefixLength),
                .unsupported("segment_id", accepts: [.null], shows: .null),
                .input(serviceTypes, .list) { subnet, _ in .list(subnet.serviceTypes.map { .text($0) }) },
                .input(dnsPublish, .bool) { subnet, _ in .bool(subnet.dnsPublishFixedIP) },
                // As Neutron has it: of an external network.
                .readOnly("router:external", .bool) { subnet, inventory in
                    .bool(inventory.networks[subnet.networkID]?.external == true)
                },
            ]
            + StandardInputs.tail(\.standard)
    )

    static func draft(_ body: Body) throws(NeutronError) -> SubnetDraft {
        var draft = SubnetDraft()
        draft.standard = try body.standardDraft
        draft.networkID = try body.required(networkID)
        draft.cidr = try body.value(cidr) ?? nil
        draft.ipVersion = try body.value(ipVersion)
        draft.gatewayIP = try body.change(gatewayIP)
        draft.allocationPools = try body.value(allocationPools)
        draft.enableDHCP = try body.value(enableDHCP)
        draft.dnsNameservers = try body.value(dnsNameservers)
        draft.hostRoutes = try body.value(hostRoutes)
        draft.subnetPoolID = try body.value(subnetPoolID) ?? nil
        draft.usesDefaultSubnetPool = try body.value(useDefaultPool)
        draft.prefixLength = try body.value(prefixLength) ?? nil
        draft.ipv6RAMode = try body.value(raMode) ?? nil
        draft.ipv6AddressMode = try body.value(addressMode) ?? nil
        draft.serviceTypes = try body.value(serviceTypes)
        draft.dnsPublishFixedIP = try body.value(dnsPublish)
        return draft
    }

    static func update(_ body: Body) throws(NeutronError) -> SubnetUpdate {
        var update = SubnetUpdate()
        update.standard = try body.standardUpdate
        update.gatewayIP = try body.change(gatewayIP)
        update.allocationPools = try body.change(allocationPools)
        update.enableDHCP = try body.change(enableDHCP)
        update.dnsNameservers = try body.change(dnsNameservers)
        update.hostRoutes = try body.change(hostRoutes)
        update.serviceTypes = try body.change(serviceTypes)
        update.dnsPublishFixedIP = try body.change(dnsPublish)
        return update
    }
}

extension Rule<HostRoute> {
    static let hostRoute = Rule.object(["destination", "nexthop"]) { members throws(RuleViolation) in
        HostRoute(
            destination: try members.required("destination", .subnet),
            nextHop: try members.required("nexthop", .ipAddress)
        )
    }
}

extension HostRoute {
    var attributeValue: AttributeValue { .members(["destination": .text(destination), "nexthop": .address(nextHop)]) }
}

extension Subnets {
    static func id(of model: Subnet) -> SubnetID { model.id }
    static func key(of id: SubnetID) -> ResourceKey { .subnet(id) }
    static func standard(of model: Subnet) -> StandardAttributes { model.standard }

    static func visible(in inventory: Inventory, to context: RequestContext) -> [Subnet] {
        inventory.subnets.values.filter { inventory.isVisible($0, to: context) }
    }

    static func find(
        _ id: SubnetID, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> Subnet {
        try inventory.subnet(id, for: context)
    }

    static func creating(
        _ draft: SubnetDraft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Subnet, Transaction) {
        try inventory.creating(subnet: draft, context: context, using: &generator)
    }

    static func updating(
        _ id: SubnetID, _ update: SubnetUpdate, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Subnet, Transaction) {
        try inventory.updating(subnet: id, update, expecting: revision, context: context)
    }

    static func deleting(
        _ id: SubnetID, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction {
        try inventory.deleting(subnet: id, expecting: revision, context: context)
    }
}
