extension NeutronClient {
    /// Waits until the port has this status; the API has no watch, so it asks again and again, ever more slowly: after
    /// 20 ms first, at most a second apart.
    ///
    /// - Throws: `.timedOut` if it has another status all the time; at once what a request throws, a 404 for instance.
    package func waitForPort(
        _ id: String, status: String = "ACTIVE", timeout: Duration
    ) async throws(NeutronClientError) -> Port {
        let clock = ContinuousClock()
        let deadline = clock.now + timeout
        var pause = Duration.milliseconds(20)
        while true {
            let port = try await get(Port.self, id)
            if port.status == status { return port }
            let expired = NeutronClientError.timedOut(
                request: "port \(id) is \(port.status), not \(status)", seconds: timeout / .seconds(1)
            )
            guard clock.now + pause < deadline else { throw expired }
            do {
                try await clock.sleep(for: pause)
            } catch {
                throw .cancelled(request: "waiting for port \(id)")
            }
            pause = min(pause * 2, .seconds(1))
        }
    }
}
