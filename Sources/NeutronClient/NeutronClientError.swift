/// Why a request to a Neutron API has no result.
package enum NeutronClientError: Error, Hashable, Sendable {
    /// The API said no: the HTTP status, Neutron's error type (`NetworkNotFound`; empty if the answer has none) and
    /// message.
    case api(status: Int, type: String, message: String)
    /// No connection, or it broke.
    case unreachable(endpoint: String, reason: String)
    /// No whole answer within the time.
    case timedOut(request: String, seconds: Double)
    /// Something answered that is no Neutron API.
    case invalidAnswer(request: String, reason: String)
    /// The task was cancelled while it waited.
    case cancelled(request: String)
    /// There is nothing to log in with.
    case noCredentials(String)
    /// Not `http://host:port` or `https://…`.
    case invalidEndpoint(String)

    /// The HTTP status, if there was an answer.
    package var status: Int? {
        if case .api(let status, _, _) = self { status } else { nil }
    }

    /// Neutron's error type, if there was one.
    package var type: String? {
        if case .api(_, let type, _) = self { type } else { nil }
    }
}

extension NeutronClientError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .api(let status, let type, let message):
            type.isEmpty ? "\(status): \(message)" : "\(status) \(type): \(message)"
        case .unreachable(let endpoint, let reason): "can't reach \(endpoint): \(reason)"
        case .timedOut(let request, let seconds): "\(request): no answer within \(seconds) s"
        case .invalidAnswer(let request, let reason): "\(request): the answer is not Neutron's: \(reason)"
        case .cancelled(let request): "\(request): cancelled"
        case .noCredentials(let reason): "can't log in: \(reason)"
        case .invalidEndpoint(let endpoint): "'\(endpoint)' is not an http:// or https:// URL with a host"
        }
    }
}
