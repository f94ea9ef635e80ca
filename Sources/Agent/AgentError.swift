import Addresses
import Datapath

package enum AgentError: Error, CustomStringConvertible {
    case notJoined(dataDirectory: String)
    case noTunnelAddress(manager: String)
    /// The datapath could not be loaded; nothing was changed.
    case datapath(DatapathError)
    /// A part that runs for as long as the agent does came to an end.
    case ended(part: String)
    /// An entry of ours in the kernel's neighbour table can't be removed.
    case neighbour(IPAddress, reason: String)
    /// A device that has the name of ours is something else.
    case foreignDevice(name: String)

    package var description: String {
        switch self {
        case .notJoined(let directory):
            "this host has not joined a site (\(directory) holds no identity): give --join-token or --join-token-file"
        case .noTunnelAddress(let manager):
            "no address of this host reaches the manager \(manager): give --tunnel-address"
        case .datapath(let error): "\(error). What to do: \(error.remedy)"
        case .ended(let part): "\(part) ended unexpectedly"
        case .neighbour(let address, let reason): "the neighbour \(address) could not be removed: \(reason)"
        case .foreignDevice(let name):
            "there is a device \(name) that this agent did not make: rename or delete it, and start the agent again"
        }
    }
}
