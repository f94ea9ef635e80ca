extension NeutronClient {
    /// A host of the site.
    package struct Agent: NeutronResource, Codable, Hashable {
        package static var member: String { "agent" }
        package static var collection: String { "agents" }

        package var id: String
        /// The host's name, as `binding:host_id` has it.
        package var host: String
        /// Its agent is connected.
        package var alive: Bool
        package var configurations: Configurations

        package struct Configurations: Codable, Hashable, Sendable {
            /// All changes that concern the host are in its datapath.
            package var upToDate: Bool

            package enum CodingKeys: String, CodingKey {
                case upToDate = "up_to_date"
            }
        }

        /// Hosts join and leave by themselves.
        package typealias Creation = Never
        package typealias Changes = Never
    }
}
