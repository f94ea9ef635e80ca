import Foundation
import Synchronization

/// A program that did not do what it was run for.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
}

enum Command {
    /// Set on Ctrl-C: nothing more is built or measured while what there is is taken away.
    static let isInterrupted = Atomic(false)
    /// Process id of the program that `run` waits for on the main thread; 0 for none.
    private static let waitedFor = Atomic<Int32>(0)

    /// Interrupts that program and returns when it has ended: `lab up` takes away what it has made.
    static func interrupt() {
        isInterrupted.store(true, ordering: .releasing)
        let process = waitedFor.load(ordering: .acquiring)
        guard process != 0, kill(process, SIGINT) == 0 else { return }
        // The main thread waits for it; here its end is only seen.
        while waitedFor.load(ordering: .acquiring) == process { usleep(10000) }
    }

    /// Runs a program and returns what it wrote. Its standard error is quoted when it fails.
    @discardableResult
    static func run(_ arguments: [String], in namespace: String? = nil) throws -> String {
        let process = make(arguments, in: namespace)
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        if Thread.isMainThread { waitedFor.store(process.processIdentifier, ordering: .releasing) }
        defer { if Thread.isMainThread { waitedFor.store(0, ordering: .releasing) } }
        // Nothing we run writes so much to both that one fills up while the other is read.
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let complaint = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let line = arguments.joined(separator: " ")
            throw CommandFailure(description: "\(line): \(complaint.isEmpty ? text : complaint)")
        }
        return text
    }

    /// Starts a program and returns when it has written a line that contains `sign`.
    static func start(_ arguments: [String], in namespace: String? = nil, until sign: String) throws -> Started {
        let process = make(arguments, in: namespace)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        var text = ""
        while !text.contains(sign) {
            let part = output.fileHandleForReading.availableData
            guard !part.isEmpty else {
                process.waitUntilExit()
                throw CommandFailure(description: "\(arguments.joined(separator: " ")): \(text)")
            }
            text += String(decoding: part, as: UTF8.self)
        }
        return Started(process: process, output: output, text: text)
    }

    private static func make(_ arguments: [String], in namespace: String?) -> Process {
        // The thread that cleans up ends the process.
        while isInterrupted.load(ordering: .acquiring) && Thread.isMainThread { pause() }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = (namespace.map { ["ip", "netns", "exec", $0] } ?? []) + arguments
        process.standardInput = FileHandle.nullDevice
        return process
    }
}

/// A program that runs beside us.
struct Started {
    let process: Process
    let output: Pipe
    /// What it wrote until it was ready.
    let text: String

    /// - Returns: all that it wrote.
    func finish() -> String {
        let rest = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return text + String(decoding: rest, as: UTF8.self)
    }

    func stop() {
        process.terminate()
        process.waitUntilExit()
    }
}

/// Monotonic time in nanoseconds, the clock of the traffic generator.
func monotonicNow() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

/// Writes a line at once, also into a pipe.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }
