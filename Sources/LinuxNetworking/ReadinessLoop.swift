import CLinux
import Glibc
import Synchronization

/// One thread that waits for many descriptors and calls their handlers when they are readable. It sleeps in the
/// kernel until then, and it lives as long as the process.
final class ReadinessLoop: Sendable {
    typealias Handler = @Sendable () -> Void

    private struct Registration {
        /// Kept open while it is registered, so that the kernel's entry and ours end together.
        var descriptor: OwnedDescriptor
        var handler: Handler
    }

    private struct State {
        var epoll: Int32?
        var nextToken: UInt64 = 1
        var registrations: [UInt64: Registration] = [:]
    }

    static let shared = ReadinessLoop()

    private let state = Mutex(State())

    private init() {}

    /// How often a handler may read before it lets the others have their turn; what is left makes it be called again.
    static let readsPerTurn = 64

    /// Calls `handler` whenever `descriptor` is readable or at its end, until `remove`. A handler must read, or remove
    /// itself at the end; it must not block.
    func add(_ descriptor: OwnedDescriptor, handler: @escaping Handler) throws(SystemError) -> UInt64 {
        try state.withLock { (state) throws(SystemError) in
            let epoll = try startIfNeeded(&state)
            let token = state.nextToken
            // Before the kernel knows of it: the loop may look the token up at once.
            state.nextToken += 1
            state.registrations[token] = Registration(descriptor: descriptor, handler: handler)
            let result = clinux_epoll_add(epoll, descriptor.rawValue, token)
            if result < 0 {
                state.registrations[token] = nil
                throw SystemError(operation: "wait for a descriptor", errno: -result)
            }
            return token
        }
    }

    /// The handler may be running on the loop's thread at this moment, but it is not begun again.
    func remove(_ token: UInt64) {
        let removed = state.withLock { state -> Registration? in
            guard let registration = state.registrations.removeValue(forKey: token), let epoll = state.epoll
            else { return nil }
            // Cannot fail: the descriptor is open and registered.
            _ = clinux_epoll_remove(epoll, registration.descriptor.rawValue)
            return registration
        }
        // Closes the descriptor outside of the lock, if this was the last reference.
        _ = consume removed
    }

    private func startIfNeeded(_ state: inout State) throws(SystemError) -> Int32 {
        if let epoll = state.epoll { return epoll }
        let epoll = try check(clinux_epoll_create(), "make an epoll instance")
        var thread = pthread_t()
        let error = pthread_create(
            &thread, nil,
            { _ in
                ReadinessLoop.shared.run()
                return nil
            }, nil
        )
        if error != 0 {
            close(epoll)
            throw SystemError(operation: "start a thread", errno: error)
        }
        pthread_detach(thread)
        state.epoll = epoll
        return epoll
    }

    private func run() {
        guard let epoll = state.withLock({ $0.epoll }) else { return }
        var tokens = [UInt64](repeating: 0, count: 64)
        while true {
            let count = clinux_epoll_wait(epoll, &tokens, Int32(tokens.count))
            // Only a closed or foreign descriptor makes epoll_wait fail, and this one is never closed.
            precondition(count >= 0, "epoll_wait: \(errorText(-count))")
            for token in tokens.prefix(Int(count)) {
                state.withLock { $0.registrations[token]?.handler }?()
            }
        }
    }
}
