import PipelineSupport

/// What a fuzzer's input means: where and how a packet arrives, and the packet.
struct PacketInput {
    static let headerSize = 4

    var scene: Int
    var place: Int
    /// Bytes reachable before the program pulls them together.
    var linear: Int?
    var underlay: Underlay
    var vlanPresent: Bool
    var encapsulated: Bool
    var segmentSize: UInt32
    var frame: [UInt8]

    enum Underlay: UInt8 {
        case present, unresolved, missing
    }

    init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard bytes.count > Self.headerSize else { return nil }
        scene = Int(bytes[0])
        place = Int(bytes[1])
        linear = bytes[2] == 0xff ? nil : Int(bytes[2])
        underlay = Underlay(rawValue: bytes[3] & 3) ?? .present
        vlanPresent = bytes[3] & 0xf0 == 0x40
        encapsulated = bytes[3] & 0xf0 == 0x20
        segmentSize = bytes[3] & 0xf0 == 0x80 ? 1300 : bytes[3] & 0xf0 == 0x90 ? 20 : 0
        frame = Array(bytes[Self.headerSize...])
    }

    func arrival(at scene: FuzzedScene) -> Arrival {
        let interface = scene.interfaces[place % scene.interfaces.count]
        return Arrival(
            program: interface == scene.scene.uplink ? .fromUplink : .fromPort, frame: frame, interface: interface,
            kind: "")
    }

    /// The input that makes a packet arrive at a scene.
    static func bytes(_ arrival: Arrival, at number: Int, _ scene: FuzzedScene) -> [UInt8] {
        [UInt8(number), UInt8(scene.interfaces.firstIndex(of: arrival.interface) ?? 0), 0xff, 0] + arrival.frame
    }
}
