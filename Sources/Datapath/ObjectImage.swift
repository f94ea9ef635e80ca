/// The bytes of a BPF object, with the hash that names its content.
package struct ObjectImage: Sendable {
    package let bytes: [UInt8]
    /// SHA-256, hexadecimal; empty for images that weren't embedded.
    package let contentHash: String

    package init(bytes: [UInt8], contentHash: String = "") {
        self.bytes = bytes
        self.contentHash = contentHash
    }

    /// The forwarding pipeline this binary was built with.
    package static func embedded() throws(DatapathError) -> ObjectImage {
        try decoded(ForwardingPipelineObject.base64, ForwardingPipelineObject.contentHash)
    }

    /// The build of the same source that tells what it does (tracing_helpers.h). Never attached.
    static func traced() throws(DatapathError) -> ObjectImage {
        try decoded(TracedPipelineObject.base64, TracedPipelineObject.contentHash)
    }

    private static func decoded(_ text: StaticString, _ hash: String) throws(DatapathError) -> ObjectImage {
        guard let bytes = base64Decoded(text) else { throw .unreadableObject(reason: "it is not base64", log: "") }
        return ObjectImage(bytes: bytes, contentHash: hash)
    }
}

/// RFC 4648 section 4, padded, without line breaks: what the build tool writes.
func base64Decoded(_ text: StaticString) -> [UInt8]? {
    text.withUTF8Buffer { base64Decoded($0) }
}

func base64Decoded(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    guard text.count % 4 == 0 else { return nil }
    var result: [UInt8] = []
    result.reserveCapacity(text.count / 4 * 3)
    var accumulator: UInt32 = 0
    var bits = 0
    var padding = 0
    for character in text {
        let value: UInt8
        switch character {
        case 0x41...0x5a: value = character - 0x41  // A-Z
        case 0x61...0x7a: value = character - 0x61 + 26  // a-z
        case 0x30...0x39: value = character - 0x30 + 52  // 0-9
        case 0x2b: value = 62  // +
        case 0x2f: value = 63  // /
        case 0x3d:  // =
            padding += 1
            continue
        default: return nil
        }
        guard padding == 0 else { return nil }
        accumulator = accumulator << 6 | UInt32(value)
        bits += 6
        if bits >= 8 {
            bits -= 8
            result.append(UInt8(truncatingIfNeeded: accumulator >> UInt32(bits)))
            accumulator &= 1 << UInt32(bits) - 1
        }
    }
    guard padding <= 2, accumulator == 0 else { return nil }
    return result
}
