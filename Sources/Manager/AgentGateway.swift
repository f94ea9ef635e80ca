import AgentProtocol
import Foundation
import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import Resources
import StateStore

/// `AgentChannel` on the wire: who asks comes from the certificate alone.
struct AgentGateway: WireAgentChannel.SimpleServiceProtocol {
    let enrolment: Enrolment
    let controller: SiteController
    let watch: HostWatch
    let heartbeat: Duration
    let logger: Logger

    func connect(
        request: RPCAsyncSequence<WireAgentMessage, any Error>, response: RPCWriter<WireManagerMessage>,
        context: ServerContext
    ) async throws {
        let host = try await host(context)
        let run = SessionRun(host: host, controller: controller, heartbeat: heartbeat, logger: logger)
        defer { if let number = run.close() { watch.lost(host.id, session: number) } }
        do {
            try await run.run(request, response)
        } catch let error as RPCError {
            logger.info("agent's stream ended", metadata: ["host": "\(host.name)", "error": "\(error)"])
            throw error
        } catch let error as StoreError {
            logger.error("agent's stream ended", metadata: ["host": "\(host.name)", "error": "\(error)"])
            throw RPCError(code: .unavailable, message: "the manager's store failed", cause: error)
        }
    }

    func renew(request: WireRenewRequest, context: ServerContext) async throws -> WireRenewReply {
        let host = try await host(context)
        do {
            let renewed = try enrolment.renew(host, request: Array(request.certificateSigningRequest))
            var reply = WireRenewReply()
            reply.certificate = Data(renewed.certificate)
            reply.caCertificate = Data(renewed.caCertificate)
            logger.info("certificate renewed", metadata: ["host": "\(host.name)"])
            return reply
        } catch {
            logger.warning("renewal refused", metadata: ["host": "\(host.name)", "error": "\(error)"])
            throw RPCError(enrolment: error)
        }
    }

    /// The host that the certificate names, if it was not removed since.
    private func host(_ context: ServerContext) async throws -> EnrolledHost {
        guard let transport = context.transportSpecific as? HTTP2ServerTransport.Posix.Context,
            let certificate = transport.peerCertificate, let id = HostIdentity.host(in: certificate)
        else { throw RPCError(code: .unauthenticated, message: "the certificate names no host") }
        guard let host = try await enrolment.host(id) else {
            throw RPCError(code: .unauthenticated, message: "host \(id) is not enrolled, or was removed")
        }
        return host
    }
}
