import Glibc

/// What a process needs to load programs and attach them.
enum Privileges {
    /// Bits of capability sets, linux/capability.h.
    enum Capability: UInt64 {
        case netAdmin = 12
        case sysAdmin = 21
        case bpf = 39

        var name: String {
            switch self {
            case .netAdmin: "CAP_NET_ADMIN"
            case .sysAdmin: "CAP_SYS_ADMIN"
            case .bpf: "CAP_BPF"
            }
        }
    }

    /// - Throws: with the missing capabilities' names, before the kernel says a bare "operation not permitted".
    static func check() throws(DatapathError) {
        let effective = try effectiveSet()
        func has(_ capability: Capability) -> Bool { effective & 1 << capability.rawValue != 0 }
        // CAP_SYS_ADMIN includes CAP_BPF; TCX links want CAP_NET_ADMIN in any case.
        var missing: [String] = []
        if !has(.bpf), !has(.sysAdmin) { missing.append(Capability.bpf.name) }
        if !has(.netAdmin) { missing.append(Capability.netAdmin.name) }
        guard missing.isEmpty else { throw .missingPrivilege(capabilities: missing) }
    }

    private static func effectiveSet() throws(DatapathError) -> UInt64 {
        let path = "/proc/thread-self/status"
        guard let file = fopen(path, "re") else {
            throw .system(operation: "read", target: path, error: .current)
        }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 1024)
        while fgets(&line, Int32(line.count), file) != nil {
            let text = line.withUnsafeBufferPointer { buffer in
                String(decoding: buffer.prefix { $0 != 0 && $0 != 10 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            }
            if text.hasPrefix("CapEff:\t"), let value = UInt64(text.dropFirst("CapEff:\t".count), radix: 16) {
                return value
            }
        }
        throw .system(operation: "find CapEff in", target: path, error: SystemError(number: ENODATA))
    }
}

/// The running kernel's release, for errors that name a requirement.
func kernelRelease() -> String {
    var name = utsname()
    guard uname(&name) == 0 else { return "unknown" }
    return withUnsafeBytes(of: &name.release) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
