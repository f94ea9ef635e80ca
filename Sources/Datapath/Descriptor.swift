import Glibc

/// A file descriptor that is closed with its last reference.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    deinit { close(number) }

    /// A second descriptor of the same object, for libraries that close theirs.
    static func duplicate(of number: Int32, _ target: String) throws(DatapathError) -> Descriptor {
        let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else {
            throw .system(operation: "duplicate the descriptor of", target: target, error: .current)
        }
        return Descriptor(owning: copy)
    }
}
