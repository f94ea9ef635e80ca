/// A VXLAN network identifier. 24 bits on the wire (RFC 7348); zero is never assigned, so it is not representable.
package struct VNI: StringCoded {
    package let value: UInt32

    package static let range = 1...16_777_215

    /// Nil outside 1...16777215.
    package init?(_ value: some BinaryInteger) {
        guard let value = Int(exactly: value), Self.range.contains(value) else { return nil }
        self.value = UInt32(value)
    }

    package init?(_ text: some StringProtocol) {
        guard let value = StrictNumber.decimal(text.utf8, maximum: UInt64(Self.range.upperBound)) else { return nil }
        self.init(value)
    }

    package var description: String { String(value) }

    package static func < (left: VNI, right: VNI) -> Bool { left.value < right.value }
}
