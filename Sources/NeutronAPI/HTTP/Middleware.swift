import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Makes every answer Neutron's: its error bodies, and the request's id.
struct AnswerMiddleware: RouterMiddleware {
    let bodyLimit: Int

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch {
            let answer = answer(to: error, context)
            response = Response(APIResponse(status: answer.status, body: answer.body))
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

/// Finds out who asks.
struct IdentityMiddleware: RouterMiddleware {
    let authentication: Authentication

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.identity = try authentication.identity { request.header($0) }
        return try await next(request, context)
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
