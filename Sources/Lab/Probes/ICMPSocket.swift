import Addresses
import Glibc
import LinuxNetworking
import PacketFormats

/// A raw ICMP socket in a namespace: what ping(8) and traceroute(8) are made of. Calls block.
final class ICMPSocket: Sendable {
    private let descriptor: Int32

    init(in namespace: NetworkNamespace) throws {
        descriptor = try namespace.perform {
            let descriptor = socket(
                AF_INET, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(IPPROTO_ICMP))
            if descriptor < 0 { throw SystemError(operation: "open an ICMP socket in \(namespace)", errno: errno) }
            return descriptor
        }
    }

    deinit { close(descriptor) }

    func send(_ message: [UInt8], to destination: IPv4Address, ttl: Int32) throws(SystemError) {
        var ttl = ttl
        if setsockopt(descriptor, Int32(IPPROTO_IP), IP_TTL, &ttl, socklen_t(MemoryLayout<Int32>.size)) < 0 {
            throw SystemError(operation: "set a packet's TTL", errno: errno)
        }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = destination.value.bigEndian
        let sent = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, message, message.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        if sent < 0 { throw SystemError(operation: "send an ICMP message to \(destination)", errno: errno) }
    }

    /// The next packet, IP header included; nil when none comes in time.
    func receive(atMost limit: Duration) throws(SystemError) -> [UInt8]? {
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let milliseconds = Int32(max(0, (limit / .milliseconds(1)).rounded(.up)))
        let ready = Glibc.poll(&poll, 1, milliseconds)
        if ready < 0 && errno != EINTR { throw SystemError(operation: "wait for an ICMP message", errno: errno) }
        if ready <= 0 { return nil }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        if count < 0 {
            if errno == EAGAIN || errno == EINTR { return nil }
            throw SystemError(operation: "receive an ICMP message", errno: errno)
        }
        return Array(buffer.prefix(count))
    }
}
