import LinuxNetworking

extension TestLab {
    /// Runs a Python script with scapy's names in a VM, a host or the WAN router, and returns what it printed.
    ///
    /// Scapy makes the frames there: no code of ours decides what is right on the wire.
    @discardableResult
    func scapy(_ place: String, _ script: String) async throws -> String {
        let preamble = """
            from scapy.config import conf
            conf.verb = 0
            from scapy.packet import Raw
            from scapy.layers.l2 import *
            from scapy.layers.inet import *
            from scapy.layers.dhcp import *
            from scapy.layers.vxlan import *
            from scapy.sendrecv import *

            """
        // Debian's Python: others on the machine don't know its packages.
        let result = try await ProcessSpawner.run(
            "/usr/bin/python3", ["-c", preamble + script], in: try namespace(place))
        guard result.isSuccess else {
            throw Missing(description: "scapy in \(place): \(result.errorText)\n\(script)")
        }
        return result.outputText
    }
}
