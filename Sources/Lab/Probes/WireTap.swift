import LinuxNetworking

/// Keeps what passes a link, in both directions, from the moment it is made.
package actor WireTap {
    private var kept: [CapturedFrame] = []
    private var reader: Task<Void, Never>?
    private var waiters: [Waiter] = []

    private struct Waiter {
        var isSatisfied: @Sendable ([CapturedFrame]) -> Bool
        var continuation: CheckedContinuation<Void, Never>
        var number: Int
    }

    private var lastWaiter = 0

    package init(interface: String, in netns: String) throws {
        let namespace = try NetworkNamespace.open(named: netns)
        let link = try RouteNetlink(in: namespace).existing(interface)
        let frames = try PacketSocket(link: link.index, in: namespace, seesOutgoing: true).frames()
        reader = nil
        Task { await self.read(frames) }
    }

    private func read(_ frames: AsyncStream<CapturedFrame>) {
        reader = Task {
            for await frame in frames { self.keep(frame) }
        }
    }

    private func keep(_ frame: CapturedFrame) {
        kept.append(frame)
        let ready = waiters.filter { $0.isSatisfied(kept) }
        for waiter in ready { resume(waiter.number) }
    }

    private func resume(_ number: Int) {
        guard let index = waiters.firstIndex(where: { $0.number == number }) else { return }
        waiters.remove(at: index).continuation.resume()
    }

    package var frames: [CapturedFrame] { kept }

    /// The frames, when they satisfy the condition or the time is over.
    package func frames(
        atMost limit: Duration = .seconds(2), until condition: @escaping @Sendable ([CapturedFrame]) -> Bool
    ) async -> [CapturedFrame] {
        if condition(kept) { return kept }
        lastWaiter += 1
        let number = lastWaiter
        let timer = Task {
            // A cancelled wait ends at once, with what there is.
            try? await Task.sleep(for: limit)
            self.resume(number)
        }
        await withCheckedContinuation { continuation in
            waiters.append(Waiter(isSatisfied: condition, continuation: continuation, number: number))
        }
        timer.cancel()
        return kept
    }

    package func stop() { reader?.cancel() }
}
