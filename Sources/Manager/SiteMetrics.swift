import Resources
import StateStore
import Synchronization
import Telemetry

/// What Prometheus hears of a manager's site.
extension SiteController {
    package func addMetrics(to exposition: inout Exposition) {
        // Counts only: the state is held for the time of reading some numbers.
        let (kinds, revision, hosts) = state.withLock { state in
            let inventory = state.inventory
            let kinds = [
                ("network", inventory.networks.count), ("subnet", inventory.subnets.count),
                ("port", inventory.ports.count), ("router", inventory.routers.count),
                ("router_vtep_binding", inventory.routerVTEPBindings.count),
                ("router_vtep_route", inventory.routerVTEPRoutes.count), ("host", inventory.hosts.count),
            ]
            let hosts = inventory.hosts.values.map { record in
                HostNumbers(
                    name: record.name, isConnected: state.sessions.sessions[record.id] != nil,
                    behind: state.hosts.revisionsBehind(
                        record.id, acknowledged: state.sessions.traces[record.id]?.acknowledged))
            }
            return (kinds, state.head.value, hosts.sorted { $0.name < $1.name })
        }
        exposition.add(
            "tombolo_resources", .gauge, "What the site has, by kind", kinds.map { .init($0.1, ["kind": $0.0]) })
        exposition.add("tombolo_revision", .gauge, "Revision of the site's store", [.init(revision)])
        exposition.add("tombolo_hosts_enrolled", .gauge, "Hosts that are of the site", [.init(hosts.count)])
        exposition.add(
            "tombolo_hosts_connected", .gauge, "Hosts whose agent's stream is up",
            [.init(hosts.count { $0.isConnected })])
        exposition.add(
            "tombolo_host_connected", .gauge, "Whether the host's agent's stream is up",
            hosts.map { .init($0.isConnected ? 1 : 0, ["host": $0.name]) })
        exposition.add(
            "tombolo_host_revisions_behind", .gauge,
            "How far the last change that concerns the host is ahead of what its agent has confirmed",
            hosts.map { .init($0.behind, ["host": $0.name]) })
        exposition.add(
            "tombolo_store_commit_seconds", "From a planned change to its being durable", [([:], commits.counts)])
    }

    private struct HostNumbers: Sendable {
        var name: String
        var isConnected: Bool
        var behind: UInt64
    }
}
