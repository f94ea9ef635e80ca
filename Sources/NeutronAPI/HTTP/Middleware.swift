import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Makes every answer Neutron's, or Keystone's under its paths: their error bodies, and the request's id.
struct AnswerMiddleware: RouterMiddleware {
    let bodyLimit: Int
    /// Where tokens come from: a `WWW-Authenticate` for the request's root.
    let challenge: @Sendable (Request) -> String

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let answer = answer(to: error, context)
            let asKeystone = answer.status == 401 || IdentityRoutes.answers(request.uri.path)
            var headers = answer.headers
            if answer.status == 401 { headers["WWW-Authenticate"] = challenge(request) }
            response = Response(
                APIResponse(
                    status: answer.status, body: asKeystone ? answer.keystoneBody : answer.body, headers: headers))
        }
        if let name = HTTPField.Name("x-openstack-request-id") { response.headers[name] = context.requestID }
        return response
    }

    private func answer(to error: any Error, _ context: APIContext) -> NeutronError {
        switch error {
        case let error as NeutronError: return error
        case let error as HTTPError where error.status == .notFound: return .unknownPath
        case is NIOTooManyBytesError: return .bodyTooLarge(limit: bodyLimit)
        case let error as any HTTPResponseError:
            return NeutronError(status: error.status.code, type: "HTTPError", message: error.status.reasonPhrase)
        default:
            context.logger.error(
                "a request failed", metadata: ["error": "\(error)", "request": "\(context.requestID)"])
            return NeutronError(
                status: 500, type: "HTTPInternalServerError",
                message: "Request Failed: internal server error while processing your request."
            )
        }
    }
}

extension Response {
    init(_ answer: APIResponse) {
        var headers = HTTPFields()
        if !answer.body.isEmpty { headers[.contentType] = "application/json" }
        for (name, value) in answer.headers {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        self.init(
            status: .init(code: answer.status), headers: headers,
            body: answer.body.isEmpty ? .init() : .init(byteBuffer: ByteBuffer(bytes: answer.body))
        )
    }
}
