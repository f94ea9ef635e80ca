import Dispatch
import Foundation

/// Takes away what was built: at the end, on an error, and on Ctrl-C.
final class Cleanup {
    private let program: String
    private let sources: [any DispatchSourceSignal]

    init(_ program: String) {
        self.program = program
        // Programs we run get Ctrl-C too, and end; then the call that waits for them fails, if this is not faster.
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: DispatchQueue(label: "cleanup"))
            source.setEventHandler {
                say("\ninterrupted: taking everything away")
                Command.interrupt()
                Self.run(program)
                exit(130)
            }
            source.resume()
            return source
        }
    }

    func run() { Self.run(program) }

    private static func run(_ program: String) {
        KernelPaths.remove()
        TomboloLab.remove(program)
    }
}
