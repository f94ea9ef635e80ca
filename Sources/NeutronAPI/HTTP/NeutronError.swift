import Identity
import Resources

/// An answer other than success, in the form every client of Neutron reads:
/// `{"NeutronError":{"type":…,"message":…,"detail":""}}`.
package struct NeutronError: Error, Hashable, Sendable {
    package let status: Int
    package let type: String
    package let message: String
    package var headers: [String: String] = [:]

    package init(status: Int, type: String, message: String) {
        self.status = status
        self.type = type
        self.message = message
    }

    init(_ error: IdentityError) {
        self.init(status: error.status, type: Self.title(of: error.status), message: error.message)
        if let seconds = error.retryAfter { headers["Retry-After"] = String(seconds) }
    }

    init(_ error: ResourceError) {
        self.init(status: error.status, type: error.type, message: error.message)
    }

    static func badRequest(_ message: String) -> NeutronError {
        NeutronError(status: 400, type: "HTTPBadRequest", message: message)
    }

    static func invalidInput(_ attribute: String, _ reason: String) -> NeutronError {
        badRequest("Invalid input for \(attribute). Reason: \(reason).")
    }

    static let invalidBody = badRequest("Body contains invalid data")

    static let unknownPath = NeutronError(
        status: 404, type: "HTTPNotFound", message: "The resource could not be found."
    )

    static func methodNotAllowed(_ method: String) -> NeutronError {
        NeutronError(
            status: 405, type: "HTTPMethodNotAllowed",
            message: "The method \(method) is not allowed for this resource."
        )
    }

    static func bodyTooLarge(limit: Int) -> NeutronError {
        NeutronError(
            status: 413, type: "HTTPRequestEntityTooLarge", message: "The request body is larger than \(limit) bytes."
        )
    }

    /// Neutron's `NetworkNotFound`, "Network … could not be found."
    static func notFound(_ noun: String, _ id: String) -> NeutronError {
        let type = noun.split(separator: " ").joined() + "NotFound"
        return NeutronError(status: 404, type: type, message: "\(noun) \(id) could not be found.")
    }

    var body: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("NeutronError")
        writer.beginObject()
        writer.name("type")
        writer.string(type)
        writer.name("message")
        writer.string(message)
        writer.name("detail")
        writer.string("")
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}

extension NeutronError {
    /// As clients of Keystone read it: `{"error":{"code":…,"title":…,"message":…}}`. Also Neutron's clients get this with
    /// 401, which its authentication layer, Keystone's, answers.
    var keystoneBody: [UInt8] {
        var writer = JSONWriter()
        writer.value(
            .object([
                "error": .object([
                    "code": .integer(Int64(status)), "title": .string(Self.title(of: status)),
                    "message": .string(message),
                ])
            ]))
        return writer.bytes
    }

    static func title(of status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 413: "Request Entity Too Large"
        case 429: "Too Many Requests"
        case 503: "Service Unavailable"
        default: "Internal Server Error"
        }
    }
}

extension ResourceError {
    init(_ error: NeutronError) {
        self.init(status: error.status, type: error.type, message: error.message)
    }
}

extension StandardAttributes {
    /// For rules that don't look at If-Match themselves.
    func expect(_ revision: Int?) throws(ResourceError) {
        if let revision, revision != revisionNumber {
            throw .revisionNumberConstraintFailed(expected: revision, current: revisionNumber)
        }
    }
}
