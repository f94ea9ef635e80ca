/// Who sees gateway devices and L2 gateways.
extension Inventory {
    package func isVisible(_ device: GatewayDevice, to context: RequestContext) -> Bool {
        context.owns(device.standard)
    }

    package func gatewayDevice(
        _ id: GatewayDeviceID, for context: RequestContext
    ) throws(ResourceError) -> GatewayDevice {
        guard let device = gatewayDevices[id], isVisible(device, to: context) else {
            throw .gatewayDeviceNotFound("\(id)")
        }
        return device
    }

    /// The original says 403 to tenants whether it exists or not, so that it tells them nothing.
    package func l2Gateway(_ id: L2GatewayID, for context: RequestContext) throws(ResourceError) -> L2Gateway {
        try context.requireAdmin("GET")
        guard let gateway = l2Gateways[id] else { throw .l2GatewayNotFound("\(id)") }
        return gateway
    }

    package func l2GatewayConnection(
        _ id: L2GatewayConnectionID, for context: RequestContext
    ) throws(ResourceError) -> L2GatewayConnection {
        try context.requireAdmin("GET")
        guard let connection = l2GatewayConnections[id] else { throw .l2GatewayConnectionNotFound("\(id)") }
        return connection
    }
}
