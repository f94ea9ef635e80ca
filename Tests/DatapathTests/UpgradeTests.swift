import Datapath
import Foundation
import LinuxNetworking
import Synchronization
import Testing

private struct Counters: BitwiseCopyable {
    var packets: UInt64
    var bytes: UInt64
}

@Suite("Upgrades under load")
struct UpgradeTests {
    @Test("programs swapped 300 times under traffic: every packet meets exactly one of them and arrives")
    func swapUnderLoad() async throws {
        let packets = 20_000
        let (received, swaps, old, new) = try await inOwnNetworkNamespace {
            let mount = try BPFMount()
            let loopback: UInt32 = 1
            try RouteNetlink().setLink(loopback, up: true)
            let first = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
            let second = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.second.get())
            let counts = try first.perCPUTable("counts", key: UInt32.self, value: Counters.self)
            for key: UInt32 in [7, 9] { try counts.update(key, everyCPU: Counters(packets: 0, bytes: 0)) }
            try first.attach(program: "tally", to: loopback, name: "lo")

            let sender = Sender(packets: packets)
            sender.start()
            var swaps = 0
            while !sender.isFinished || swaps < 300 {
                try (swaps % 2 == 0 ? second : first).attach(program: "tally", to: loopback, name: "lo")
                swaps += 1
            }
            let sums = try (counts.sum(7)?.packets, counts.sum(9)?.packets)
            try first.removeAll()
            return (sender.received, swaps, sums.0 ?? 0, sums.1 ?? 0)
        }
        #expect(received == packets)
        #expect(swaps >= 300)
        #expect(old + new == UInt64(packets))
        #expect(old > 0 && new > 0)
    }
}

/// Sends itself one datagram after another over loopback, in the network namespace of the thread that starts it.
private final class Sender: Sendable {
    private let packets: Int
    private let arrived = Atomic<Int>(0)
    private let finished = Atomic<Bool>(false)

    var received: Int { arrived.load(ordering: .acquiring) }
    var isFinished: Bool { finished.load(ordering: .acquiring) }

    init(packets: Int) { self.packets = packets }

    func start() {
        Thread { [self] in
            exchange()
            finished.store(true, ordering: .releasing)
        }.start()
    }

    private func exchange() {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var timeout = timeval(tv_sec: 5, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isConnected = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
                    && connect(descriptor, $0, length) == 0
            }
        }
        guard isConnected else { return }
        var byte: UInt8 = 0
        for _ in 0..<packets where send(descriptor, &byte, 1, 0) == 1 && recv(descriptor, &byte, 1, 0) == 1 {
            arrived.add(1, ordering: .releasing)
        }
    }
}
