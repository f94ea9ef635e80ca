/// How much the agents have in their kernels' tables (S0-33: cleaning up leaves what was before).
struct DemoTables {
    let lab: Lab
    let narrator: Narrator

    /// Rows by host.
    func counts() async throws -> [String: Int] {
        var counts: [String: Int] = [:]
        for site in lab.plan.sites {
            for host in site.hosts {
                let output = try await lab.tombolo(
                    ["agent", "status", "--json", "--control-socket"]
                        + [lab.directory.controlSocket(site.name, host.name)], in: host.netns)
                guard case .number(let rows) = try JSON(parsing: Array(output.utf8))["tableRows"] else {
                    throw LabError.unexpected("`tombolo agent status` says how many rows there are", output)
                }
                counts["\(site.name)/\(host.name)"] = rows
            }
        }
        return counts
    }

    /// The agents hear of the last deletions a moment after the API has acknowledged them.
    func check(against before: [String: Int]) async throws {
        narrator.title("What the hosts' kernels still know")
        var after: [String: Int] = [:]
        do {
            try await lab.wait(for: "the agents' tables", atMost: .seconds(5)) {
                after = try await counts()
                return after == before ? nil : "they differ"
            }
        } catch LabError.notReady {
            // The check below says it.
        }
        for (host, rows) in before.sorted(by: { $0.key < $1.key }) {
            narrator.check(
                "\(host) has as many table rows as before", after[host] == rows, "\(after[host] ?? -1) of \(rows)")
        }
    }
}
