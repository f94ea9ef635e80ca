import CLinux
import Glibc

/// The file of a socket we listen on, told from one that another process put in its place.
struct SocketFile {
    private let path: String
    private let identity: clinux_file_identity

    init?(_ path: String) {
        guard let identity = Self.identity(of: path) else { return nil }
        self.path = path
        self.identity = identity
    }

    func remove() {
        guard let now = Self.identity(of: path), now.device == identity.device, now.inode == identity.inode else {
            return
        }
        unlink(path)
    }

    var isSocket: Bool { identity.is_socket != 0 }

    private static func identity(of path: String) -> clinux_file_identity? {
        var identity = clinux_file_identity()
        return clinux_link_identity(path, &identity) == 0 ? identity : nil
    }
}
