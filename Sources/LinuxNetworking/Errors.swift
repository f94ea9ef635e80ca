import Glibc

/// The kernel refused a netlink request, or its answer made no sense.
package struct NetlinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was asked, with the object's name: "create veth vm-a1".
    package let operation: String
    /// Positive, as in errno.h. EBADMSG: the kernel's answer could not be read. ETIMEDOUT: there was none.
    package let errno: Int32
    /// The kernel's extended acknowledgement: which attribute it refused and why, in its own words.
    package let message: String?

    package init(operation: String, errno: Int32, message: String? = nil) {
        self.operation = operation
        self.errno = errno
        self.message = message
    }

    package var description: String {
        "\(operation): \(errorText(errno))" + (message.map { " (\($0))" } ?? "")
    }
}

/// A system call failed.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was tried, with the object's name: "mount bpf at /sys/fs/bpf".
    package let operation: String
    /// Positive, as in errno.h.
    package let errno: Int32

    package init(operation: String, errno: Int32) {
        self.operation = operation
        self.errno = errno
    }

    package var description: String { "\(operation): \(errorText(errno))" }
}

func errorText(_ errno: Int32) -> String {
    // glibc's strerror is thread safe since 2.32.
    guard let text = strerror(errno) else { return "error \(errno)" }
    return String(cString: text)
}

/// CLinux returns negated errno values; this turns them into errors.
@discardableResult
func check<Value: SignedInteger>(
    _ result: Value, _ operation: @autoclosure () -> String
) throws(SystemError) -> Value {
    if result < 0 { throw SystemError(operation: operation(), errno: Int32(-result)) }
    return result
}
