import Foundation
import Synchronization
import Testing

@testable import Lab

@Suite("The demo", .serialized)
struct DemoTests {
    @Test("S0-24 S0-27 S0-28 S0-29 S0-30 S0-31 S0-33 S0-35 S0-40: the sources' two sites, over the API alone")
    func demo() async throws {
        var options = Demo.Options()
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
