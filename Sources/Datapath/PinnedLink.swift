import CForwardingPipeline
import CLibBPF
import Glibc

/// A pinned TCX link: what keeps a program on an interface when nobody runs.
struct PinnedLink {
    let path: String
    let descriptor: Descriptor
    let id: UInt32
    let programID: UInt32
    /// 0 when the interface is gone.
    let interfaceIndex: UInt32

    init(path: String, descriptor: Descriptor) throws(DatapathError) {
        var info = bpf_link_info()
        var length = UInt32(MemoryLayout<bpf_link_info>.size)
        let result = bpf_obj_get_info_by_fd(descriptor.number, &info, &length)
        guard result == 0 else {
            throw .system(operation: "ask the kernel about the link", target: path, error: SystemError(number: result))
        }
        self.path = path
        self.descriptor = descriptor
        id = info.id
        programID = info.prog_id
        interfaceIndex = info.type == UInt32(CLIBBPF_LINK_TYPE_TCX) ? clibbpf_link_interface(&info) : 0
    }

    static func all(in pins: PinDirectory) throws(DatapathError) -> [PinnedLink] {
        var links: [PinnedLink] = []
        for name in try PinDirectory.names(in: pins.links) {
            let path = pins.links + "/" + name
            // Somebody else may have removed it since.
            guard let descriptor = try PinDirectory.open(path) else { continue }
            links.append(try PinnedLink(path: path, descriptor: descriptor))
        }
        return links
    }

    /// Whether the link is on an interface of this network namespace. Its own word isn't enough: a link follows its
    /// interface into another namespace and goes on naming an index that means another interface here.
    func isAttachedHere() throws(DatapathError) -> Bool {
        guard interfaceIndex != 0 else { return false }
        return try Self.linkIDs(onInterface: interfaceIndex).contains(id)
    }

    /// Ids of all links on an interface's TCX ingress hook, ours or not, in the order they run.
    static func linkIDs(onInterface index: UInt32) throws(DatapathError) -> [UInt32] {
        var capacity = 64
        while true {
            var programs = [UInt32](repeating: 0, count: capacity)
            var links = [UInt32](repeating: 0, count: capacity)
            let count = clibbpf_query_links(
                index, UInt32(CLIBBPF_TCX_INGRESS), &programs, &links, UInt32(capacity))
            switch count {
            case 0...: return links.prefix(Int(count)).filter { $0 != 0 }
            case -ENOSPC: capacity *= 4
            case -ENODEV, -ENOENT: return []
            default:
                throw .system(
                    operation: "list the programs of interface", target: "\(index)", error: SystemError(number: count))
            }
        }
    }

    /// Detaches at once (unpinning alone would leave it to the kernel's leisure) and unpins.
    static func remove(_ path: String) throws(DatapathError) {
        if let descriptor = try PinDirectory.open(path) {
            let result = bpf_link_detach(descriptor.number)
            guard result == 0 || result == -ENOLINK else {
                throw .system(operation: "detach the link", target: path, error: SystemError(number: result))
            }
        }
        try PinDirectory.remove(path)
    }
}
