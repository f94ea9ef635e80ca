/// Numbers both ends of the agents' channel share.
package enum ChannelLimits {
    /// Seconds between the agent's heartbeats.
    package static let heartbeatSeconds: UInt32 = 3
    /// How many heartbeats may be missing before a peer counts as gone.
    package static let missedHeartbeats: UInt32 = 3
    /// HTTP/2 pings: sent after this many seconds without traffic, answered within as many.
    package static let keepaliveSeconds = 5
    /// The largest message either end accepts, in bytes. `UpdateParts` stays far below.
    package static let maximumMessageBytes = 4 * 1024 * 1024
}
