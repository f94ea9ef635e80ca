import Addresses

/// What can be read from bytes. The array forms are there because a span cannot escape into a closure, nor into the
/// testing library's macros.
package protocol WireFormat: Hashable, Sendable {
    /// What starts at `offset`.
    static func parse(_ bytes: RawSpan, at offset: Int) throws(PacketError) -> Self
}

extension WireFormat {
    package static func parse(_ bytes: [UInt8], at offset: Int = 0) throws(PacketError) -> Self {
        try parse(bytes.span.bytes, at: offset)
    }
}

extension IPv4Header {
    package func isChecksumValid(in bytes: [UInt8]) -> Bool {
        isChecksumValid(in: bytes.span.bytes)
    }
}

extension UDPHeader {
    package func isChecksumValid(in bytes: [UInt8], source: IPv4Address, destination: IPv4Address) -> Bool {
        isChecksumValid(in: bytes.span.bytes, source: source, destination: destination)
    }
}

extension ICMPv4Error {
    package static func isAllowed(about bytes: [UInt8], at offset: Int = 0) -> Bool {
        isAllowed(about: bytes.span.bytes, at: offset)
    }

    package static func quote(of bytes: [UInt8], at offset: Int = 0) throws(PacketError) -> [UInt8] {
        try quote(of: bytes.span.bytes, at: offset)
    }
}
