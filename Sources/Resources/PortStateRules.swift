/// What agents report of a port. The control plane asks on its own behalf, so tenancy has no say.
extension Inventory {
    /// - Parameter host: the host's name; "" unbinds.
    package func settingBinding(
        port id: PortID, host: String, at now: Timestamp
    ) throws(ResourceError) -> (Port, Transaction) {
        guard let old = ports[id] else { throw .portNotFound(id) }
        guard !old.isManaged else {
            throw .invalidInput("binding:host_id", "a port of owner \(old.deviceOwner) is on no one host")
        }
        var new = old
        guard !old.isOfRemoteSite || host.isEmpty else {
            throw .invalidInput(
                "binding:host_id", "a \(old.deviceOwner) port is at another site, so no host here can have it"
            )
        }
        if host != old.bindingHostID {
            new.bindingHostID = try StandardRules.text(host, "binding:host_id")
            new.status = .down
        }
        return replacing(old, with: new, at: now, \.standard) { .port($0) }
    }

    package func settingStatus(
        port id: PortID, _ status: PortStatus, at now: Timestamp
    ) throws(ResourceError) -> (Port, Transaction) {
        guard let old = ports[id] else { throw .portNotFound(id) }
        var new = old
        new.status = status
        return replacing(old, with: new, at: now, \.standard) { .port($0) }
    }
}
