import CLinux
import Glibc

/// The mounts a datapath and its labs need.
package enum Mount {
    /// False also when there is nothing at `path`.
    package static func isBPFFilesystem(_ path: String) -> Bool {
        clinux_filesystem_type(path) == 0xcafe_4a11
    }

    /// Mounts a new BPF filesystem at an existing directory. It has no pins of another one.
    package static func mountBPF(at path: String) throws(SystemError) {
        try check(clinux_mount("bpf", path, "bpf"), "mount bpf at \(path)")
    }

    /// `lazily`: takes it out of the tree now, and lets it go when its last user has left.
    package static func unmount(_ path: String, lazily: Bool = false) throws(SystemError) {
        try check(clinux_unmount(path, lazily ? 1 : 0), "unmount \(path)")
    }
}
