import Addresses
import Glibc

/// A host name's addresses. Blocking; empty when it can't be resolved now.
enum HostName {
    static func addresses(of name: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var first: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &first) == 0 else { return [] }
        defer { freeaddrinfo(first) }
        var result: [IPAddress] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ai_next
            var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
            guard let socket = entry.pointee.ai_addr,
                getnameinfo(
                    socket, entry.pointee.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
            else { continue }
            let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            if let address = IPAddress(String(decoding: bytes, as: UTF8.self)), !result.contains(address) {
                result.append(address)
            }
        }
        return result
    }
}
