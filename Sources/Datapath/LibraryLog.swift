import CForwardingPipeline
import CLibBPF
import Glibc
import Synchronization

/// libbpf reports reasons, and the verifier's log, only as text to a process-wide callback. We collect what it prints
/// during one operation at a time and put the end of it into the error.
enum LibraryLog {
    private static let captured = Mutex<[String]?>(nil)
    /// One operation at a time: the callback doesn't say whose line it prints.
    private static let operation = Mutex<Void>(())

    private static let installed: Void = {
        _ = libbpf_set_print { level, format, arguments in
            guard level.rawValue <= LIBBPF_INFO.rawValue, let format, let arguments else { return 0 }
            return LibraryLog.append(format, arguments)
        }
    }()

    /// Runs `body` and returns its result with all that libbpf printed meanwhile.
    static func capturing<Result>(_ body: () -> Result) -> (result: Result, log: String) {
        _ = installed
        return operation.withLock { _ in
            captured.withLock { $0 = [] }
            let result = body()
            let lines = captured.withLock { lines in
                defer { lines = nil }
                return lines ?? []
            }
            return (result, lastLines(of: lines.joined(), 40))
        }
    }

    private static func append(_ format: UnsafePointer<CChar>, _ arguments: CVaListPointer) -> Int32 {
        // The verifier's log arrives as one line of up to 16 MiB.
        guard let text = clibbpf_format(format, arguments) else { return 0 }
        defer { free(text) }
        let line = String(cString: text)
        captured.withLock { $0?.append(line) }
        return Int32(clamping: line.utf8.count)
    }

    /// The verifier's log can be megabytes; its reason is at the end.
    static func lastLines(of log: String, _ count: Int) -> String {
        let lines = log.split(separator: "\n")
        guard lines.count > count else { return lines.joined(separator: "\n") }
        return "[\(lines.count - count) lines left out]\n" + lines.suffix(count).joined(separator: "\n")
    }
}
