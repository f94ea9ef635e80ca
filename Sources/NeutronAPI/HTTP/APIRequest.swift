import Resources

/// A request as the routes see it: already read, decoded and with a known sender.
struct APIRequest: Sendable {
    let identity: RequestIdentity
    /// Values of the path's `{names}`.
    let parameters: [String: String]
    let query: Query
    /// `http://host:port` as the client calls us; links in answers start with it.
    let root: String
    let path: String
    /// The If-Match header.
    let ifMatch: String?
    /// Where it comes from.
    var address = ""
    /// The X-Auth-Token and X-Subject-Token headers.
    var authToken: String?
    var subjectToken: String?
    let body: [UInt8]

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// The body's members. Anything but one JSON object is refused.
    func members() throws(NeutronError) -> [String: JSONValue] {
        if body.isEmpty { throw .badRequest("Resource body required") }
        let value: JSONValue
        do throws(JSONParser.Failure) {
            value = try JSONParser.parse(body)
        } catch {
            throw .invalidBody
        }
        guard case .object(let members) = value else { throw .invalidBody }
        return members
    }

    /// The body's members, which may have these names only.
    func members(only names: Set<String>) throws(NeutronError) -> [String: JSONValue] {
        let members = try members()
        for name in members.keys.sorted() where !names.contains(name) {
            throw .badRequest("Unrecognized attribute(s) '\(name.prefix(120))'")
        }
        return members
    }

    /// The object under a name in the body.
    func member(_ name: String) throws(NeutronError) -> [String: JSONValue] {
        guard let value = try members()[name] else { throw .badRequest("Unable to find '\(name)' in request body") }
        guard case .object(let members) = value else {
            throw .badRequest("Invalid request body: '\(name)' is not a dictionary")
        }
        return members
    }

    /// The revision number that `If-Match: revision_number=N` wants the resource to have.
    func expectedRevision() throws(NeutronError) -> Int? {
        guard let ifMatch else { return nil }
        let prefix = "revision_number="
        guard ifMatch.hasPrefix(prefix), let number = Int(ifMatch.dropFirst(prefix.count)), number >= 0 else {
            throw .badRequest("Revision number in If-Match header must be like 'revision_number=3'")
        }
        return number
    }
}

/// What a route answers with.
struct APIResponse: Sendable {
    var status: Int
    /// JSON; empty for none.
    var body: [UInt8]
    var headers: [String: String] = [:]

    static let noContent = APIResponse(status: 204, body: [])

    static func json(_ status: Int = 200, _ write: (inout JSONWriter) -> Void) -> APIResponse {
        var writer = JSONWriter()
        write(&writer)
        return APIResponse(status: status, body: writer.bytes)
    }

    static func json(_ value: JSONValue) -> APIResponse { json { $0.value(value) } }
}
