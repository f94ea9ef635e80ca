import Foundation
import Glibc

/// Files in the manager's data directory that only it may read: written whole or not at all, mode 0600.
package enum PrivateFile {
    package static func write(_ bytes: [UInt8], to path: String) throws(PrivateFileError) {
        let temporary = path + ".new"
        _ = unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw PrivateFileError(temporary, errno) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                let code = errno
                close(file)
                throw PrivateFileError(temporary, code)
            }
            written += count
        }
        guard fsync(file) == 0 else {
            let code = errno
            close(file)
            throw PrivateFileError(temporary, code)
        }
        close(file)
        guard rename(temporary, path) == 0 else { throw PrivateFileError(path, errno) }
        try sync(directoryOf: path)
    }

    /// So that the name, too, survives a power failure.
    private static func sync(directoryOf path: String) throws(PrivateFileError) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw PrivateFileError(directory, errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw PrivateFileError(directory, errno) }
    }

    /// Nil when there is no such file.
    package static func read(_ path: String) throws(PrivateFileError) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw PrivateFileError(path, errno)
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = buffer.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count == 0 { return bytes }
            if count > 0 {
                bytes += buffer[..<count]
            } else if errno != EINTR {
                throw PrivateFileError(path, errno)
            }
        }
    }

    /// Makes the directory, readable by its owner alone, unless it is there.
    package static func makeDirectory(_ path: String) throws(PrivateFileError) {
        if mkdir(path, 0o700) == 0 { return }
        if errno == ENOENT {
            let parent = URL(fileURLWithPath: path).deletingLastPathComponent().path
            guard parent != path else { throw PrivateFileError(path, ENOENT) }
            try makeDirectory(parent)
            if mkdir(path, 0o700) == 0 { return }
        }
        guard errno == EEXIST else { throw PrivateFileError(path, errno) }
    }
}

package struct PrivateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    package let code: Int32

    init(_ path: String, _ code: Int32) {
        self.path = path
        self.code = code
    }

    package var description: String { "\(path): \(String(cString: strerror(code)))" }
}
