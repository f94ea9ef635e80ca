import Foundation
import LinuxNetworking
import Testing

/// Bulk data between two machines of a lab, judged by their kernels.
struct Transfer: Sendable {
    /// The place that sends, the place that receives, and its address.
    var from: String
    var to: String
    var address: String
    var port: Int
    /// What lies between them, for messages.
    var underlay = "veth's own"

    /// As nstat(8) names them: what a receiver counts when a header or a checksum is wrong.
    fileprivate static let errors = [
        "IpInHdrErrors", "IpInAddrErrors", "IpInTruncatedPkts", "IpInDiscards", "IpReasmFails", "TcpInErrs",
        "TcpInCsumErrors",
        "UdpInErrors", "UdpInCsumErrors", "IcmpInCsumErrors", "IpExtInCsumErrors",
    ]
}

extension TestLab {
    /// iperf3 moves some bytes by TCP. The receiver's kernel must find no error in what arrives.
    func transfer(_ transfer: Transfer, bytes: Int, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await expectNoErrors(transfer, sourceLocation: sourceLocation) {
            let before = try await tcp(transfer.from)
            try await iperf(transfer, ["-n", "\(bytes)"])
            let after = try await tcp(transfer.from)
            let (sent, again) = (after.sent - before.sent, after.retransmitted - before.retransmitted)
            // A slow tap loses some when the machine is busy. Wrong segments would come again and again.
            #expect(
                again * 10 < max(sent, 200), "\(again) of \(sent) segments were sent again: \(transfer)",
                sourceLocation: sourceLocation)
        }
    }

    /// Starts a server for one test, and a client; returns what the client said.
    @discardableResult
    private func iperf(_ transfer: Transfer, _ options: [String]) async throws -> ProcessResult {
        var server = ProcessSpawner(
            "iperf3", ["-s", "-1", "-p", "\(transfer.port)", "--forceflush"], in: try namespace(transfer.to))
        server.output = .capture
        server.error = .sameAsOutput
        server.deathSignal = SIGKILL
        let child = try server.spawn()
        for await line in try #require(child.standardOutput).lines where line.contains("listening") { break }
        let client = try await ProcessSpawner.run(
            "iperf3", ["-c", transfer.address, "-p", "\(transfer.port)", "--connect-timeout", "3000"] + options,
            in: try namespace(transfer.from), timeout: .seconds(20))
        if client.isSuccess {
            _ = try await child.wait()
        } else {
            try child.kill(SIGKILL)
        }
        #expect(client.isSuccess, "\(transfer): \(client.outputText)\(client.errorText)")
        return client
    }

    /// A stream of TCP, then UDP super-packets, which the sender's kernel or a device below it cuts up. Every byte arrives as
    /// it was sent, all datagrams whole and in order.
    func contents(
        _ transfer: Transfer, size: Int, count: Int, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await expectNoErrors(transfer, sourceLocation: sourceLocation) {
            var spawner = ProcessSpawner(
                "/usr/bin/python3", ["-c", Self.receiver, "\(transfer.port)", "\(size)", "\(count)"],
                in: try namespace(transfer.to))
            spawner.output = .capture
            spawner.error = .sameAsOutput
            spawner.deathSignal = SIGKILL
            let receiver = try spawner.spawn()
            var said: [String] = []
            for await line in try #require(receiver.standardOutput).lines {
                said.append(line)
                guard line == "ready" else { continue }
                let sender = try await ProcessSpawner.run(
                    "/usr/bin/python3",
                    ["-c", Self.sender, transfer.address, "\(transfer.port)", "\(size)", "\(count)"],
                    in: try namespace(transfer.from))
                #expect(sender.isSuccess, "\(sender.errorText)", sourceLocation: sourceLocation)
            }
            #expect(
                said == ["ready", "stream is whole", "\(count) whole"], "\(transfer)", sourceLocation: sourceLocation)
        }
    }

    private static let receiver = """
        import socket, sys
        port, size, count = map(int, sys.argv[1:])
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)  # SO_RCVBUFFORCE
        s.bind(("", port)); s.settimeout(5)
        listener = socket.create_server(("", port)); listener.settimeout(5)
        print("ready", flush=True)
        stream, wanted = listener.accept()[0], b"".join(n.to_bytes(4, "big") for n in range(250000))
        stream.settimeout(5)
        data = b""
        while chunk := stream.recv(1 << 20): data += chunk
        stream.close()
        print("stream is", "whole" if data == wanted else "wrong", flush=True)
        whole = 0
        try:
            while whole < count:
                data = s.recv(70000)
                if data != (whole.to_bytes(4, "big") * size)[:size]: raise SystemExit("datagram %d is wrong" % whole)
                whole += 1
        except TimeoutError: pass
        print(whole, "whole", flush=True)
        """
    private static let sender = """
        import socket, sys
        address, port, size, count = sys.argv[1], *map(int, sys.argv[2:])
        with socket.create_connection((address, port), 5) as stream:
            stream.sendall(b"".join(n.to_bytes(4, "big") for n in range(250000)))
            stream.shutdown(socket.SHUT_WR)
            stream.recv(1)
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(17, 103, size)  # UDP_SEGMENT
        batch = min(60000 // size, 40)
        for first in range(0, count, batch):
            numbers = range(first, min(count, first + batch))
            s.sendto(b"".join((n.to_bytes(4, "big") * size)[:size] for n in numbers), (address, port))
        """

    private func expectNoErrors(
        _ transfer: Transfer, sourceLocation: SourceLocation, during body: () async throws -> Void
    ) async throws {
        let before = try await counters(transfer.to)
        try await body()
        let after = try await counters(transfer.to)
        for name in Transfer.errors {
            #expect(after[name] == before[name], "\(name): \(transfer)", sourceLocation: sourceLocation)
        }
    }

    private func tcp(_ place: String) async throws -> (sent: Int, retransmitted: Int) {
        let counters = try await counters(place)
        return (try #require(counters["TcpOutSegs"]), try #require(counters["TcpRetransSegs"]))
    }

    /// The kernel's protocol counters: /proc/net/snmp and netstat.
    func counters(_ place: String) async throws -> [String: Int] {
        var result: [String: Int] = [:]
        for line in try await shell(place, "nstat -asz").split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count >= 2, let value = Int(words[1]) { result[String(words[0])] = value }
        }
        return result
    }
}
