import Glibc

/// What a program that ran to its end left.
package struct ProcessResult: Sendable {
    package var status: ExitStatus
    package var output: [UInt8]
    package var error: [UInt8]

    package var outputText: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: error, as: UTF8.self) }
    package var isSuccess: Bool { status.isSuccess }
}

/// A program did not end in time and was killed.
package struct ProcessTimeout: Error, Sendable, CustomStringConvertible {
    package var program: String
    package var limit: Duration
    package var output: [UInt8]
    package var error: [UInt8]

    package var description: String { "\(program) did not end within \(limit)" }
}

extension ProcessSpawner {
    /// Runs the program to its end and returns all it wrote, whatever its exit status. After `timeout`, or when the
    /// task is cancelled, the program and its group are killed.
    package func run(timeout: Duration = .seconds(30)) async throws -> ProcessResult {
        var spawner = self
        spawner.output = .capture
        spawner.error = .capture
        spawner.group = .newGroup
        let child = try spawner.spawn()
        async let output = child.standardOutput?.collect() ?? []
        async let error = child.standardError?.collect() ?? []
        do {
            let status = try await child.wait(atMost: timeout)
            if let status { return ProcessResult(status: status, output: await output, error: await error) }
        } catch {
            try child.killGroup(SIGKILL)
            throw error
        }
        try child.killGroup(SIGKILL)
        child.standardOutput?.stop()
        child.standardError?.stop()
        throw ProcessTimeout(program: program, limit: timeout, output: await output, error: await error)
    }

    package static func run(
        _ program: String, _ arguments: [String] = [], in namespace: NetworkNamespace? = nil,
        input: [UInt8] = [], timeout: Duration = .seconds(30)
    ) async throws -> ProcessResult {
        var spawner = ProcessSpawner(program, arguments, in: namespace)
        if !input.isEmpty { spawner.input = .bytes(input) }
        return try await spawner.run(timeout: timeout)
    }
}
