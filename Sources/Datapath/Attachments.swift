import CForwardingPipeline
import CLibBPF
import Glibc

/// One interface a program of ours is on.
package struct Attachment: Hashable, Sendable {
    /// 0 for a stale link.
    package let interfaceIndex: UInt32
    /// Its present name, nil for a stale link.
    package let interfaceName: String?
    /// The kernel's id of the program that runs there.
    package let programID: UInt32
    /// The kernel's id of the link; it stays when the program is swapped.
    package let linkID: UInt32
    /// Name of the program, if it is one of this pipeline; nil if an earlier version's still runs there.
    package let program: String?
    /// The interface is gone, or in another network namespace: `sweepStaleLinks` removes it.
    package let isStale: Bool
    package let pinPath: String
}

extension LoadedPipeline {
    /// Puts a program on an interface's TCX ingress hook. If a program of ours is there already it is swapped in place:
    /// every packet meets the old or the new one.
    ///
    /// - Parameters:
    ///   - program: the program's name in the object.
    ///   - interfaceIndex: in the calling thread's network namespace.
    ///   - name: the interface's name; only for people who look at the pins.
    package func attach(program: String, to interfaceIndex: UInt32, name: String) throws(DatapathError) {
        let program = try self.program(program)
        let path = pins.links + "/" + Self.pinName(interfaceIndex, name)
        if let link = try runningLink(on: interfaceIndex, pinnedAt: path) {
            if link.programID != program.id { try update(link, to: program.descriptor) }
            if link.path != path, rename(link.path, path) != 0 {
                throw .system(operation: "rename the pin", target: link.path, error: .current)
            }
            return
        }
        // What is pinned there, if anything, is on no interface of this namespace.
        try PinnedLink.remove(path)

        let attachType = bpf_attach_type(rawValue: UInt32(CLIBBPF_TCX_INGRESS))
        let number = bpf_link_create(program.descriptor.number, Int32(bitPattern: interfaceIndex), attachType, nil)
        guard number >= 0 else { throw Self.attachError(number, interfaceIndex, name) }
        let link = Descriptor(owning: number)
        try PinDirectory.pin(link.number, at: path)
    }

    /// Takes our program off an interface. One that has none is fine.
    package func detach(interfaceIndex: UInt32) throws(DatapathError) {
        for link in try PinnedLink.all(in: pins) where link.interfaceIndex == interfaceIndex {
            try PinnedLink.remove(link.path)
        }
    }

    /// Every link in our pin directory, read back from the kernel.
    package func attachedInterfaces() throws(DatapathError) -> [Attachment] {
        let names = Dictionary(programs.map { ($0.value.id, $0.key) }, uniquingKeysWith: { first, _ in first })
        var result: [Attachment] = []
        for link in try PinnedLink.all(in: pins) {
            let isHere = try link.isAttachedHere()
            result.append(
                Attachment(
                    interfaceIndex: isHere ? link.interfaceIndex : 0,
                    interfaceName: isHere ? interfaceName(link.interfaceIndex) : nil, programID: link.programID,
                    linkID: link.id, program: names[link.programID], isStale: !isHere, pinPath: link.path))
        }
        return result
    }

    /// Removes links whose interface is gone or has left this network namespace. Call it from the namespace the
    /// datapath lives in: from any other, every link looks stale.
    ///
    /// - Returns: the names of the pins removed.
    @discardableResult
    package func sweepStaleLinks() throws(DatapathError) -> [String] {
        var removed: [String] = []
        for link in try PinnedLink.all(in: pins) where try !link.isAttachedHere() {
            try PinnedLink.remove(link.path)
            removed.append(String(link.path.dropFirst(pins.links.count + 1)))
        }
        return removed
    }

    /// Ids of all TCX links on an interface's ingress, ours or not, in the order they run.
    package static func ingressLinks(onInterface index: UInt32) throws(DatapathError) -> [UInt32] {
        try PinnedLink.linkIDs(onInterface: index)
    }

    // MARK: Parts

    /// Our link on an interface. What it costs does not depend on how many interfaces there are, unless this one was
    /// renamed: only then its pin has another name.
    private func runningLink(on index: UInt32, pinnedAt path: String) throws(DatapathError) -> PinnedLink? {
        let attached = try PinnedLink.linkIDs(onInterface: index)
        guard !attached.isEmpty else { return nil }
        if let descriptor = try PinDirectory.open(path) {
            let link = try PinnedLink(path: path, descriptor: descriptor)
            if attached.contains(link.id) { return link }
        }
        return try PinnedLink.all(in: pins).first { attached.contains($0.id) }
    }

    private func update(_ link: PinnedLink, to program: Descriptor) throws(DatapathError) {
        let result = bpf_link_update(link.descriptor.number, program.number, nil)
        guard result == 0 else {
            throw .system(operation: "swap the program of", target: link.path, error: SystemError(number: result))
        }
    }

    /// BPF filesystems allow no dot in names, interfaces do ("eth0.10").
    static func pinName(_ index: UInt32, _ name: String) -> String {
        String(name.map { $0 == "." || $0 == "/" ? "_" : $0 }) + "-\(index)"
    }

    private static func attachError(_ result: Int32, _ index: UInt32, _ name: String) -> DatapathError {
        let error = SystemError(number: result)
        let release = kernelRelease()
        if error.number == ENODEV { return .noSuchInterface(index: index) }
        if isOlder(release, thanMajor: 6, minor: 6) {
            return .kernelTooOld(feature: "TCX links", required: "6.6", running: release)
        }
        return .system(operation: "attach to interface", target: "\(name) (\(index))", error: error)
    }

    package static func isOlder(_ release: String, thanMajor major: Int, minor: Int) -> Bool {
        let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
        guard numbers.count == 2 else { return false }
        return (numbers[0], numbers[1]) < (major, minor)
    }
}

func interfaceName(_ index: UInt32) -> String? {
    var buffer = [CChar](repeating: 0, count: Int(IF_NAMESIZE))
    guard if_indextoname(index, &buffer) != nil else { return nil }
    return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
