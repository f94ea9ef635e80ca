import Foundation
import LinuxNetworking
import Testing

/// A thousand numbered datagrams a second from one VM to another and back, and beside them a TCP flow (iperf3), while
/// something happens.
///
/// Neither tells anything about time: where this machine is too busy, they are slower. Buffers are large, so that nobody
/// but the datapath can lose one.
struct LoadTraffic: Sendable {
    struct Report: Decodable, Sendable {
        var sent: Int
        /// Numbers whose datagram did not come back, the first hundred.
        var lost: [Int]
        var lostCount: Int
        var duplicates: Int
        /// Of the socket: what ICMP said.
        var errors: [String]
    }

    private let lab: TestLab
    private let ends: (near: String, far: String)
    private let echoer: ChildProcess
    private let sender: ChildProcess
    private let iperfServer: ChildProcess
    private let iperfClient: ChildProcess

    /// What their kernels had counted.
    private let before: (near: [String: Int], far: [String: Int])

    private static let port = 7777

    /// - Parameter address: the far VM's. Returns when both flow.
    init(_ lab: TestLab, from near: String, to far: String, at address: String) async throws {
        self.lab = lab
        ends = (near, far)
        before = (try await lab.protocolCounters(near), try await lab.protocolCounters(far))
        echoer = try await Self.start(
            "/usr/bin/python3", ["-uc", Self.echoScript], in: lab.namespace(far), until: "ready")
        iperfServer = try await Self.start(
            "iperf3", ["-s", "-1", "--forceflush"], in: lab.namespace(far), until: "listening")
        iperfClient = try await Self.start(
            "iperf3", ["-c", address, "-t", "600", "-b", "100M", "--forceflush"], in: lab.namespace(near),
            until: "connected")
        sender = try await Self.start(
            "/usr/bin/python3", ["-uc", Self.sendScript, address], in: lab.namespace(near), until: "flowing")
    }

