import CLinux
import Glibc

/// Who took the flock(2) that is on a file.
package enum FileLockHolder {
    /// Nil: nobody, or one that this process cannot see, perhaps because it has ended. The lock of a process that was
    /// killed stays with a child that it has forked and that has not yet executed its program.
    package static func find(_ path: String) throws(SystemError) -> pid_t? {
        var identity = clinux_file_identity()
        try check(clinux_file_identity(path, &identity), "look at \(path)")
        guard let file = fopen("/proc/locks", "re") else {
            throw SystemError(operation: "read /proc/locks", errno: errno)
        }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0, let text = line {
            if let pid = holder(in: String(cString: text), device: identity.device, inode: identity.inode) {
                return pid
            }
        }
        return nil
    }

    /// "4: FLOCK  ADVISORY  WRITE 12183 00:27:318567 0 EOF"; one who waits has "->" after the number.
    static func holder(in line: String, device: UInt64, inode: UInt64) -> pid_t? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count >= 6, words[1] == "FLOCK", let pid = pid_t(words[4]) else { return nil }
        let file = words[5].split(separator: ":")
        // As in the C library's major() and minor().
        let (major, minor) = ((device >> 8) & 0xfff | (device >> 32) & ~0xfff, device & 0xff | (device >> 12) & ~0xff)
        guard file.count == 3, UInt64(file[0], radix: 16) == major, UInt64(file[1], radix: 16) == minor,
            UInt64(file[2]) == inode
        else { return nil }
        return pid
    }
}
