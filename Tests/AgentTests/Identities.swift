import AgentProtocol
import Testing

@testable import Agent

extension World {
    /// What the agent has on disk.
    func identity() throws -> HostIdentity { try #require(try HostIdentity.load(from: agentData)) }

    /// Joins as the agent does, without one.
    func join() async throws -> HostIdentity {
        let token = try JoinToken(text: try #require(configuration.joinToken))
        return try await Enrolment.join(token: token, hostName: "h1", manager: nil)
    }
}
