import Foundation

/// What is measured of traffic.
enum Metric: String, CaseIterable {
    case tcp1, tcp4, udp64
    case rrP50 = "rr_p50"
    case rrP99 = "rr_p99"
    case crr
    case cpuPerPacket = "cpu_ns_per_packet"

    var unit: String {
        switch self {
        case .tcp1, .tcp4: "Gbit/s"
        case .udp64: "packets/s"
        case .rrP50, .rrP99: "µs"
        case .crr: "connections/s"
        case .cpuPerPacket: "ns"
        }
    }

    var lessIsBetter: Bool { self == .rrP50 || self == .rrP99 || self == .cpuPerPacket }
}

/// Carries traffic over a path and says what came of it.
struct Measurement {
    let traffic: String
    let seconds: Double

    /// - Returns: several metrics where one run gives them.
    func measure(_ metric: Metric, _ path: NetworkPath) throws -> [Metric: Double] {
        switch metric {
        case .tcp1: [.tcp1: try throughput(path, streams: 1)]
        case .tcp4: [.tcp4: try throughput(path, streams: 4)]
        case .udp64: [.udp64: try run(RateResult.self, "udp", path).perSecond]
        case .rrP50, .rrP99: try roundTrips(path)
        case .crr: [.crr: try run(TimesResult.self, "crr", path).perSecond]
        case .cpuPerPacket: [.cpuPerPacket: try cost(path).cpu]
        }
    }

    /// Time that our programs take, by the kernel's own statistics (with what taking them costs), per packet.
    func programCosts(_ path: NetworkPath) throws -> [(name: String, nanoseconds: Double)] {
        try polling(path) { try run(CostResult.self, "raw", path, path.programs) }.programs.map {
            (URL(fileURLWithPath: $0.pin).lastPathComponent, $0.nanoseconds)
        }
    }

    private func roundTrips(_ path: NetworkPath) throws -> [Metric: Double] {
        let result = try run(TimesResult.self, "rr", path)
        return [.rrP50: result.p50, .rrP99: result.p99]
    }

    private func cost(_ path: NetworkPath) throws -> CostResult {
        let result = try polling(path) { try run(CostResult.self, "raw", path) }
        // A packet that was lost on the way would make the others dearer than they are.
        guard result.received * 1000 >= result.sent * 990 else {
            throw CommandFailure(
                description: "\(path.name.rawValue): \(result.sent - result.received) frames were lost")
        }
        return result
    }

    /// The generator's frames go to devices that poll only, which a veth does with GRO on; packets are not aggregated.
    private func polling(_ path: NetworkPath, _ body: () throws -> CostResult) throws -> CostResult {
        try setGRO("on", path)
        let result = Result { try body() }
        try setGRO("off", path)
        return try result.get()
    }

    private func setGRO(_ state: String, _ path: NetworkPath) throws {
        try Command.run(["ethtool", "-K", path.entrance.link, "gro", state], in: path.entrance.namespace)
    }

    // MARK: The generators

    private struct RateResult: Decodable {
        let perSecond: Double
        enum CodingKeys: String, CodingKey { case perSecond = "per_second" }
    }

    private struct TimesResult: Decodable {
        let perSecond: Double
        let p50: Double
        let p99: Double
        enum CodingKeys: String, CodingKey {
            case perSecond = "per_second"
            case p50 = "p50_us"
            case p99 = "p99_us"
        }
    }

    private struct CostResult: Decodable {
        struct Program: Decodable {
            let pin: String
            let nanoseconds: Double
            enum CodingKeys: String, CodingKey {
                case pin
                case nanoseconds = "ns"
            }
        }
        let sent: Int
        let received: Int
        let cpu: Double
        let programs: [Program]
        enum CodingKeys: String, CodingKey {
            case sent, received, programs
            case cpu = "cpu_ns"
        }
    }

    private func run<Result: Decodable>(
        _ type: Result.Type, _ mode: String, _ path: NetworkPath, _ more: [String] = []
    ) throws -> Result {
        let output = try Command.run([traffic, mode, path.from, path.to, path.address, "\(seconds)"] + more)
        return try JSONDecoder().decode(type, from: Data(output.utf8))
    }

    private struct IperfResult: Decodable {
        struct End: Decodable {
            struct Sum: Decodable {
                let rate: Double
                enum CodingKeys: String, CodingKey { case rate = "bits_per_second" }
            }
            let received: Sum
            enum CodingKeys: String, CodingKey { case received = "sum_received" }
        }
        let end: End
    }

    /// iperf3 takes whole seconds only.
    private func throughput(_ path: NetworkPath, streams: Int) throws -> Double {
        let server = try Command.start(
            ["iperf3", "--server", "--one-off", "--forceflush", "--affinity", "1"], in: path.to, until: "listening")
        defer { server.stop() }
        let output = try Command.run(
            [
                "iperf3", "--client", path.address, "--time", "\(max(1, Int(seconds.rounded())))", "--parallel",
                "\(streams)", "--affinity", "0", "--json",
            ], in: path.from)
        return try JSONDecoder().decode(IperfResult.self, from: Data(output.utf8)).end.received.rate / 1e9
    }
}
