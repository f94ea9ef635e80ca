import CLinux
import Glibc

/// A process to be: what to run, where, and with what around it.
package struct ProcessSpawner: Sendable {
    package enum Input: Sendable {
        /// Nothing: /dev/null.
        case none
        case inherit
        case bytes([UInt8])
        case file(String)
    }

    package enum Output: Sendable {
        /// Lost: /dev/null.
        case discard
        case inherit
        /// Read by this process: `ChildProcess.standardOutput`, `standardError`.
        case capture
        /// To a file; `append` false starts it anew.
        case file(String, append: Bool)
        /// Standard error only: where standard output goes.
        case sameAsOutput
    }

    package enum Group: Sendable {
        case inherit
        /// A process group of its own, so that it and its children can be signalled together.
        case newGroup
        /// A session of its own: no terminal, and it outlives ours.
        case newSession
    }

    /// A path, or a name that is looked up in PATH.
    package var program: String
    /// Without the program's name.
    package var arguments: [String]
    /// Nil: this process's.
    package var environment: [String: String]?
    package var workingDirectory: String?
    /// Nil: the calling thread's.
    package var namespace: NetworkNamespace?
    package var input = Input.none
    package var output = Output.inherit
    package var error = Output.inherit
    package var group = Group.newGroup
    /// Sent to the process when this one ends, however it ends.
    package var deathSignal: Int32?
    /// A /sys of its own that shows the namespace's links, as with `ip netns exec`. What is mounted below the host's
    /// /sys (bpffs, cgroups) is not in it.
    package var privateSysfs = false

    package init(_ program: String, _ arguments: [String] = [], in namespace: NetworkNamespace? = nil) {
        self.program = program
        self.arguments = arguments
        self.namespace = namespace
    }

    /// This process's environment.
    package static var inheritedEnvironment: [String: String] {
        var result: [String: String] = [:]
        guard var entry = clinux_environment() else { return result }
        while let text = entry.pointee {
            let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
            entry += 1
        }
        return result
    }

    /// Returns when the program has begun; a program that cannot be executed is an error here.
    package func spawn() throws(SystemError) -> ChildProcess {
        let environment = environment ?? Self.inheritedEnvironment
        let path = try resolve(environment["PATH"] ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
        let input = try openInput()
        let (output, outputReader) = try openOutput(self.output)
        let (error, errorReader): (OwnedDescriptor?, OwnedDescriptor?)
        if case .sameAsOutput = self.error {
            if let output { error = output } else { error = try Self.inheritedOutput() }
            errorReader = nil
        } else {
            (error, errorReader) = try openOutput(self.error)
        }
        var namespace = namespace
        // The thread that the kernel watches for the death signal is another one than ours, in the first namespace.
        if deathSignal != nil && namespace == nil { namespace = try NetworkNamespace.current }

        let start = StartedProcess.Plan(
            path: path, arguments: [program] + arguments,
            environment: environment.map { "\($0.key)=\($0.value)" }.sorted(),
            workingDirectory: workingDirectory, input: input, output: output, error: error, namespace: namespace,
            group: group, privateSysfs: privateSysfs, deathSignal: deathSignal
        )
        let started = try deathSignal == nil ? start.fork() : SpawnThread.shared.perform(start)
        do {
            return try ChildProcess(
                pid: started.pid, program: program, descriptor: started.descriptor,
                leadsGroup: group.leads, standardOutput: try outputReader.map(PipeReader.init),
                standardError: try errorReader.map(PipeReader.init)
            )
        } catch {
            // A child that nobody would watch must not stay.
            _ = clinux_pidfd_signal(started.descriptor.rawValue, SIGKILL)
            throw error
        }
    }

    private func resolve(_ searchPath: String) throws(SystemError) -> String {
        if program.utf8.contains(UInt8(ascii: "/")) { return program }
        for directory in searchPath.split(separator: ":") {
            let candidate = "\(directory)/\(program)"
            if access(candidate, X_OK) == 0 { return candidate }
        }
        throw SystemError(operation: "find \(program) in \(searchPath)", errno: ENOENT)
    }

    private static func inheritedOutput() throws(SystemError) -> OwnedDescriptor {
        let copy = fcntl(1, F_DUPFD_CLOEXEC, 3)
        if copy < 0 { throw SystemError(operation: "duplicate standard output", errno: errno) }
        return OwnedDescriptor(owning: copy)
    }

    private func openInput() throws(SystemError) -> OwnedDescriptor? {
        switch input {
        case .inherit: return nil
        case .none: return OwnedDescriptor(owning: try check(clinux_open("/dev/null", 0), "open /dev/null"))
        case .file(let path): return OwnedDescriptor(owning: try check(clinux_open(path, 0), "open \(path)"))
        case .bytes(let bytes):
            return OwnedDescriptor(owning: try check(clinux_memory_file(bytes, bytes.count), "prepare input"))
        }
    }

    private func openOutput(
        _ output: Output
    ) throws(SystemError) -> (child: OwnedDescriptor?, reader: OwnedDescriptor?) {
        switch output {
        case .inherit, .sameAsOutput: return (nil, nil)
        case .discard:
            return (OwnedDescriptor(owning: try check(clinux_open("/dev/null", 1), "open /dev/null")), nil)
        case .file(let path, let append):
            return (OwnedDescriptor(owning: try check(clinux_open(path, append ? 2 : 1), "open \(path)")), nil)
        case .capture:
            var (readEnd, writeEnd): (Int32, Int32) = (-1, -1)
            try check(clinux_pipe(&readEnd, &writeEnd, 1), "make a pipe")
            return (OwnedDescriptor(owning: writeEnd), OwnedDescriptor(owning: readEnd))
        }
    }
}

extension ProcessSpawner.Group {
    fileprivate var leads: Bool {
        switch self {
        case .inherit: false
        case .newGroup, .newSession: true
        }
    }
}
