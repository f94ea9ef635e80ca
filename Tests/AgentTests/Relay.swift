import Foundation
import Glibc
import Synchronization
import Testing

/// A TCP relay on the loopback that can stop passing bytes without closing anything.
final class Relay: Sendable {
    private let listener: Int32
    private let target: UInt16
    private let state = Mutex(State())

    private struct State {
        var isHanging = false
        var sockets: [Int32] = []
    }

    init(from port: UInt16, to target: UInt16) throws {
        self.target = target
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = Self.loopback(port)
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(bound == 0 && listen(listener, 16) == 0)
        Thread.detachNewThread { [self] in accept() }
    }

    func hang() { state.withLock { $0.isHanging = true } }

    /// Connections that hung are gone; new ones work.
    func resume() {
        let old = state.withLock { state in
            state.isHanging = false
            defer { state.sockets = [] }
            return state.sockets
        }
        for socket in old { shutdown(socket, Int32(SHUT_RDWR)) }
    }

    private static func loopback(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private func accept() {
        while true {
            let near = Glibc.accept(listener, nil, nil)
            if near < 0 { return }
            let far = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = Self.loopback(target)
            _ = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(far, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            state.withLock { $0.sockets += [near, far] }
            Thread.detachNewThread { [self] in pump(from: near, to: far) }
            Thread.detachNewThread { [self] in pump(from: far, to: near) }
        }
    }

    private func pump(from source: Int32, to target: Int32) {
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = recv(source, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            // What arrives meanwhile is lost; the connection is of no more use, but nobody is told.
            if state.withLock({ $0.isHanging }) { continue }
            var sent = 0
            while sent < count {
                let more = buffer[sent..<count].withUnsafeBytes {
                    send(target, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard more > 0 else { break }
                sent += more
            }
        }
        shutdown(target, Int32(SHUT_RDWR))
    }
}
