import AgentProtocol
import Foundation
import GRPCCore
import Logging

/// `AgentEnrolment` on the wire.
struct EnrolmentService: WireAgentEnrolment.SimpleServiceProtocol {
    let enrolment: Enrolment
    let logger: Logger

    func join(request: WireJoinRequest, context: ServerContext) async throws -> WireJoinReply {
        do {
            let joined = try await enrolment.join(
                hostName: request.hostName, secret: Array(request.secret),
                request: Array(request.certificateSigningRequest))
            var reply = WireJoinReply()
            reply.hostID = Data(joined.host.id)
            reply.certificate = Data(joined.certificate)
            reply.caCertificate = Data(joined.caCertificate)
            reply.agentEndpoints = joined.agentEndpoints
            return reply
        } catch {
            logger.warning(
                "join refused",
                metadata: ["host": "\(request.hostName)", "peer": "\(context.remotePeer)", "error": "\(error)"])
            throw RPCError(enrolment: error)
        }
    }
}

extension RPCError {
    init(enrolment error: any Error) {
        switch error {
        case let error as JoinError:
            let code: RPCError.Code =
                switch error {
                case .badName: .invalidArgument
                case .unknownToken, .expiredToken: .unauthenticated
                case .nameInUse: .alreadyExists
                }
            self.init(code: code, message: error.description)
        case CertificateAuthorityError.badRequest(let reason):
            self.init(code: .invalidArgument, message: "certificate signing request: \(reason)")
        default:
            // What went wrong inside is for the log.
            self.init(code: .internalError, message: "the manager could not do it; its log says why")
        }
    }
}
