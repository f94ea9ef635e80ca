import Addresses

extension ResourceError {
    package static func l2GatewayNotFound(_ id: String) -> Self {
        notFound("L2GatewayNotFound", "L2 Gateway \(id) could not be found")
    }

    package static func l2GatewayConnectionNotFound(_ id: String) -> Self {
        notFound("L2GatewayConnectionNotFound", "The connection \(id) not found on the l2 gateway")
    }

    static func adminRequired(_ action: String) -> Self {
        ResourceError(
            status: 403, type: "AdminRequired",
            message: "User does not have admin privileges: Cannot \(action) resource for non admin tenant"
        )
    }

    static func l2GatewayInUse(_ id: L2GatewayID) -> Self {
        conflict(
            "L2GatewayInUse", "L2 Gateway '\(id)' still has active mappings with one or more neutron networks."
        )
    }

    static func connectionExists(_ network: NetworkID, _ gateway: L2GatewayID) -> Self {
        conflict(
            "L2GatewayConnectionExists", "The specified mapping '\(network)' exists on network gateway '\(gateway)'."
        )
    }

    static func networkIsConnected(_ network: NetworkID, by connection: L2GatewayConnectionID) -> Self {
        conflict(
            "NetworkInUse",
            "Unable to complete operation on network \(network). It is on l2 gateway connection \(connection); delete that "
                + "first."
        )
    }

    /// One multi-site network is one segment on the wire (S1-08).
    static func networkIsStretched(_ network: NetworkID, by other: ResourceKey) -> Self {
        conflict(
            "L2GatewayConnectionExists",
            "Network \(network) is on a VTEP router's segment already, by \(other.path); a multi-site network has one VNI."
        )
    }

    static func segmentInUse(_ segment: GatewaySegment, device: GatewayDeviceID, by other: ResourceKey) -> Self {
        let place = segment.interface.isEmpty ? "" : " of interface '\(segment.interface)'"
        return conflict(
            "L2GatewaySegmentInUse",
            "segmentation_id \(segment.number)\(place) is in use on gateway device \(device) by \(other.path)."
        )
    }
}
