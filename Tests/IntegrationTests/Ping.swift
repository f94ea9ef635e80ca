import LinuxNetworking
import Testing

/// What ping(8) of Debian said.
struct Ping: Sendable {
    var transmitted: Int
    var received: Int
    var output: String

    var isWhole: Bool { transmitted > 0 && received == transmitted }
}

extension TestLab {
    /// Echo requests from a VM, host or the WAN router.
    ///
    /// - Parameters:
    ///   - size: bytes of data; 56 makes a frame of 98.
    ///   - identifier: of the requests, to find them on the wire.
    ///   - wait: seconds for a reply that does not come.
    func ping(
        _ place: String, _ address: String, count: Int = 2, size: Int = 56, identifier: UInt16? = nil,
        options: [String] = [], wait: String = "1"
    ) async throws -> Ping {
        var arguments = ["-n", "-c", "\(count)", "-i", "0.02", "-W", wait, "-s", "\(size)"] + options
        if let identifier { arguments += ["-e", "\(identifier)"] }
        let result = try await ProcessSpawner.run("ping", arguments + [address], in: try namespace(place))
        let output = result.outputText + result.errorText
        // "3 packets transmitted, 3 received, 0% packet loss, time 2ms", with "+1 errors" in between at times.
        let words = output.split { $0 == " " || $0 == "\n" }.map(String.init)
        guard let sent = words.firstIndex(of: "transmitted,"), sent >= 2,
            let received = words.firstIndex(of: "received,"),
            let transmitted = Int(words[sent - 2]), let count = Int(words[received - 1])
        else {
            throw Missing(description: "ping from \(place) to \(address) said: \(output)")
        }
        return Ping(transmitted: transmitted, received: count, output: output)
    }

    /// Every request is answered.
    func expectPing(
        _ place: String, _ address: String, count: Int = 2, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let ping = try await ping(place, address, count: count)
        #expect(ping.isWhole, "\(place) to \(address): \(ping.output)", sourceLocation: sourceLocation)
    }

    func expectNoPing(
        _ place: String, _ address: String, count: Int = 2, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let ping = try await ping(place, address, count: count, wait: "0.3")
        #expect(ping.received == 0, "\(place) to \(address): \(ping.output)", sourceLocation: sourceLocation)
    }
}
