import Addresses

extension ResourceError {
    package static func subnetPoolNotFound(_ id: SubnetPoolID) -> Self {
        notFound("SubnetPoolNotFound", "Subnet pool \(id) could not be found.")
    }

    package static func illegalSubnetPoolUpdate(_ reason: String) -> Self {
        badRequest("IllegalSubnetPoolUpdate", "Illegal subnetpool update : \(reason).")
    }

    package static func subnetPoolDeleteError(_ reason: String) -> Self {
        badRequest("SubnetPoolDeleteError", "Unable to delete subnet pool: \(reason).")
    }

    package static func illegalPrefixBounds(_ field: String, _ length: Int, _ base: String, _ bound: Int) -> Self {
        badRequest(
            "IllegalSubnetPoolPrefixBounds", "Illegal prefix bounds: \(field)=\(length), \(base)=\(bound)."
        )
    }

    package static func subnetAllocationError(_ reason: String) -> Self {
        conflict("SubnetAllocationError", "Failed to allocate subnet: \(reason).")
    }

    package static func subnetPoolQuotaExceeded() -> Self {
        conflict("SubnetPoolQuotaExceeded", "Per-tenant subnet pool prefix quota exceeded.")
    }

    package static func addressScopePrefixConflict() -> Self {
        conflict(
            "AddressScopePrefixConflict",
            "Failed to associate address scope: subnetpools within an address scope must have unique prefixes."
        )
    }

    package static func badSubnetRequest(_ reason: String) -> Self {
        badRequest("BadRequest", "Bad subnets request: \(reason).")
    }
}
