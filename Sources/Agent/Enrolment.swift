import AgentProtocol
import Crypto
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Resources
import SwiftASN1
import X509

/// Joining a site, once, and renewing what joining gave.
package enum Enrolment {
    package enum Failure: Error, CustomStringConvertible {
        /// A manager said no: the token is wrong, used up or expired, or the name is taken.
        case refused(endpoint: String, reason: String)
        /// No manager could be asked.
        case unreachable([String])

        package var description: String {
            switch self {
            case .refused(let endpoint, let reason): "the manager at \(endpoint) does not let this host join: \(reason)"
            case .unreachable(let reasons): "no manager could be reached to join: \(reasons.joined(separator: "; "))"
            }
        }
    }

    private static let patience = Duration.seconds(10)

    /// A new key and what asks for a certificate for it.
    private struct Request {
        let privateKey: P256.Signing.PrivateKey
        let bytes: [UInt8]

        init(hostName: String) throws {
            privateKey = P256.Signing.PrivateKey()
            let request = try CertificateSigningRequest(
                version: .v1, subject: DistinguishedName { CommonName(hostName) },
                privateKey: Certificate.PrivateKey(privateKey),
                attributes: CertificateSigningRequest.Attributes(), signatureAlgorithm: .ecdsaWithSHA256)
            var serializer = DER.Serializer()
            try serializer.serialize(request)
            bytes = serializer.serializedBytes
        }
    }

    /// Trades the token for an identity. The secret is said only to a server whose certificate the token's CA signed.
    package static func join(
        token: JoinToken, hostName: String, manager: String?
    ) async throws -> HostIdentity {
        let request = try Request(hostName: hostName)
        var failures: [String] = []
        for text in token.joinEndpoints {
            do {
                let endpoint = try Endpoint(text)
                let reply = try await join(at: endpoint, token: token, hostName: hostName, request: request.bytes)
                return HostIdentity(
                    hostID: try HostID("join reply.host_id", reply.hostID), hostName: hostName,
                    manager: manager ?? agentEndpoint(in: reply.agentEndpoints, joinedAt: endpoint),
                    privateKey: request.privateKey.pemRepresentation, certificate: Array(reply.certificate),
                    caCertificate: Array(reply.caCertificate))
            } catch let error as RPCError {
                try Task.checkCancellation()
                switch error.code {
                case .unauthenticated, .invalidArgument, .alreadyExists, .permissionDenied, .failedPrecondition:
                    throw Failure.refused(endpoint: text, reason: error.message)
                default: failures.append("\(text): \(reason(of: error))")
                }
            } catch let error as Endpoint.Failure {
                failures.append("\(error)")
            }
        }
        throw Failure.unreachable(failures)
    }

    /// Of the endpoints that the manager names, the one at the host that was reached just now; the first otherwise.
    static func agentEndpoint(in endpoints: [String], joinedAt endpoint: Endpoint) -> String {
        let usable = endpoints.compactMap { try? Endpoint($0) }
        let same = usable.first { $0.host == endpoint.host }
        return (same ?? usable.first ?? Endpoint(host: endpoint.host, port: AgentChannelPort.standard)).description
    }

    private static func join(
        at endpoint: Endpoint, token: JoinToken, hostName: String, request: [UInt8]
    ) async throws -> WireJoinReply {
        let transport = try HTTP2ClientTransport.Posix(
            target: endpoint.target,
            transportSecurity: .tls { tls in
                tls.trustRoots = .certificates([.bytes(token.caCertificate, format: .der)])
            })
        return try await withGRPCClient(transport: transport) { client in
            var message = WireJoinRequest()
            message.hostName = hostName
            message.secret = Data(token.secret)
            message.certificateSigningRequest = Data(request)
            var options = CallOptions.defaults
            options.timeout = patience
            return try await WireAgentEnrolment.Client(wrapping: client).join(message, options: options)
        }
    }

    /// A fresh key and certificate over a connection that the present certificate opens.
    package static func renew(
        _ identity: HostIdentity, over channel: WireAgentChannel.Client<HTTP2ClientTransport.Posix>
    ) async throws -> HostIdentity {
        let request = try Request(hostName: identity.hostName)
        var message = WireRenewRequest()
        message.certificateSigningRequest = Data(request.bytes)
        var options = CallOptions.defaults
        options.timeout = patience
        let reply = try await channel.renew(message, options: options)
        var renewed = identity
        renewed.privateKey = request.privateKey.pemRepresentation
        renewed.certificate = Array(reply.certificate)
        renewed.caCertificate = Array(reply.caCertificate)
        return renewed
    }

    /// What gRPC says, with what lies under it: "connection refused", a handshake's failure.
    static func reason(of error: any Error) -> String {
        guard let error = error as? RPCError else { return "\(error)" }
        return error.message + (error.cause.map { " (\(reason(of: $0)))" } ?? "")
    }
}

/// When a certificate is to be renewed, and when it is too late for that.
package struct CertificateLife: Hashable, Sendable {
    package var begin: Date
    package var end: Date

    package init(begin: Date, end: Date) {
        self.begin = begin
        self.end = end
    }

    /// - Parameter certificate: DER.
    package init(of certificate: [UInt8]) throws {
        let parsed = try Certificate(derEncoded: certificate)
        self.init(begin: parsed.notValidBefore, end: parsed.notValidAfter)
    }

    /// When two thirds of it are over.
    package var renewal: Date { begin.addingTimeInterval(end.timeIntervalSince(begin) * 2 / 3) }

    /// After a renewal that failed: ten more tries in what is left, but not every moment.
    package func pause(after now: Date) -> Duration {
        .milliseconds(Int64(max(30, end.timeIntervalSince(now) / 10) * 1000))
    }
}

/// Where the manager listens for agents unless it says otherwise.
package enum AgentChannelPort {
    package static let standard = 9697
}
