import CForwardingPipeline
import Datapath
import ForwardingTables
import PipelineSupport
import SeededRandom
import Testing

/// A trace is run beside the real thing: what it tells must be what happens, and nothing may happen by telling.
@Suite("Traces of the kernel's programs")
struct TraceTests {
    @Test("a trace tells what the kernel then does: verdict, bytes, copies, punts, drops and counters")
    func tellsWhatHappens() async throws {
        try await check(Traffic.examples)
    }

    @Test("also of spoiled packets", arguments: [11, 12] as [UInt64])
    func spoiled(seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        try await check((0..<300).map { _ in Traffic.random(&random, shortest: 14) })
    }

    @Test("a trace names the look-ups on a packet's way in their order, and what routing changed")
    func stepsOfARoutedPacket() async throws {
        let problems = try await inOwnNetworkNamespace {
            let kernel = try KernelHost(HostScene(Scenario()))
            let tracer = try PipelineTracer(pinDirectory: kernel.pins)
            let trace = try tracer.trace(
                Scenario.ping(to: "10.0.0.3"), entering: .fromPort, by: Scenario.vm(1))
            var tables: [TableID] = []
            for case .lookup(let table, _, _) in trace.events { tables.append(table) }
            var problems: [String] = []
            if tables != [.interfaces, .fdb, .routes, .neighbours, .settings] {
                problems.append("looked up \(tables)")
            }
            var redirects: [UInt32] = []
            for case .redirect(.interface, let interface, _) in trace.events { redirects.append(interface) }
            if redirects != [Scenario.uplink] { problems.append("redirected to \(redirects)") }
            if trace.packet.count != Scenario.ping(to: "10.0.0.3").count + 50 { problems.append("not in a tunnel") }
            if trace.comparison.attachedIsSame != nil { problems.append("a program is said to be on the interface") }
            try kernel.attach("from_port", to: Scenario.vm(1))
            let attached = try tracer.trace(Scenario.ping(to: "10.0.0.3"), entering: .fromPort, by: Scenario.vm(1))
            if attached.comparison.attachedIsSame != true { problems.append("the attached program is not recognised") }
            try kernel.attach("from_uplink", to: Scenario.vm(1))
            let other = try tracer.trace(Scenario.ping(to: "10.0.0.3"), entering: .fromPort, by: Scenario.vm(1))
            if other.comparison.attachedIsSame != false { problems.append("another program passes for the same") }
            return problems
        }
        #expect(problems == [])
    }

    @Test("where no datapath is, there is no trace")
    func nothingPinned() throws {
        let mount = try BPFMount()
        #expect(throws: DatapathError.self) { try PipelineTracer(pinDirectory: mount.pins) }
    }

    private func check(_ arrivals: [Arrival]) async throws {
        // What is expected on a thread of our own is not known to belong to this test, so it comes back as text.
        let problems = try await inOwnNetworkNamespace {
            let kernel = try KernelHost(HostScene(Scenario()))
            let observer = Observer(kernel: kernel, tracer: try PipelineTracer(pinDirectory: kernel.pins))
            return try arrivals.filter { Comparison.isAcceptedByTestRuns($0.frame) }.flatMap(observer.problems)
        }
        for problem in problems.prefix(20) { Issue.record("\(problem)") }
    }
}

private struct Observer {
    let kernel: KernelHost
    let tracer: PipelineTracer

    func problems(of arrival: Arrival) throws -> [String] {
        var problems: [String] = []
        func expect(_ condition: Bool, _ what: String) {
            if !condition { problems.append("\(arrival.kind) on \(arrival.interface): \(what)") }
        }
        try kernel.fillBudgets()
        let before = try state()
        let trace = try tracer.trace(
            arrival.frame, entering: arrival.program == .fromPort ? .fromPort : .fromUplink, by: arrival.interface)
        expect(try state() == before, "the trace changed counters, drops or budgets")
        for interface in kernel.interfaces {
            expect(try kernel.sent(by: interface, expecting: 0).isEmpty, "the trace sent something")
        }
        expect(trace.comparison.differences == [], "differs: \(trace.comparison.differences)")
        expect(trace.lostEvents == 0, "\(trace.lostEvents) events lost")

        let result = try kernel.run(arrival)
        expect(result.verdict == trace.verdict, "verdict \(result.verdict), traced \(trace.verdict)")
        expect(result.packet == trace.packet, "the packet's bytes")
        for interface in kernel.interfaces {
            var copies: [[UInt8]] = []
            for case .copy(interface, _, let frame?) in trace.events { copies.append(frame) }
            expect(try kernel.sent(by: interface, expecting: copies.count) == copies, "copies by \(interface)")
        }
        let after = try state()
        var told: [DropKey: UInt64] = before.drops
        for case .dropped(let port, let reason) in trace.events {
            told[DropKey(port: port, reason: reason), default: 0] += 1
        }
        expect(after.drops == told, "drops \(after.drops), traced \(told)")
        var counted = Set<UInt32>()
        for case .counted(let port, exists: true) in trace.events { counted.insert(port) }
        for (port, value) in after.counters {
            let sum = add(before.counters[port] ?? [], counted.contains(port) ? words(trace.counters) : [])
            expect(value == sum, "counters of \(port): \(value), traced \(sum)")
        }
        let spends = trace.events.contains { if case .punt = $0 { true } else { false } }
        expect((after.budgets != before.budgets) == spends, "punts")
        return problems
    }

    private struct State: Equatable {
        var counters: [UInt32: [UInt64]]
        var drops: [DropKey: UInt64]
        var budgets: [UInt32: UInt64]
    }

    private func state() throws -> State {
        State(
            counters: try kernel.counters().mapValues(words), drops: try kernel.drops(),
            budgets: try kernel.budgetRows())
    }

    private func words(_ counters: port_counters) -> [UInt64] {
        withUnsafeBytes(of: counters) { Array($0.bindMemory(to: UInt64.self)) }
    }

    private func add(_ some: [UInt64], _ more: [UInt64]) -> [UInt64] {
        more.isEmpty ? some : zip(some, more).map { $0 + $1 }
    }
}
