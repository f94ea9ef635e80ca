import AsyncHTTPClient
import FoundationEssentials
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

/// A typed client of a Neutron v2.0 API.
///
/// Its types are its own and nested in it (`NeutronClient.Network`), so they don't meet other layers' types of the same
/// noun. A value is cheap to copy and may be used by many tasks at once; connections are kept alive and shared.
package struct NeutronClient: Sendable {
    /// The root, without `/v2.0` and without a final slash: `http://127.0.0.1:9696`.
    package let endpoint: String
    package var token: String?
    /// Who asks, where the API has no authentication.
    package var projectID: String?
    /// Where its tokens come from, unless it has one.
    package var session: Session?
    package var timeout: Duration
    private let http: HTTPClient

    /// Of the process: it lives as long. A refused connection is an error at once, not a reason to try until the time
    /// is up.
    private static let connections: HTTPClient = {
        var configuration = HTTPClient.Configuration()
        configuration.timeout.connect = .seconds(10)
        configuration.connectionPool.retryConnectionEstablishment = false
        return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }()

    /// - Parameter http: whose connections it uses; the process's own unless told.
    package init(
        endpoint: String, token: String? = nil, projectID: String? = nil, session: Session? = nil,
        timeout: Duration = .seconds(30), http: HTTPClient? = nil
    ) throws(NeutronClientError) {
        guard let url = URL(string: endpoint), url.scheme == "http" || url.scheme == "https", url.host() != nil else {
            throw .invalidEndpoint(endpoint)
        }
        var root = endpoint[...]
        while root.hasSuffix("/") { root = root.dropLast() }
        if root.hasSuffix("/v2.0") { root = root.dropLast(5) }
        self.endpoint = String(root)
        self.token = token
        self.projectID = projectID
        self.session = session
        self.timeout = timeout
        self.http = http ?? Self.connections
    }

    /// An answer as it came, whatever its status.
    package struct Answer: Sendable {
        package let status: Int
        package let headers: [String: String]
        package let body: [UInt8]

        package func header(_ name: String) -> String? { headers[name.lowercased()] }
    }

    /// One request, unjudged, with the session's token if there is one. A token that is over is renewed, once.
    ///
    /// - Parameter path: from the root, with its query: `/v2.0/networks?name=a`.
    package func send(
        _ method: String, _ path: String, body: [UInt8]? = nil, headers: [String: String] = [:]
    ) async throws(NeutronClientError) -> Answer {
        guard let session, token == nil else { return try await exchange(method, path, body, headers) }
        let first = try await session.token(through: self)
        let answer = try await exchange(method, path, body, headers.merging(["X-Auth-Token": first]) { own, _ in own })
        guard answer.status == 401, headers["X-Auth-Token"] == nil else { return answer }
        // What was refused with 401 was not done.
        let second = try await session.token(through: self, insteadOf: first)
        return try await exchange(method, path, body, headers.merging(["X-Auth-Token": second]) { own, _ in own })
    }

    /// One request as it is.
    func exchange(
        _ method: String, _ path: String, _ body: [UInt8]?, _ headers: [String: String]
    ) async throws(NeutronClientError) -> Answer {
        var request = HTTPClientRequest(url: endpoint + path)
        request.method = .init(rawValue: method)
        request.headers.add(name: "Accept", value: "application/json")
        if let token { request.headers.add(name: "X-Auth-Token", value: token) }
        if let projectID { request.headers.add(name: "X-Project-Id", value: projectID) }
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        if let body {
            request.headers.replaceOrAdd(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body))
        }
        let limit = timeout
        do {
            let response = try await http.execute(request, timeout: TimeAmount(limit))
            let buffer = try await response.body.collect(upTo: Self.largestAnswer)
            var names: [String: String] = [:]
            for (name, value) in response.headers { names[name.lowercased()] = value }
            return Answer(status: Int(response.status.code), headers: names, body: Array(buffer.readableBytesView))
        } catch let error as HTTPClientError
            where error == .deadlineExceeded || error == .readTimeout || error == .connectTimeout
        {
            throw .timedOut(request: "\(method) \(endpoint)\(path)", seconds: limit / .seconds(1))
        } catch let error as HTTPClientError where error == .cancelled {
            throw .cancelled(request: "\(method) \(path)")
        } catch is CancellationError {
            throw .cancelled(request: "\(method) \(path)")
        } catch is NIOTooManyBytesError {
            throw .invalidAnswer(request: "\(method) \(path)", reason: "more than \(Self.largestAnswer) bytes")
        } catch {
            throw .unreachable(endpoint: endpoint, reason: "\(error)")
        }
    }

    private static let largestAnswer = 256 << 20

    /// One request whose answer is judged: anything but 2xx throws `.api`.
    func succeed(
        _ method: String, _ path: String, body: [UInt8]? = nil, headers: [String: String] = [:]
    ) async throws(NeutronClientError) -> [UInt8] {
        let answer = try await send(method, path, body: body, headers: headers)
        guard (200..<300).contains(answer.status) else { throw Self.error(of: answer) }
        return answer.body
    }

    static func error(of answer: Answer) -> NeutronClientError {
        do {
            let fault = try JSONDecoder().decode(Fault.self, from: Data(answer.body))
            if let error = fault.neutron {
                return .api(status: answer.status, type: error.type, message: error.message)
            }
            if let error = fault.keystone {
                return .api(status: answer.status, type: error.title, message: error.message)
            }
        } catch {
            // Not JSON: a proxy's page, say. The status and the text are all there is.
        }
        let text = String(decoding: answer.body.prefix(500), as: UTF8.self)
        return .api(status: answer.status, type: "", message: text)
    }

    static func decode<Value: Decodable>(
        _: Value.Type, from body: [UInt8], request: String
    ) throws(NeutronClientError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(body))
        } catch {
            throw .invalidAnswer(request: request, reason: "\(error)")
        }
    }

    static func encode(_ value: some Encodable, request: String) throws(NeutronClientError) -> [UInt8] {
        do {
            return Array(try JSONEncoder().encode(value))
        } catch {
            throw .invalidAnswer(request: request, reason: "can't encode the request: \(error)")
        }
    }
}

/// The two error forms of OpenStack's services.
private struct Fault: Decodable {
    struct Neutron: Decodable {
        let type: String
        let message: String
    }

    struct Keystone: Decodable {
        let title: String
        let message: String
    }

    let neutron: Neutron?
    let keystone: Keystone?

    enum CodingKeys: String, CodingKey {
        case neutron = "NeutronError"
        case keystone = "error"
    }
}
