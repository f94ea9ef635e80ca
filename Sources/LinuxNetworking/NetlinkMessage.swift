import Addresses

/// A netlink message being written: header, family header, attributes. Integers are in the machine's byte order
/// unless they say otherwise; attributes are padded to four bytes (netlink(7)).
struct NetlinkMessage {
    static let headerLength = 16

    private(set) var bytes: [UInt8] = []

    init(type: UInt16, flags: UInt16 = 0) {
        append(UInt32(0))  // the length, known at the end
        append(type)
        append(flags | NetlinkFlag.request)
        append(UInt32(0))  // sequence
        append(UInt32(0))  // port id: the kernel fills in the socket's
    }

    mutating func append<Value: FixedWidthInteger>(_ value: Value) {
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    mutating func append(contentsOf content: some Collection<UInt8>) {
        bytes.append(contentsOf: content)
    }

    mutating func pad() {
        while !bytes.count.isMultiple(of: 4) { bytes.append(0) }
    }

    mutating func attribute(_ type: UInt16, bytes content: some Collection<UInt8>) {
        append(UInt16(4 + content.count))
        append(type)
        bytes.append(contentsOf: content)
        pad()
    }

    mutating func attribute<Value: FixedWidthInteger>(_ type: UInt16, _ value: Value) {
        withUnsafeBytes(of: value) { attribute(type, bytes: $0) }
    }

    /// With the terminating zero that names of links carry.
    mutating func attribute(_ type: UInt16, _ text: String) {
        attribute(type, bytes: Array(text.utf8) + [0])
    }

    mutating func attribute(_ type: UInt16, _ address: IPAddress) {
        switch address {
        case .v4(let address): attribute(type, address.value.bigEndian)
        case .v6(let address): attribute(type, address.value.bigEndian)
        }
    }

    mutating func attribute(_ type: UInt16, _ mac: MACAddress) {
        withUnsafeBytes(of: (mac.value << 16).bigEndian) { attribute(type, bytes: $0.prefix(6)) }
    }

    /// An attribute whose content is what `body` appends.
    mutating func nest<Failure: Error>(
        _ type: UInt16, _ body: (inout NetlinkMessage) throws(Failure) -> Void
    ) throws(Failure) {
        let start = bytes.count
        append(UInt16(0))
        append(type)
        try body(&self)
        store(UInt16(bytes.count - start), at: start)
        pad()
    }

    mutating func setFlags(_ flags: UInt16) {
        let present = bytes.span.bytes.integer(at: 6, as: UInt16.self) ?? 0
        store(present | flags, at: 6)
    }

    /// The message as it is sent, its length and sequence number filled in.
    mutating func sealed(sequence: UInt32) -> [UInt8] {
        store(UInt32(bytes.count), at: 0)
        store(sequence, at: 8)
        return bytes
    }

    private mutating func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
        withUnsafeBytes(of: value) { bytes.replaceSubrange(offset..<offset + $0.count, with: $0) }
    }
}
