/// One line of the API's surface: a method, a path with `{names}`, and who answers.
struct Route: Sendable {
    enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    typealias Handler = @Sendable (APIRequest) async throws(NeutronError) -> APIResponse

    let method: Method
    let path: String
    /// False where anyone may ask, token or not: version discovery.
    let needsIdentity: Bool
    let handler: Handler

    init(_ method: Method, _ path: String, needsIdentity: Bool = true, handler: @escaping Handler) {
        self.method = method
        self.path = path
        self.needsIdentity = needsIdentity
        self.handler = handler
    }
}

extension Route: CustomStringConvertible {
    var description: String { "\(method.rawValue) \(path)" }
}
