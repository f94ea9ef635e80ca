/// Why a lab could not be made, changed or taken down.
package enum LabError: Error, Hashable, Sendable, CustomStringConvertible {
    case notRoot
    case exists(lab: String)
    case unknown(lab: String)
    case busy(lab: String)
    /// Nobody said which, and there is not exactly one.
    case ambiguous(labs: [String])
    case noSuchMember(name: String, known: [String])
    case ambiguousMember(name: String, sites: [String])
    case file(path: String, reason: String)
    /// A process of the lab ended or did not get ready; `log` is the end of what it wrote.
    case process(name: String, reason: String, log: String)
    case notReady(what: String, seconds: Double, reason: String)
    case command(String, status: String, output: String)
    case noFreeAddresses
    /// After `down`.
    case leftovers([String])
    /// Of the demo: what should be, and what is.
    case unexpected(String, String)
    /// Of the demo: the checks that failed.
    case checks([String])

    package var description: String {
        switch self {
        case .notRoot: "a lab is made of network namespaces and BPF programs: that needs root"
        case .exists(let lab): "there is a lab named \(lab) already; `tombolo lab down \(lab)` takes it away"
        case .unknown(let lab): "there is no lab named \(lab)"
        case .busy(let lab): "another process is setting up or taking down the lab \(lab)"
        case .ambiguous(let labs):
            labs.isEmpty ? "there is no lab" : "which lab? There are \(labs.joined(separator: ", "))"
        case .noSuchMember(let name, let known):
            "there is no \(name) in the lab; there are \(known.joined(separator: ", "))"
        case .ambiguousMember(let name, let sites):
            "there is a \(name) at several sites: say " + sites.map { "\($0)/\(name)" }.joined(separator: " or ")
        case .file(let path, let reason): "\(path): \(reason)"
        case .process(let name, let reason, let log):
            "\(name) \(reason)" + (log.isEmpty ? "" : "; its log ends:\n\(log)")
        case .notReady(let what, let seconds, let reason): "\(what) is not ready after \(seconds) s: \(reason)"
        case .command(let command, let status, let output): "`\(command)`: \(status)\n\(output)"
        case .noFreeAddresses: "169.254.0.0/16 has no free /30 left for the links to the managers"
        case .leftovers(let names): "these could not be taken away: \(names.joined(separator: ", "))"
        case .unexpected(let claim, let seen): "\(claim): \(seen)"
        case .checks(let failures):
            "\(failures.count) checks failed:" + failures.map { "\n    \($0)" }.joined()
        }
    }
}
