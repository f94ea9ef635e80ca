import PipelineSupport

/// What a fuzzer's input means: where and how a packet arrives, and the packet.
struct PacketInput {
    static let headerSize = 3

    var program: Machine.Program
    var interface: UInt32
    /// Bytes reachable before the program pulls them together.
    var linear: Int?
    var underlay: Underlay
    var vlanPresent: Bool
    var segmentSize: UInt32
    var frame: [UInt8]

    enum Underlay: UInt8 {
        case present, unresolved, missing
    }

    private static let ports = (1...2).flatMap { [Scenario.vm($0), Scenario.second($0), Scenario.server($0)] }

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count > Self.headerSize else { return nil }
        let place = Int(bytes[0] % 8)
        (program, interface) =
            place < Self.ports.count ? (.fromPort, Self.ports[place]) : (.fromUplink, Scenario.uplink)
        frame = Array(bytes[Self.headerSize...])
        linear = bytes[1] == 0xff ? nil : Int(bytes[1])
        underlay = Underlay(rawValue: bytes[2] & 3) ?? .present
        vlanPresent = bytes[2] & 0xfc == 0x40
        segmentSize = bytes[2] & 0xfc == 0x80 ? 1400 : 0
    }

    /// The input that makes an example arrive.
    static func seed(_ arrival: Arrival) -> [UInt8] {
        let place = arrival.program == .fromUplink ? 7 : ports.firstIndex(of: arrival.interface) ?? 0
        return [UInt8(place), 0xff, 0] + arrival.frame
    }
}
