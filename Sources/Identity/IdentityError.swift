/// A refused request as the identity API reports it: an HTTP status and a sentence.
package struct IdentityError: Error, Hashable, Sendable {
    package var status: Int
    package var message: String
    /// With 429: when to try again, in whole seconds.
    package var retryAfter: Int?

    package init(status: Int, message: String, retryAfter: Int? = nil) {
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
    }

    package static func badRequest(_ message: String) -> Self { IdentityError(status: 400, message: message) }

    /// Says nothing of what was wrong: name, password, or that the user is disabled.
    package static let unauthorized = IdentityError(
        status: 401, message: "The request you have made requires authentication.")

    /// `action` in the words of Keystone's policy: `identity:list_users`.
    package static func forbidden(_ action: String) -> Self {
        IdentityError(
            status: 403, message: "You are not authorized to perform the requested action: \(action).")
    }

    package static func refused(_ message: String) -> Self { IdentityError(status: 403, message: message) }

    package static func notFound(_ noun: String, _ id: some CustomStringConvertible) -> Self {
        IdentityError(status: 404, message: "Could not find \(noun): \(id.description.prefix(120)).")
    }

    package static func conflict(_ noun: String, name: String) -> Self {
        IdentityError(
            status: 409,
            message: "Conflict occurred attempting to store \(noun) - Duplicate entry found with name \(name).")
    }

    package static func tooManyAttempts(retryAfter seconds: Int) -> Self {
        IdentityError(
            status: 429, message: "Too many failed attempts to authenticate. Try again in \(seconds) s.",
            retryAfter: seconds)
    }
}
