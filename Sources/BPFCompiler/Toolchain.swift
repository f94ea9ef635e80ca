import Foundation
import Glibc

/// swiftc and the clang of the same toolchain: their LLVM versions must be the same for the IR to be understood.
package struct Toolchain {
    package let swiftc: String
    package let clang: String
    /// Module caches and temporary files go below it.
    let workDirectory: String

    /// - Parameter swiftc: path of the compiler; the first one on PATH if nil.
    package init(
        swiftc: String?, workDirectory: String, environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(CompilerError) {
        self.workDirectory = workDirectory
        var candidates: [String] = []
        if let swiftc {
            candidates = [swiftc]
        } else {
            candidates = (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/swiftc" }
        }
        guard let found = candidates.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw .missingTool(
                name: "swiftc", searched: candidates, remedy: "put a Swift 6.3 toolchain on PATH or pass --swiftc")
        }
        self.swiftc = found
        // Package managers link swiftc into a bin directory; clang is where the link leads.
        let resolved = URL(fileURLWithPath: found).resolvingSymlinksInPath().deletingLastPathComponent()
        let beside = [
            resolved.appendingPathComponent("clang").path,
            URL(fileURLWithPath: found).deletingLastPathComponent().appendingPathComponent("clang").path,
        ]
        guard let clang = beside.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw .missingTool(
                name: "clang", searched: beside,
                remedy: "the Swift toolchain's own clang is needed (it has the bpfel target and swiftc's LLVM)")
        }
        self.clang = clang
    }

    /// Headers of the C library and the kernel, for importers that look at no system directory by themselves.
    package static var systemIncludes: [String] {
        get throws(CompilerError) {
            let multiarch = "/usr/include/\(architecture)-linux-gnu"
            let present = ["/usr/include", multiarch].filter(FileManager.default.fileExists(atPath:))
            guard FileManager.default.fileExists(atPath: "/usr/include/linux/bpf.h") else {
                throw .missingTool(
                    name: "/usr/include/linux/bpf.h", searched: ["/usr/include"], remedy: "install linux-libc-dev")
            }
            return present
        }
    }

    package static var architecture: String {
        #if arch(arm64)
            "aarch64"
        #else
            "x86_64"
        #endif
    }

    /// Runs a tool to its end; what it prints goes to our standard error.
    ///
    /// Not with Foundation's `Process`: its `waitUntilExit` now and then misses the end when several threads wait.
    func run(_ tool: String, _ arguments: [String], currentDirectory: String? = nil) throws(CompilerError) {
        let name = URL(fileURLWithPath: tool).lastPathComponent
        let log = "\(workDirectory)/\(name).log"
        let pid =
            if let currentDirectory {
                // posix_spawn's own way to change the directory is a GNU extension that Swift doesn't see.
                try spawn("/usr/bin/env", ["-C", currentDirectory, tool] + arguments, output: log)
            } else {
                try spawn(tool, arguments, output: log)
            }
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 {
            guard errno == EINTR else { throw .file(path: tool, reason: String(cString: strerror(errno))) }
        }
        let output: String
        do { output = String(decoding: try Data(contentsOf: URL(fileURLWithPath: log)), as: UTF8.self) } catch {
            throw .file(path: log, reason: "\(error)")
        }
        guard status == 0 else {
            // As wait(2) encodes it: the low seven bits name a signal, the next byte is the exit status.
            let code = status & 0x7f == 0 ? status >> 8 & 0xff : 128 + status & 0x7f
            throw .toolFailed(name: name, status: code, output: Self.withoutStackTrace(output))
        }
        if !output.isEmpty { FileHandle.standardError.write(Data(output.utf8)) }
    }

    private func spawn(_ tool: String, _ arguments: [String], output: String) throws(CompilerError) -> pid_t {
        var environment = ProcessInfo.processInfo.environment
        environment["TMPDIR"] = workDirectory

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)

        var argumentPointers = ([tool] + arguments).map { strdup($0) } + [nil]
        var environmentPointers = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var pid: pid_t = 0
        let result = posix_spawn(&pid, tool, &actions, nil, &argumentPointers, &environmentPointers)
        guard result == 0 else { throw .file(path: tool, reason: String(cString: strerror(result))) }
        return pid
    }

    /// A compiler that fails in its back end prints its own stack; the reason is on the other lines.
    private static func withoutStackTrace(_ output: String) -> String {
        output.split(separator: "\n").filter { line in
            let frame = line.drop { $0 == " " }
            return !(frame.hasPrefix("#") && frame.contains(" 0x")) && !frame.hasPrefix("PLEASE ")
        }.joined(separator: "\n")
    }
}
