import Addresses
import GRPCNIOTransportHTTP2

/// Where something listens: `HOST:PORT`, `ADDRESS:PORT` or `[IPv6]:PORT`.
package struct Endpoint: Sendable, Hashable, CustomStringConvertible {
    package struct Failure: Error, Hashable, CustomStringConvertible {
        package var text: String
        package var reason: String

        package var description: String { "'\(text)' is no HOST:PORT: \(reason)" }
    }

    package enum Host: Sendable, Hashable {
        case address(IPAddress)
        case name(String)
    }

    package var host: Host
    package var port: Int

    package init(host: Host, port: Int) {
        self.host = host
        self.port = port
    }

    package init(_ text: String) throws(Failure) {
        guard let colon = text.lastIndex(of: ":") else { throw Failure(text: text, reason: "it has no port") }
        let digits = text[text.index(after: colon)...]
        guard (1...5).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let port = Int(digits), (1...65535).contains(port)
        else { throw Failure(text: text, reason: "the port is no number from 1 to 65535") }
        self.port = port
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            guard let address = IPAddress(host.dropFirst().dropLast()), address.v4 == nil else {
                throw Failure(text: text, reason: "between the brackets is no IPv6 address")
            }
            self.host = .address(address)
        } else if let address = IPAddress(host) {
            guard address.v4 != nil else { throw Failure(text: text, reason: "an IPv6 address needs brackets") }
            self.host = .address(address)
        } else {
            guard Self.isName(host) else { throw Failure(text: text, reason: "the host is neither address nor name") }
            self.host = .name(String(host))
        }
    }

    /// RFC 1123 section 2.1; an underscore does no harm. What consists of digits alone was meant as an address.
    private static func isName(_ text: Substring) -> Bool {
        guard (1...253).contains(text.utf8.count), !text.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2e })
        else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x5f: true
                    default: false
                    }
                }
        }
    }

    package var description: String {
        switch host {
        case .address(let address): address.v4 == nil ? "[\(address)]:\(port)" : "\(address):\(port)"
        case .name(let name): "\(name):\(port)"
        }
    }

    package var target: any ResolvableTarget {
        switch host {
        case .address(let address) where address.v4 != nil: .ipv4(address: address.description, port: port)
        case .address(let address): .ipv6(address: address.description, port: port)
        case .name(let name): .dns(host: name, port: port)
        }
    }

    /// An address to ask the routing about; for a name, what it resolves to now.
    package var address: IPAddress? {
        switch host {
        case .address(let address): address
        case .name(let name): HostName.addresses(of: name).first
        }
    }
}
