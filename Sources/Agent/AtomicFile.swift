import Foundation
import Glibc

/// Small files that only root reads, replaced as a whole: a crash or a power cut leaves the old file or the new one.
enum AtomicFile {
    struct Failure: Error, CustomStringConvertible {
        var path: String
        var operation: String
        var code: Int32

        var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
    }

    static func write(_ data: Data, to path: String) throws(Failure) {
        let temporary = path + ".new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Failure(path: temporary, operation: "create", code: errno) }
        do throws(Failure) {
            defer { close(descriptor) }
            // One that a crash left behind may have another mode.
            guard fchmod(descriptor, 0o600) == 0 else {
                throw Failure(path: temporary, operation: "change the mode of", code: errno)
            }
            try append(data, to: descriptor, path: temporary)
            guard fsync(descriptor) == 0 else { throw Failure(path: temporary, operation: "sync", code: errno) }
            guard rename(temporary, path) == 0 else { throw Failure(path: path, operation: "replace", code: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        try syncDirectory(of: path)
    }

    static func append(_ data: Data, to descriptor: Int32, path: String) throws(Failure) {
        var rest = data[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Failure(path: path, operation: "write", code: errno) }
            rest = rest.dropFirst(count)
        }
    }

    /// The new name is durable once the directory is.
    private static func syncDirectory(of path: String) throws(Failure) {
        let directory = (path as NSString).deletingLastPathComponent
        let descriptor = open(directory.isEmpty ? "." : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Failure(path: directory, operation: "open", code: errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw Failure(path: directory, operation: "sync", code: errno) }
    }
}
