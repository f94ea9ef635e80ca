import Foundation
import Glibc

/// One agent a directory: a second one would fight over the datapath. The kernel takes the lock back with the process.
struct DirectoryLock {
    private let descriptor: Int32

    enum Failure: Error, CustomStringConvertible {
        case taken(String)
        case file(String, reason: String)

        var description: String {
            switch self {
            case .taken(let path): "another agent is running (\(path) is locked)"
            case .file(let path, let reason): "\(path): \(reason)"
            }
        }
    }

    /// Of a data directory, made if missing.
    init(dataDirectory directory: String) throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .file(directory, reason: "\(error)")
        }
        try self.init(locking: directory + "/lock", flags: O_RDWR | O_CREAT)
    }

    /// Of a pin directory: a BPF filesystem has no ordinary files, so it is the directory itself.
    init(pinDirectory directory: String) throws(Failure) {
        try self.init(locking: directory, flags: O_RDONLY | O_DIRECTORY)
    }

    private init(locking path: String, flags: Int32) throws(Failure) {
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path, reason: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let reason = errno
            close(descriptor)
            throw reason == EWOULDBLOCK ? .taken(path) : .file(path, reason: String(cString: strerror(reason)))
        }
    }

    func release() { close(descriptor) }
}
