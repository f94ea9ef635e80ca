/// A refused request as the API reports it: HTTP status, Neutron's exception name, and a sentence.
package struct ResourceError: Error, Hashable, Sendable {
    package var status: Int
    package var type: String
    package var message: String

    package init(status: Int, type: String, message: String) {
        self.status = status
        self.type = type
        self.message = message
    }

    static func badRequest(_ type: String, _ message: String) -> Self {
        ResourceError(status: 400, type: type, message: message)
    }

    static func notFound(_ type: String, _ message: String) -> Self {
        ResourceError(status: 404, type: type, message: message)
    }

    static func conflict(_ type: String, _ message: String) -> Self {
        ResourceError(status: 409, type: type, message: message)
    }

    /// An attribute whose value breaks a rule of its own.
    package static func invalidAttribute(_ field: String, _ rule: String) -> Self {
        badRequest("HTTPBadRequest", "Invalid input for \(field). Reason: \(rule).")
    }

    /// An attribute that breaks a rule together with others.
    package static func invalidInput(_ field: String, _ rule: String) -> Self {
        badRequest("InvalidInput", "Invalid input for operation: \(field): \(rule).")
    }

    package static func missingAttribute(_ resource: String, _ field: String) -> Self {
        badRequest(
            "HTTPBadRequest", "Failed to parse request. Required attribute '\(field)' of \(resource) not specified."
        )
    }

    package static func readOnlyAttribute(_ field: String) -> Self {
        badRequest("HTTPBadRequest", "Cannot update read-only attribute \(field).")
    }

    /// RFC 9110 section 13.1.1: If-Match names a revision the resource no longer has.
    package static func revisionNumberConstraintFailed(expected: Int, current: Int) -> Self {
        ResourceError(
            status: 412, type: "RevisionNumberConstraintFailed",
            message: "Constrained to \(expected), but current revision is \(current)"
        )
    }

    /// `rule` in the words of Neutron's policy: `create_network:shared`.
    package static func policyNotAuthorized(_ rule: String) -> Self {
        ResourceError(
            status: 403, type: "PolicyNotAuthorized", message: "(rule:\(rule)) is disallowed by policy"
        )
    }

    package static func foreignProject() -> Self {
        badRequest(
            "HTTPBadRequest",
            "Specifying 'project_id' or 'tenant_id' other than the authenticated project in request requires admin privileges"
        )
    }

    /// A number space of the site is used up.
    package static func exhausted(_ what: String) -> Self {
        ResourceError(status: 503, type: "ResourceExhausted", message: "No free \(what) is left in the site.")
    }
}
