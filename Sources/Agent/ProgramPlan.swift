/// Which programs have to come onto or off which interfaces. Pure.
struct ProgramPlan: Hashable, Sendable {
    struct Place: Hashable, Sendable {
        var index: UInt32
        var name: String
        var program: String
    }

    /// A program of ours that the kernel says it runs.
    struct Running: Hashable, Sendable {
        /// Nil: the interface is gone, or elsewhere.
        var index: UInt32?
        /// Nil: an earlier version's.
        var program: String?
    }

    /// Interfaces without a program of ours, or with the wrong one. Before their rows are written: what comes in is
    /// dropped until they are, and never reaches the host's stack.
    var attach: [Place] = []
    /// Interfaces with an earlier version's program: after the tables are right. That program may use a table that was
    /// made anew since, and it forwards by the old one until then.
    var swap: [Place] = []
    /// Interfaces that are no longer ours.
    var detach: [UInt32] = []
    var hasStale = false

    init() {}

    init(actual: [Running], wanted: [Place]) {
        var running: [UInt32: String?] = [:]
        for one in actual {
            if let index = one.index { running.updateValue(one.program, forKey: index) } else { hasStale = true }
        }
        for place in wanted.sorted(by: { $0.index < $1.index }) {
            switch running.removeValue(forKey: place.index) {
            case .some(.some(place.program)): break
            case .some(nil): swap.append(place)
            case .some(.some), nil: attach.append(place)
            }
        }
        detach = running.keys.sorted()
    }
}
