import FoundationEssentials
import Glibc

/// Where a lab keeps its files: one directory per lab, with everything in it.
package struct LabDirectory: Hashable, Sendable {
    package static let root = "/run/tombolo/labs"

    package let lab: String

    package init(lab: String) { self.lab = lab }

    package var path: String { "\(Self.root)/\(lab)" }
    var state: String { "\(path)/state.json" }
    /// A BPF filesystem of the lab's own: unmounting it takes all pins away.
    package var bpf: String { "\(path)/bpf" }

    func site(_ site: String) -> String { "\(path)/\(site)" }
    package func managerData(_ site: String) -> String { "\(self.site(site))/manager" }
    package func managerLog(_ site: String) -> String { "\(self.site(site))/manager.log" }
    package func joinToken(_ site: String) -> String { "\(managerData(site))/join-token" }

    /// How to come in as the site's admin: cloud `tombolo`.
    package func clouds(_ site: String) -> String { "\(managerData(site))/clouds.yaml" }

    func host(_ site: String, _ host: String) -> String { "\(self.site(site))/\(host)" }
    package func agentData(_ site: String, _ host: String) -> String { "\(self.host(site, host))/data" }
    package func agentLog(_ site: String, _ host: String) -> String { "\(self.host(site, host))/agent.log" }
    package func controlSocket(_ site: String, _ host: String) -> String { "\(self.host(site, host))/agent.sock" }
    package func pins(_ site: String, _ host: String) -> String { "\(bpf)/\(site)-\(host)" }

    package var exists: Bool { access(path, F_OK) == 0 }

    /// The names of the labs that have a directory, sorted.
    package static func list() throws(LabError) -> [String] {
        guard access(root, F_OK) == 0 else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: root).sorted()
        } catch {
            throw .file(path: root, reason: "\(error)")
        }
    }

    /// Makes the lab's directory; it must not be there.
    func create() throws(LabError) {
        // Another lab's end may take the empty parents away between the two steps.
        for _ in 0..<10 {
            try Self.make(Self.root)
            if mkdir(path, 0o700) == 0 { return }
            switch errno {
            case EEXIST: throw .exists(lab: lab)
            case ENOENT: continue
            default: throw .file(path: path, reason: describe(errno))
            }
        }
        throw .file(path: path, reason: "its parent keeps vanishing")
    }

    /// With the directories above it.
    static func make(_ path: String) throws(LabError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        } catch {
            throw .file(path: path, reason: "\(error)")
        }
    }

    /// Takes all files away, and the directories above if no other lab is there.
    func remove() throws(LabError) {
        if exists {
            do { try FileManager.default.removeItem(atPath: path) } catch {
                throw .file(path: path, reason: "\(error)")
            }
        }
        // Not empty: others use them.
        for directory in [Self.root, "/run/tombolo"] where rmdir(directory) < 0 {
            guard [ENOTEMPTY, EEXIST, ENOENT].contains(errno) else {
                throw .file(path: directory, reason: describe(errno))
            }
        }
    }
}

func describe(_ errno: Int32) -> String {
    // glibc's strerror is thread safe since 2.32.
    guard let text = strerror(errno) else { return "error \(errno)" }
    return String(cString: text)
}
