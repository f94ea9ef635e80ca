import Addresses

extension ResourceError {
    package static func portNotFound(_ id: PortID) -> Self {
        notFound("PortNotFound", "Port \(id) could not be found.")
    }

    package static func portInUse(_ port: Port) -> Self {
        conflict(
            "PortInUse",
            "Unable to complete operation on port \(port.id) for network \(port.networkID). "
                + "Port already has an attached device \(port.deviceID)."
        )
    }

    package static func servicePortInUse(_ port: Port) -> Self {
        conflict(
            "ServicePortInUse",
            "Port \(port.id) cannot be deleted directly via the port API: has device owner \(port.deviceOwner)."
        )
    }

    package static func portBound(_ port: Port, newMAC: MACAddress) -> Self {
        conflict(
            "PortBound",
            "Unable to complete operation on port \(port.id), port is already bound, port type: tap, "
                + "old_mac \(port.macAddress), new_mac \(newMAC)."
        )
    }

    package static func ipAddressInUse(_ address: IPAddress, network: NetworkID) -> Self {
        conflict(
            "IpAddressInUse",
            "Unable to complete operation for network \(network). The IP address \(address) is in use."
        )
    }

    package static func ipAddressGenerationFailure(_ network: NetworkID) -> Self {
        conflict("IpAddressGenerationFailure", "No more IP addresses available on network \(network).")
    }

    package static func noMatchingSubnet(_ network: NetworkID, serviceType: String) -> Self {
        conflict(
            "IpAddressGenerationFailureNoMatchingSubnet",
            "No valid service subnet for the given device owner, network \(network), service type \(serviceType)."
        )
    }

    package static func invalidIPForNetwork(_ address: IPAddress) -> Self {
        badRequest(
            "InvalidIpForNetwork",
            "IP address \(address) is not a valid IP for any of the subnets on the specified network."
        )
    }

    package static func invalidIPForSubnet(_ address: IPAddress) -> Self {
        badRequest("InvalidIpForSubnet", "IP address \(address) is not a valid IP for the specified subnet.")
    }

    package static func macAddressInUse(_ mac: MACAddress, network: NetworkID) -> Self {
        conflict(
            "MacAddressInUse",
            "Unable to complete operation for network \(network). The mac address \(mac) is in use."
        )
    }

    package static func macAddressGenerationFailure(_ network: NetworkID) -> Self {
        ResourceError(
            status: 503, type: "MacAddressGenerationFailure",
            message: "Unable to generate unique mac on network \(network)."
        )
    }
}
