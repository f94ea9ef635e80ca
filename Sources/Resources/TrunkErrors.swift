import Addresses

extension ResourceError {
    package static func trunkNotFound(_ id: TrunkID) -> Self {
        notFound("TrunkNotFound", "Trunk \(id) could not be found.")
    }

    package static func trunkDisabled(_ id: TrunkID) -> Self {
        conflict("TrunkDisabled", "Trunk \(id) is currently disabled.")
    }

    package static func subPortNotFound(_ port: PortID, trunk: TrunkID) -> Self {
        notFound("SubPortNotFound", "SubPort on trunk \(trunk) with parent port \(port) could not be found.")
    }

    package static func duplicateSubPort(_ vlan: Int, trunk: TrunkID) -> Self {
        conflict(
            "DuplicateSubPort", "segmentation_type vlan and segmentation_id \(vlan) already in use on trunk \(trunk)."
        )
    }

    /// A port that is in a trunk already, as its parent or as one of its sub-ports.
    package static func portInUse(_ port: PortID, by trunk: Trunk) -> Self {
        if trunk.portID == port {
            return conflict(
                "PortInUseAsTrunkParent", "Port \(port) is currently a parent port for trunk \(trunk.id)."
            )
        }
        return conflict("PortInUseAsSubPort", "Port \(port) is currently a subport for trunk \(trunk.id).")
    }

    package static func parentPortInUse(_ port: PortID) -> Self {
        conflict(
            "ParentPortInUse", "Port \(port) is currently in use and is not eligible for use as a parent port."
        )
    }
}
