import Glibc

/// A file descriptor that closes when nobody refers to it any more, so a number is never reused under a reader's feet.
package final class OwnedDescriptor: Sendable {
    package let rawValue: Int32

    package init(owning rawValue: Int32) {
        self.rawValue = rawValue
    }

    deinit { close(rawValue) }
}
