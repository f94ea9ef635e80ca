import Foundation
import Lab
import LinuxNetworking
import Testing

/// tcpdump on one interface. It runs when this is made, and `stop` returns when it has written all that has passed.
struct Capture: Sendable {
    private let tcpdump: ChildProcess
    private let messages: Messages
    private let file: String

    fileprivate init(interface: String, in namespace: NetworkNamespace, filter: String) async throws {
        file = NSTemporaryDirectory() + "tombolo-\(UUID().uuidString).pcap"
        // A packet at a time, not per block of them; as root, since the file is root's.
        var arguments = ["-n", "-U", "--immediate-mode", "-B", "16384", "-Z", "root", "-i", interface, "-w", file]
        if !filter.isEmpty { arguments.append(filter) }
        var spawner = ProcessSpawner("tcpdump", arguments, in: namespace)
        spawner.output = .discard
        spawner.error = .capture
        spawner.deathSignal = SIGKILL
        tcpdump = try spawner.spawn()
        messages = Messages(try #require(tcpdump.standardError))
        try await messages.next { $0.contains("listening on") }
    }

    /// Ends it and lets tshark read it.
    ///
    /// Asked by a signal, tcpdump says how many packets the kernel has for it and how many it has written. All that
    /// was sent before this call is among the former.
    ///
    /// - Parameters:
    ///   - count: packets to wait for, at most 5 seconds, where nothing else says that they have passed.
    ///   - filter: a display filter of Wireshark's: only what matches is given.
    func stop(after count: Int = 0, filter: String = "") async throws -> [WirePacket] {
        defer { try? FileManager.default.removeItem(atPath: file) }
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            try tcpdump.kill(SIGUSR1)
            let numbers = try await messages.next { $0.contains(" captured, ") }
                .split { !$0.isNumber }.compactMap { Int($0) }
            try #require(numbers.count == 3 && numbers[2] == 0, "tcpdump lost packets: \(numbers)")
            if numbers[0] >= numbers[1], numbers[0] >= count || ContinuousClock.now > deadline { break }
            try await Task.sleep(for: .milliseconds(5))
        }
        try tcpdump.kill(SIGTERM)
        _ = try await tcpdump.wait()
        return try await WirePacket.read(file, filter: filter)
    }
}

extension TestLab {
    /// As the place sees it.
    enum Direction {
        case inbound, outbound
    }

    /// - Parameters:
    ///   - filter: pcap-filter(7).
    ///   - direction: both unless given. Told by the interface's MAC: tcpdump's own ways lose packets or count wrongly.
    func capture(
        _ interface: String, in place: String, filter: String = "", direction: Direction? = nil
    ) async throws -> Capture {
        var filters = filter.isEmpty ? [] : ["(\(filter))"]
        let mac = try mac(of: interface, in: place)
        switch direction {
        case .inbound: filters.append("not ether src \(mac)")
        case .outbound: filters.append("ether src \(mac)")
        case nil: break
        }
        return try await Capture(
            interface: interface, in: try namespace(place), filter: filters.joined(separator: " and "))
    }

    /// On the WAN router's link to a gateway host, written `site1/gateway`.
    func captureWAN(_ host: String, filter: String = "") async throws -> Capture {
        try await capture(try wanPort(host), in: "wan", filter: filter)
    }

    /// The WAN router's interface to a gateway host.
    func wanPort(_ host: String) throws -> String {
        let (site, name) = try Self.parts(host)
        return try #require(try lab.host(name, at: site).wan?.port)
    }

    /// The WAN router's bridge that this is a port of.
    func wanBridge(_ host: String) throws -> String {
        let (site, name) = try Self.parts(host)
        return try #require(try lab.host(name, at: site).wan?.bridge)
    }
}

/// A program's messages, line by line, for one who waits.
private actor Messages {
    private var unread: [String] = []
    private var waiting: CheckedContinuation<Void, Never>?
    private var isOver = false

    init(_ reader: PipeReader) {
        Task {
            for await line in reader.lines { await self.append(line) }
            await self.end()
        }
    }

    private func append(_ line: String) {
        unread.append(line)
        wake()
    }

    private func end() {
        isOver = true
        wake()
    }

    private func wake() {
        waiting?.resume()
        waiting = nil
    }

    @discardableResult
    func next(where isWanted: (String) -> Bool) async throws -> String {
        var seen: [String] = []
        while true {
            while !unread.isEmpty {
                let line = unread.removeFirst()
                if isWanted(line) { return line }
                seen.append(line)
            }
            if isOver { throw TestLab.Missing(description: "tcpdump ended: \(seen.joined(separator: "; "))") }
            try Task.checkCancellation()
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiting = $0 }
            } onCancel: {
                Task { await self.end() }
            }
        }
    }
}
