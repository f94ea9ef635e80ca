import CForwardingPipeline
import CLibBPF
import Glibc

/// The kernel's digest of a program's instructions: equal for equal programs, whichever tables they were loaded with.
struct ProgramTag: Hashable {
    let text: String

    init(of descriptor: Descriptor, _ name: String) throws(DatapathError) {
        var info = bpf_prog_info()
        var length = UInt32(MemoryLayout<bpf_prog_info>.size)
        let result = bpf_obj_get_info_by_fd(descriptor.number, &info, &length)
        guard result == 0 else {
            throw .system(operation: "ask the kernel about program", target: name, error: SystemError(number: result))
        }
        text = withUnsafeBytes(of: info.tag) { bytes in
            bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        }
    }

    /// Of the program that our link on an interface runs; nil when none of ours is there.
    static func attached(to interface: UInt32, pins: PinDirectory) throws(DatapathError) -> ProgramTag? {
        for link in try PinnedLink.all(in: pins) where link.interfaceIndex == interface {
            guard try link.isAttachedHere() else { continue }
            let number = bpf_prog_get_fd_by_id(link.programID)
            // Swapped since: the next look would find the new one.
            if number == -ENOENT { return nil }
            guard number >= 0 else {
                throw .system(
                    operation: "open the program", target: "\(link.programID)", error: SystemError(number: number))
            }
            return try ProgramTag(of: Descriptor(owning: number), "\(link.programID)")
        }
        return nil
    }
}
