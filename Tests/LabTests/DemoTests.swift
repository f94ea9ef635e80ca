import Foundation
import Synchronization
import Testing

@testable import Lab

@Suite("The demo", .serialized)
struct DemoTests {
    @Test("S0-24 S0-27 S0-28 S0-29 S0-30 S0-31 S0-33 S0-35 S0-40: the sources' two sites, over the API alone")
    func demo() async throws { try await run(guide: false) }

    @Test(
        "S1-01 S1-02 S1-06 S1-07 S1-11 S1-12 S1-13 S1-14 S1-15 S1-16 S1-17: the operations guide's procedure, over the API alone"
    )
    func guide() async throws { try await run(guide: true) }

    private func run(guide: Bool) async throws {
        var options = Demo.Options()
        options.guide = guide
        options.lab = KernelEnvironment.uniqueName("demo")
        options.binary = try KernelEnvironment.binary()
        let lines = Mutex<[String]>([])
        do {
            try await Demo(options) { line in lines.withLock { $0.append(line) } }.run()
        } catch {
            Issue.record("\(error)\n\(lines.withLock { $0 }.joined(separator: "\n"))")
        }
        #expect(try Lab.remains(of: options.lab) == [])
    }
}
