import Addresses
import ArgumentParser
import Manager

/// `ADDR`, `ADDR:PORT`, `[IPv6]:PORT` or `:PORT`.
struct ListenAddress: ExpressibleByArgument {
    let host: String
    let port: Int?

    init?(argument: String) {
        if let address = IPAddress(argument) {
            host = address.description
            port = nil
            return
        }
        guard let colon = argument.lastIndex(of: ":"), let port = UInt16(argument[argument.index(after: colon)...])
        else { return nil }
        var text = argument[..<colon]
        if text.hasPrefix("["), text.hasSuffix("]") { text = text.dropFirst().dropLast() }
        if text.isEmpty {
            host = "0.0.0.0"
        } else {
            guard let address = IPAddress(text) else { return nil }
            host = address.description
        }
        self.port = Int(port)
    }

    func listener(defaultPort: Int) -> ManagerConfiguration.Listener {
        ManagerConfiguration.Listener(host: host, port: port ?? defaultPort)
    }
}
