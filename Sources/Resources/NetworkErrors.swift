import Addresses

extension ResourceError {
    package static func networkNotFound(_ id: NetworkID) -> Self {
        notFound("NetworkNotFound", "Network \(id) could not be found.")
    }

    package static func networkInUse(_ id: NetworkID) -> Self {
        conflict(
            "NetworkInUse",
            "Unable to complete operation on network \(id). There are one or more ports still in use on the network."
        )
    }

    package static func invalidSharedSetting(_ network: String) -> Self {
        conflict(
            "InvalidSharedSetting",
            "Unable to reconfigure sharing settings for network \(network). Multiple tenants are using it."
        )
    }

    package static func externalNetworkInUse(_ id: NetworkID) -> Self {
        conflict(
            "ExternalNetworkInUse",
            "External network \(id) cannot be updated to be made non-external, since it has existing gateway ports."
        )
    }

    package static func tunnelIDInUse(_ vni: VNI) -> Self {
        conflict("TunnelIdInUse", "Unable to create the network. The tunnel ID \(vni) is in use.")
    }

    package static func subnetNotFound(_ id: SubnetID) -> Self {
        notFound("SubnetNotFound", "Subnet \(id) could not be found.")
    }

    package static func subnetInUse(
        _ id: SubnetID, reason: String = "One or more ports have an IP allocation from this subnet"
    ) -> Self {
        conflict("SubnetInUse", "Unable to complete operation on subnet \(id): \(reason).")
    }

    package static func overlappingSubnet(_ cidr: IPPrefix, network: NetworkID, other: Subnet) -> Self {
        badRequest(
            "InvalidInput",
            "Invalid input for operation: Requested subnet with cidr: \(cidr) for network: \(network) overlaps with "
                + "another subnet: \(other.cidr) (\(other.id))."
        )
    }

    package static func overlappingAllocationPools(
        _ first: AddressRange, _ second: AddressRange, cidr: IPPrefix
    ) -> Self {
        conflict(
            "OverlappingAllocationPools", "Found overlapping allocation pools: \(first) \(second) for subnet \(cidr)."
        )
    }

    package static func outOfBoundsAllocationPool(_ pool: AddressRange, cidr: IPPrefix) -> Self {
        badRequest("OutOfBoundsAllocationPool", "The allocation pool \(pool) spans beyond the subnet cidr \(cidr).")
    }

    package static func invalidAllocationPool(_ pool: AllocationPoolDraft) -> Self {
        badRequest("InvalidAllocationPool", "The allocation pool \(pool.start)-\(pool.end) is not valid.")
    }

    package static func gatewayConflictWithAllocationPools(_ gateway: IPAddress, _ pool: AddressRange) -> Self {
        conflict(
            "GatewayConflictWithAllocationPools", "Gateway ip \(gateway) conflicts with allocation pool \(pool)."
        )
    }

    package static func gatewayIPInUse(_ gateway: IPAddress, _ port: PortID) -> Self {
        conflict(
            "GatewayIpInUse", "Current gateway ip \(gateway) already in use by port \(port). Unable to update."
        )
    }

    package static func tooMany(_ type: String, _ what: String, subnet: String, maximum: Int) -> Self {
        badRequest(
            type, "Unable to complete operation for \(subnet). The number of \(what) exceeds the limit \(maximum)."
        )
    }
}
