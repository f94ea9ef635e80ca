import Glibc

/// What went wrong between us and the kernel's BPF side. Each case knows what its reader can do about it.
package enum DatapathError: Error, Equatable, CustomStringConvertible {
    /// The process lacks capabilities.
    case missingPrivilege(capabilities: [String])
    case kernelTooOld(feature: String, required: String, running: String)
    /// Pins can only live on a BPF filesystem, in directories without a dot in their names.
    case invalidPinDirectory(path: String, reason: String)
    /// The embedded object is not one libbpf can read.
    case unreadableObject(reason: String, log: String)
    /// The kernel refused a map or program; `log` ends with the verifier's last lines.
    case loadFailed(error: SystemError, log: String)
    /// A pinned table of another layout is in the way. Nothing has been changed.
    case incompatibleTable(name: String, path: String, differences: [TableDifference])
    case noSuchTable(name: String)
    case noSuchProgram(name: String, known: [String])
    case noSuchInterface(index: UInt32)
    /// The Swift types of a table are not of the size the kernel's map has, in bytes.
    case sizeMismatch(table: String, part: TablePart, typeSize: Int, tableSize: Int)
    case unsupportedTableType(table: String, type: UInt32, operation: String)
    case tableFull(name: String, maximumEntries: UInt32)
    /// `update(…, .insertOnly)` found an entry, or `.replaceOnly` none.
    case entryExists(table: String)
    case noSuchEntry(table: String)
    /// Something that isn't ours is in the pin directory.
    case foreignFiles(path: String, names: [String])
    /// A system call failed: what we did, to what.
    case system(operation: String, target: String, error: SystemError)

    package enum TablePart: String, Sendable { case key, value }

    package var description: String {
        switch self {
        case .missingPrivilege(let capabilities):
            "the process lacks \(capabilities.joined(separator: " and "))"
        case .kernelTooOld(let feature, let required, let running):
            "\(feature) need Linux \(required) or later; this is \(running)"
        case .invalidPinDirectory(let path, let reason):
            "\(path) can't hold pins: \(reason)"
        case .unreadableObject(let reason, let log):
            "the datapath's BPF object is unreadable: \(reason)" + Self.indented(log)
        case .loadFailed(let error, let log):
            "the kernel refused the datapath: \(error)" + Self.indented(log)
        case .incompatibleTable(let name, let path, let differences):
            "the table \(name) pinned at \(path) is of another layout: "
                + differences.map(\.description).joined(separator: ", ")
        case .noSuchTable(let name):
            "the datapath has no table \(name)"
        case .noSuchProgram(let name, let known):
            "the datapath has no program \(name) (it has \(known.joined(separator: ", ")))"
        case .noSuchInterface(let index):
            "there is no interface with index \(index) in this network namespace"
        case .sizeMismatch(let table, let part, let typeSize, let tableSize):
            "the \(part.rawValue) type given for table \(table) has \(typeSize) bytes, the table's has \(tableSize)"
        case .unsupportedTableType(let table, let type, let operation):
            "\(operation) is not possible for table \(table) of map type \(type)"
        case .tableFull(let name, let maximumEntries):
            "the table \(name) is full (\(maximumEntries) entries)"
        case .entryExists(let table):
            "the table \(table) already has this key"
        case .noSuchEntry(let table):
            "the table \(table) doesn't have this key"
        case .foreignFiles(let path, let names):
            "\(path) holds what is not ours: \(names.joined(separator: ", "))"
        case .system(let operation, let target, let error):
            "cannot \(operation) \(target): \(error)"
        }
    }

    /// What to do about it, for the operator.
    package var remedy: String {
        switch self {
        case .missingPrivilege:
            "run as root, or grant the capabilities (systemd: AmbientCapabilities=CAP_BPF CAP_NET_ADMIN CAP_PERFMON)"
        case .kernelTooOld(_, let required, _):
            "boot a kernel \(required) or later"
        case .invalidPinDirectory:
            "mount a BPF filesystem (mount -t bpf bpf /sys/fs/bpf) and choose a directory on it, without dots in its name"
        case .unreadableObject, .noSuchTable, .noSuchProgram, .sizeMismatch, .unsupportedTableType:
            "this is a defect of the build: agent and object don't match"
        case .loadFailed:
            "report the log; the programs already attached keep forwarding"
        case .incompatibleTable:
            "drain the host, then `agent purge` and start the agent again: the table is made anew"
        case .tableFull:
            "remove entries, or build with a larger table"
        case .entryExists, .noSuchEntry:
            "read the table back and compute the difference again"
        case .noSuchInterface:
            "the interface went away: wait for its next appearance"
        case .foreignFiles:
            "move the files away, then purge again"
        case .system(_, _, let error):
            switch error.number {
            case EPERM, EACCES: "run as root with CAP_BPF and CAP_NET_ADMIN; check for kernel lockdown"
            case ENOMEM: "free memory; the tables are accounted to the agent's memory cgroup"
            default: "see the kernel log"
            }
        }
    }

    private static func indented(_ log: String) -> String {
        log.split(separator: "\n").map { "\n    " + $0 }.joined()
    }
}

/// An errno with its text.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    package let number: Int32

    package init(number: Int32) { self.number = number < 0 ? -number : number }

    package static var current: SystemError { SystemError(number: errno) }

    package var description: String {
        var buffer = [CChar](repeating: 0, count: 128)
        guard strerror_r(number, &buffer, buffer.count) == 0 else { return "errno \(number)" }
        let text = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return "\(text) (errno \(number))"
    }
}

/// One property in which a pinned table and the object's definition differ.
package struct TableDifference: Hashable, Sendable, CustomStringConvertible {
    package enum Property: String, Sendable {
        case type
        case keySize = "key size"
        case valueSize = "value size"
        case maximumEntries = "maximum entries"
        case flags
    }

    package let property: Property
    package let pinned: UInt32
    package let wanted: UInt32

    package var description: String { "\(property.rawValue) is \(pinned), should be \(wanted)" }
}
