import Addresses

/// What a manager is told at its start.
package struct ManagerConfiguration: Sendable {
    package struct Listener: Hashable, Sendable, CustomStringConvertible {
        /// An address; `0.0.0.0` and `::` mean all.
        package var host: String
        /// 0: any free one (`ManagerService.Ready` says which).
        package var port: Int

        package init(host: String, port: Int) {
            self.host = host
            self.port = port
        }

        package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
        var isWildcard: Bool { host == "0.0.0.0" || host == "::" }
        /// Nobody on another machine can reach it.
        package var isLoopback: Bool { host == "localhost" || IPAddress(host)?.isLoopback == true }
    }

    /// The store, the CA and the first join token; made if absent.
    package var dataDirectory: String
    /// Of the HTTP API, which `NeutronAPI` serves.
    package var apiListen = Listener(host: "0.0.0.0", port: 9696)
    package var agentListen = Listener(host: "0.0.0.0", port: 9697)
    package var joinListen = Listener(host: "0.0.0.0", port: 9698)
    /// Addresses or host names by which agents reach the manager: in join tokens and in its certificate. Empty: the
    /// addresses it listens on, or all of this machine's if it listens on all.
    package var advertisedAddresses: [String] = []
    /// Between two heartbeats of an agent.
    package var heartbeat: Duration = .seconds(Int64(3))
    /// How long a host's agent may be away before its ports count as down.
    package var hostGrace: Duration = .seconds(Int64(30))
    package var certificateLifetimes = CertificateAuthority.Lifetimes()

    /// Where Prometheus finds `/metrics`, on a loopback address unless told otherwise.
    package static let metricsPort = 9699

    package init(dataDirectory: String) { self.dataDirectory = dataDirectory }
}
