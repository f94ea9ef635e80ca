import HTTPTypes
import Hummingbird
import Synchronization
import Telemetry

/// How many requests there were and how long they took, by method and route.
package final class RequestMetrics: Sendable {
    private struct Name: Hashable {
        var method: String
        var route: String
    }

    private struct State {
        var counts: [Name: [Int: UInt64]] = [:]
        var durations: [Name: Histogram] = [:]
    }

    private let state = Mutex(State())

    package init() {}

    func record(method: String, route: String, status: Int, duration: Duration) {
        let name = Name(method: method, route: route)
        let histogram = state.withLock { state in
            state.counts[name, default: [:]][status, default: 0] += 1
            if let known = state.durations[name] { return known }
            let new = Histogram()
            state.durations[name] = new
            return new
        }
        histogram.observe(duration)
    }

    package func add(to exposition: inout Exposition) {
        let (counts, durations) = state.withLock { ($0.counts, $0.durations) }
        func isBefore(_ one: Name, _ other: Name) -> Bool { (one.route, one.method) < (other.route, other.method) }
        var samples: [Exposition.Sample] = []
        for (name, statuses) in counts.sorted(by: { isBefore($0.key, $1.key) }) {
            for (status, count) in statuses.sorted(by: { $0.key < $1.key }) {
                samples.append(.init(count, ["method": name.method, "route": name.route, "status": "\(status)"]))
            }
        }
        exposition.add("tombolo_api_requests_total", .counter, "Requests of the API, answered", samples)
        exposition.add(
            "tombolo_api_request_seconds", "From a request's head to its answer's",
            durations.sorted { isBefore($0.key, $1.key) }.map {
                (["method": $0.key.method, "route": $0.key.route], $0.value.counts)
            })
    }
}

/// Sees every request and answer. The route is the path as declared, so that ids make no new series; what no route
/// answers is counted as one, whatever its path and method.
struct MetricsMiddleware: RouterMiddleware {
    let metrics: RequestMetrics

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let route = context.endpointPath
        metrics.record(
            method: route == nil ? "other" : request.method.rawValue, route: route ?? "other",
            status: response.status.code, duration: ContinuousClock.now - start)
        return response
    }
}
