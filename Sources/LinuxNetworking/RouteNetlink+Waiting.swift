import Glibc

extension RouteNetlink {
    /// Returns when the link passes packets. The kernel takes note of a carrier up to a second after it is there, and
    /// drops what is sent until then. ETIMEDOUT after `limit`, ENODEV when there is no such link.
    package func waitUntilRunning(_ index: UInt32, atMost limit: Duration = .seconds(10)) async throws {
        let operation = "wait until link \(index) passes packets"
        // Listening begins before looking, so that nothing happens in between.
        let events = try NetlinkEvents(.links, in: namespace)
        guard let present = try link(index: index) else { throw NetlinkError(operation: operation, errno: ENODEV) }
        if present.isRunning { return }
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await event in events.events {
                    switch event {
                    case .linkAdded(let link), .linkChanged(let link):
                        if link.index == index && link.isRunning { return true }
                    case .overrun:
                        if try self.link(index: index)?.isRunning == true { return true }
                    case .linkRemoved(let link) where link.index == index:
                        throw NetlinkError(operation: operation, errno: ENODEV)
                    default: break
                    }
                }
                throw CancellationError()
            }
            group.addTask {
                try await Task.sleep(for: limit)
                return false
            }
            defer { group.cancelAll() }
            if try await group.next() != true { throw NetlinkError(operation: operation, errno: ETIMEDOUT) }
        }
    }
}
