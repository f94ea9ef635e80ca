import PipelineSupport
import SeededRandom

/// Changes an input by what a packet is made of: fields rather than bytes, by numbers of the scene, and with the checksum
/// made right again most of the time, or few packets would get past the first check.
struct Mutator {
    var random: SplitMix64
    let scenes: [FuzzedScene]

    mutating func mutate(_ bytes: [UInt8], maximum: Int) -> [UInt8] {
        guard bytes.count > PacketInput.headerSize, !chance(8) else { return fresh(maximum) }
        var bytes = bytes
        let scene = scenes[Int(bytes[0]) % scenes.count]
        for _ in 0..<Int.random(in: 1...4, using: &random) { change(&bytes, scene) }
        if !chance(6) { Self.mend(&bytes) }
        return Array(bytes.prefix(maximum))
    }

    /// A packet in order, of any scene.
    private mutating func fresh(_ maximum: Int) -> [UInt8] {
        let number = Int.random(in: 0..<scenes.count, using: &random)
        let arrival = scenes[number].traffic.whole(&random)
        return Array(PacketInput.bytes(arrival, at: number, scenes[number]).prefix(maximum))
    }

    private mutating func change(_ bytes: inout [UInt8], _ scene: FuzzedScene) {
        let start = PacketInput.headerSize
        // A tunnel packet has a frame in it: as many changes go there.
        let isTunnel = Self.isTunnel(bytes)
        let frame = isTunnel && !chance(3) ? start + 50 : start
        switch Int.random(in: 0..<20, using: &random) {
        case 0: put(scene.vocabulary.macs, at: frame, &bytes)
        case 1: put(scene.vocabulary.macs, at: frame + 6, &bytes)
        case 2:
            put([[8, 0], [8, 6], [0x81, 0], [0x88, 0xa8], [0x86, 0xdd], [0x88, 0xb5]], at: frame + 12, &bytes)
        case 3: put([[0x45], [0x46], [0x4f], [0x44], [0x40], [0x65]], at: frame + 14, &bytes)
        case 4: put([[0], [1], [2], [3], [0xb8], [0xff]], at: frame + 15, &bytes)
        case 5: put(lengths(bytes.count - frame - 14), at: frame + 16, &bytes)
        case 6:
            put(
                [[0, 0], [0x40, 0], [0x20, 0], [0, 1], [0x20, 1], [0x1f, 0xff], [0x80, 0]], at: frame + 20, &bytes)
        case 7: put([[0], [1], [2], [3], [16], [17], [64], [255]], at: frame + 22, &bytes)
        case 8: put([[1], [2], [6], [17], [47], [253]], at: frame + 23, &bytes)
        case 9: put(scene.vocabulary.addresses, at: frame + 26, &bytes)
        case 10, 11: put(scene.vocabulary.addresses, at: frame + 30, &bytes)
        case 12: put([[0, 67], [0, 68], [0x12, 0xb5], [8, 0], [0, 0], [3, 4], [11, 0]], at: frame + 34, &bytes)
        case 13: put([[0, 67], [0, 68], [0x12, 0xb5]], at: frame + 36, &bytes)
        case 14: put(lengths(bytes.count - frame - 34), at: frame + 38, &bytes)
        case 15:
            put(
                isTunnel ? scene.vocabulary.vnis : scene.vocabulary.addresses, at: isTunnel ? start + 46 : frame + 28,
                &bytes)
        case 16:
            put(
                isTunnel ? [[8], [0], [0xff], [0xf7]] : scene.vocabulary.addresses,
                at: isTunnel ? start + 42 : frame + 38, &bytes)
        case 17: cut(&bytes)
        case 18: bytes[Int.random(in: 1..<start, using: &random)] = .random(in: .min ... .max, using: &random)
        default:
            let reach = min(bytes.count, start + 120)
            bytes[Int.random(in: start..<reach, using: &random)] = .random(in: .min ... .max, using: &random)
        }
    }

    private mutating func put(_ choices: [[UInt8]], at offset: Int, _ bytes: inout [UInt8]) {
        let value = choices[Int.random(in: 0..<choices.count, using: &random)]
        guard offset + value.count <= bytes.count else { return }
        bytes.replaceSubrange(offset..<offset + value.count, with: value)
    }

    private func lengths(_ rest: Int) -> [[UInt8]] {
        [rest, rest - 1, rest + 1, 0, 19, 20, 28, 65535].map {
            let value = UInt16(clamping: $0)
            return [UInt8(value >> 8), UInt8(value & 0xff)]
        }
    }

    private mutating func cut(_ bytes: inout [UInt8]) {
        if chance(2) {
            bytes += [UInt8](repeating: 0x7a, count: Int.random(in: 1...200, using: &random))
        } else {
            bytes.removeLast(Int.random(in: 0..<bytes.count - PacketInput.headerSize, using: &random))
        }
    }

    private mutating func chance(_ oneIn: Int) -> Bool { Int.random(in: 0..<oneIn, using: &random) == 0 }

    // MARK: Checksums

    private static func isTunnel(_ bytes: [UInt8]) -> Bool {
        let start = PacketInput.headerSize
        return bytes.count > start + 64 && bytes[start + 23] == 17 && bytes[start + 36] == 0x12
            && bytes[start + 37] == 0xb5
    }

    /// Makes the IPv4 checksums right, outside and inside.
    private static func mend(_ bytes: inout [UInt8]) {
        mend(&bytes, header: PacketInput.headerSize + 14)
        if isTunnel(bytes) { mend(&bytes, header: PacketInput.headerSize + 64) }
    }

    private static func mend(_ bytes: inout [UInt8], header: Int) {
        guard bytes.count >= header + 20, bytes[header - 2] == 8, bytes[header - 1] == 0 else { return }
        let size = min(max(Int(bytes[header] & 15) * 4, 20), bytes.count - header) & ~1
        bytes[header + 10] = 0
        bytes[header + 11] = 0
        var sum: UInt32 = 0
        for offset in stride(from: header, to: header + size, by: 2) {
            sum += UInt32(bytes[offset]) << 8 | UInt32(bytes[offset + 1])
        }
        while sum > 0xffff { sum = sum & 0xffff + sum >> 16 }
        bytes[header + 10] = UInt8(truncatingIfNeeded: ~sum >> 8)
        bytes[header + 11] = UInt8(truncatingIfNeeded: ~sum)
    }
}
