import HTTPTypes
import Hummingbird
import Logging
import Manager
import NIOCore
import ServiceLifecycle
import Telemetry

/// The Neutron v2.0 API of a site, over HTTP/1.1. Runs in a `ServiceGroup` and ends with it.
package struct NeutronAPIService: Service {
    /// Neutron's port.
    package static let defaultPort = 9696
    /// Larger request bodies are refused with 413. Room for some thousands of ports in one bulk request.
    package static let bodyLimit = 4 << 20
    /// Connections without a request, or whose request doesn't go on, are closed: each costs a descriptor. Longer than
    /// clients commonly keep one for their next request, so that they close first.
    static let idleTimeout = TimeAmount.seconds(120)

    private let application: Application<RouterResponder<APIContext>>

    /// - Parameters:
    ///   - address: where to listen; "0.0.0.0" or "::" for everywhere.
    ///   - port: 0 for any free one; `onListening` is told which.
    package init(
        controller: SiteController, address: String = "127.0.0.1", port: Int = defaultPort,
        authentication: Authentication = .none, metrics: RequestMetrics = RequestMetrics(),
        logger: Logger = Logger(label: "tombolo.api"),
        onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        let routes = NeutronRoutes(site: Site(controller: controller, logger: logger), authentication).all
        var quiet = logger
        // Hummingbird reports its own start and stop at info; we do that ourselves.
        quiet.logLevel = max(logger.logLevel, .notice)
        application = Application(
            responder: Self.router(routes, authentication, metrics).buildResponder(),
            server: .http1(configuration: .init(idleTimeout: Self.idleTimeout)),
            configuration: .init(address: .hostname(address, port: port), serverName: nil),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? port
                logger.info("Neutron API is up", metadata: ["address": "\(address)", "port": "\(port)"])
                await onListening(port)
            },
            logger: quiet
        )
    }

    package func run() async throws { try await application.run() }

    static func router(
        _ routes: [Route], _ authentication: Authentication, _ metrics: RequestMetrics = RequestMetrics()
    ) -> Router<APIContext> {
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: MetricsMiddleware(metrics: metrics))
        router.add(
            middleware: AnswerMiddleware(bodyLimit: bodyLimit) { "Keystone uri=\"\($0.root)/v3\"" })
        for route in routes {
            router.on(RouterPath(route.path), method: route.method.http) { request, context in
                Response(try await route.handler(try await APIRequest(request, context, route, authentication)))
            }
        }
        refuseOtherMethods(routes, router)
        return router
    }

    /// 405 with Allow (RFC 9110 section 15.5.6) where the path exists and the method doesn't.
    private static func refuseOtherMethods(_ routes: [Route], _ router: Router<APIContext>) {
        let methods: [HTTPRequest.Method] = [.get, .post, .put, .delete, .patch, .options, .head]
        for (path, known) in Dictionary(grouping: routes, by: \.path) {
            var allowed = known.map(\.method.http)
            if allowed.contains(.get) { allowed.append(.head) }
            let names = allowed.map(\.rawValue).sorted().joined(separator: ", ")
            for method in methods where !allowed.contains(method) {
                router.on(RouterPath(path), method: method) { _, _ in
                    let error = NeutronError.methodNotAllowed(method.rawValue)
                    return Response(APIResponse(status: error.status, body: error.body, headers: ["Allow": names]))
                }
            }
        }
    }
}

extension Route.Method {
    var http: HTTPRequest.Method {
        switch self {
        case .get: .get
        case .post: .post
        case .put: .put
        case .patch: .patch
        case .delete: .delete
        }
    }
}

extension APIRequest {
    init(
        _ request: Request, _ context: APIContext, _ route: Route, _ authentication: Authentication
    ) async throws {
        var parameters: [String: String] = [:]
        for (name, value) in context.parameters { parameters[String(name)] = Query.decodePath(value) }
        // Before the body: what nobody may ask is not worth reading.
        var identity = RequestIdentity.nobody
        if route.needsIdentity {
            identity = try await authentication.identity { request.header($0) }
            try Policy.authorize(route, identity, parameters)
        }
        let body: ByteBuffer
        do { body = try await request.body.collect(upTo: NeutronAPIService.bodyLimit) } catch {
            if error is NIOTooManyBytesError { throw error }
            // Who asked went away, or sent what is no HTTP: nothing of ours failed.
            throw NeutronError.badRequest("The request's body ended early")
        }
        self.init(
            identity: identity, parameters: parameters, query: Query(encoded: request.uri.query ?? ""),
            root: request.root, path: request.uri.path, ifMatch: request.headers[.ifMatch], address: context.address,
            authToken: request.header("x-auth-token"), subjectToken: request.header("x-subject-token"),
            body: Array(body.readableBytesView)
        )
    }
}

extension Request {
    /// `http://host:port` as the client, or the proxy before us, calls us.
    var root: String {
        let scheme = header("x-forwarded-proto") == "https" ? "https" : "http"
        return "\(scheme)://\(head.authority ?? "localhost")"
    }
    /// A header's value by its name in lower case.
    func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
}