    private static func start(
        _ program: String, _ arguments: [String], in namespace: NetworkNamespace, until word: String
    ) async throws -> ChildProcess {
        var spawner = ProcessSpawner(program, arguments, in: namespace)
        spawner.output = .capture
        spawner.error = .sameAsOutput
        spawner.deathSignal = SIGKILL
        let process = try spawner.spawn()
        var heard: [UInt8] = []
        for await chunk in try #require(process.standardOutput).chunks {
            heard += chunk
            if String(decoding: heard, as: UTF8.self).contains(word) { return process }
        }
        throw TestLab.Missing(description: "\(program) ended: \(String(decoding: heard, as: UTF8.self))")
    }

    // MARK: The end

    /// Ends the datagrams, and waits for those on their way.
    private func report() async throws -> Report {
        try sender.kill(SIGINT)
        let output = await sender.standardOutput?.collect() ?? []
        _ = try await sender.wait()
        return try JSONDecoder().decode(Report.self, from: Data(output))
    }

    /// Expects that both flows went on all the time, and that no packet was lost or doubled.
    func expectWhole(sourceLocation: SourceLocation) async throws {
        let way = "\(ends.near) to \(ends.far)"
        #expect(iperfClient.isRunning, "the TCP flow from \(way) ended", sourceLocation: sourceLocation)
        let report = try await report()
        #expect(report.sent > 1000, "\(way)", sourceLocation: sourceLocation)
        #expect(
            report.lost == [], "\(way): \(report.lostCount) of \(report.sent)", sourceLocation: sourceLocation)
        #expect(report.duplicates == 0, "\(way)", sourceLocation: sourceLocation)
        #expect(report.errors == [], "\(way)", sourceLocation: sourceLocation)
        let segments = try await expectSegmentsWhole(way, sourceLocation: sourceLocation)
        print("LoadTraffic \(way): \(report.sent) datagrams and \(segments) TCP segments, none lost")
    }

    /// As many segments arrived as were sent, in both directions. (That some were sent again says nothing: a sender on a
    /// busy machine is impatient.)
    /// - Returns: how many.
    private func expectSegmentsWhole(_ way: String, sourceLocation: SourceLocation) async throws -> Int {
        try iperfClient.kill(SIGTERM)
        _ = try await iperfClient.wait()
        var sent = 0
        var counts = ""
        // The last are on their way.
        for _ in 0..<50 {
            let (near, far) = (try await lab.protocolCounters(ends.near), try await lab.protocolCounters(ends.far))
            func count(_ names: String..., in counters: [String: Int], since before: [String: Int]) -> Int {
                names.reduce(0) { $0 + counters[$1, default: 0] - before[$1, default: 0] }
            }
            // What is sent again is not among what is sent.
            sent = count("TcpOutSegs", "TcpRetransSegs", in: near, since: before.near)
            let arrived = count("TcpInSegs", in: far, since: before.far)
            let back = count("TcpOutSegs", "TcpRetransSegs", in: far, since: before.far)
            let returned = count("TcpInSegs", in: near, since: before.near)
            if sent == arrived, back == returned {
                #expect(sent > 100, "\(way)", sourceLocation: sourceLocation)
                return sent
            }
            counts = "\(sent) sent, \(arrived) arrived; \(back) sent back, \(returned) arrived"
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("TCP from \(way): \(counts)", sourceLocation: sourceLocation)
        return sent
    }

    func end() async throws {
        for process in [sender, iperfClient, iperfServer, echoer] {
            try process.kill(SIGKILL)
            _ = try await process.wait()
        }
    }

    // MARK: Programs

    private static let echoScript = """
        import socket
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE
        one.bind(('', \(port)))
        print('ready')
        while True:
            data, sender = one.recvfrom(2048)
            one.sendto(data, sender)
        """

    /// Until SIGINT. After it, what is on its way has five seconds, counted from the last that came.
    private static let sendScript = """
        import json, select, signal, socket, struct, sys, time
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)  # SO_RCVBUFFORCE
        one.connect((sys.argv[1], \(port)))
        one.setblocking(False)
        state = {'going': True}
        signal.signal(signal.SIGINT, lambda *_: state.update(going=False))
        sent, came, duplicates, errors, told = 0, set(), 0, [], False

        def receive():
            global duplicates
            count = 0
            while True:
                try:
                    number = struct.unpack('!I', one.recv(2048)[:4])[0]
                except BlockingIOError:
                    return count
                except OSError as error:
                    errors.append(str(error))
                    continue
                count += 1
                duplicates += number in came
                came.add(number)

        begin = time.monotonic()
        while state['going']:
            due = int((time.monotonic() - begin) * 1000)
            # What could not be sent in time is not sent at all: no bursts.
            if due - sent > 50:
                begin += (due - sent - 50) / 1000
                due = sent + 50
            while sent < due:
                try:
                    one.send(struct.pack('!I', sent) + b'.' * 52)
                except OSError as error:
                    errors.append(str(error))
                sent += 1
            receive()
            if came and not told:
                print('flowing')
                told = True
            select.select([one], [], [], 0.001)
        while len(came) < sent and select.select([one], [], [], 5)[0]:
            receive()
        lost = [number for number in range(sent) if number not in came]
        print(json.dumps(dict(
            sent=sent, lost=lost[:100], lostCount=len(lost), duplicates=duplicates, errors=errors[:10])))
        """
}

extension TestLab {
    /// Runs `body` under load across the sites, and expects that nothing of it is lost.
    func expectNoLossUnderLoad(
        from near: String = "a1", to far: String = "a2", at address: String = "10.0.0.3",
        sourceLocation: SourceLocation = #_sourceLocation, during body: () async throws -> Void
    ) async throws {
        let load = try await LoadTraffic(self, from: near, to: far, at: address)
        do {
            try await body()
            try await load.expectWhole(sourceLocation: sourceLocation)
        } catch {
            try await load.end()
            throw error
        }
        try await load.end()
    }

    /// What a VM's kernel has counted, by protocol and name: `TcpRetransSegs`, `IcmpInEchos`.
    func protocolCounters(_ place: String) async throws -> [String: Int] {
        let lines = try await shell(place, "cat /proc/net/snmp /proc/net/netstat").split(separator: "\n")
        var counters: [String: Int] = [:]
        // A line of names, then a line of values.
        for (names, values) in zip(lines, lines.dropFirst()) {
            let (names, values) = (names.split(separator: " "), values.split(separator: " "))
            guard let first = names.first, first == values.first, Int(names.dropFirst().first ?? "") == nil else {
                continue
            }
            for (name, value) in zip(names, values).dropFirst() { counters["\(first.dropLast())\(name)"] = Int(value) }
        }
        return counters
    }
}
