import ArgumentParser
import Logging
import Manager
import NeutronAPI
import ServiceLifecycle
import Telemetry

/// Where a service's metrics are.
struct MetricsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where Prometheus finds /metrics: plain HTTP, for whoever reaches the address.", valueName: "addr:port"))
    var metrics: ListenAddress?

    @Flag(help: "Serve no metrics.")
    var noMetrics = false

    func validate() throws {
        if metrics != nil && noMetrics { throw ValidationError("give --metrics or --no-metrics, not both") }
    }

    func listener(defaultPort: Int) -> MetricsServer.Listener? {
        guard !noMetrics else { return nil }
        guard let metrics else { return MetricsServer.Listener(port: defaultPort) }
        return MetricsServer.Listener(host: metrics.host, port: metrics.port ?? defaultPort)
    }
}

/// The manager's `/metrics`.
struct MetricsService: Service {
    var listener: MetricsServer.Listener?
    var controller: SiteController
    var requests: RequestMetrics
    var log: Logger

    func run() async throws {
        guard let listener else { return try await gracefulShutdown() }
        try await cancelWhenGracefulShutdown {
            do {
                try await MetricsServer(listener, log: log) { [controller, requests] in
                    var exposition = Exposition()
                    ProcessMetrics.add(to: &exposition)
                    controller.addMetrics(to: &exposition)
                    requests.add(to: &exposition)
                    return exposition
                }.run()
            } catch {
                // Cancelled is how it ends.
                guard Task.isCancelled else { throw error }
            }
        }
    }
}
