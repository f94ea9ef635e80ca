import Foundation

/// A small file system in memory, mounted in a private directory while `body` runs.
enum MemoryDisk {
    /// Whether this process may mount.
    static let isAvailable: Bool = {
        let path = NSTemporaryDirectory() + "tombolo-store-mount-\(getpid())"
        guard mkdir(path, 0o700) == 0 else { return false }
        defer { rmdir(path) }
        guard mount("tmpfs", path, "tmpfs", 0, "size=64k") == 0 else { return false }
        return umount2(path, CInt(MNT_DETACH)) == 0
    }()

    static func with(bytes: Int, _ body: (_ path: String) async throws -> Void) async throws {
        try await withTemporaryDirectory { directory in
            let path = directory + "/disk"
            guard mkdir(path, 0o700) == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
            let guardian = try Guardian(unmounting: path)
            guard mount("tmpfs", path, "tmpfs", 0, "size=\(bytes)") == 0 else {
                throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
            }
            do {
                try await body(path)
            } catch {
                try await guardian.unmount()
                throw error
            }
            try await guardian.unmount()
        }
    }
}

/// A process that unmounts when its standard input ends: because we ask it to, or because we are gone, however.
private struct Guardian {
    private let input = Pipe()
    private let exits: AsyncStream<Int32>

    init(unmounting path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", "trap '' INT TERM HUP; read -r line; exec umount -l \"$1\"", "sh", path]
        process.standardInput = input
        let (exits, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.exits = exits
        process.terminationHandler = { process in
            continuation.yield(process.terminationStatus)
            continuation.finish()
        }
        try process.run()
    }

    func unmount() async throws {
        try input.fileHandleForWriting.close()
        for await status in exits where status != 0 { throw POSIXError(.EBUSY) }
    }
}
