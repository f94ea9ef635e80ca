import Addresses
import Glibc

/// The header in front of every netlink message.
struct NetlinkHeader: Hashable {
    var type: UInt16
    var flags: UInt16
    var sequence: UInt32
    /// The port id of the socket whose request this answers; 0 for notifications the kernel began itself.
    var port: UInt32
}

/// A netlink datagram that breaks the rules of netlink(7).
enum NetlinkFormatError: Error, Hashable {
    case messageLength(UInt32, available: Int)
    case attributeLength(UInt16, available: Int)
    case shortHeader(expected: Int, got: Int)
    case attributeSize(type: UInt16, got: Int)
}

extension RawSpan {
    /// The integer at `offset` in the machine's byte order; nil when it does not fit.
    func integer<Value: FixedWidthInteger & BitwiseCopyable>(at offset: Int, as type: Value.Type) -> Value? {
        guard offset >= 0, offset + MemoryLayout<Value>.size <= byteCount else { return nil }
        return unsafeLoadUnaligned(fromByteOffset: offset, as: type)
    }

    /// Calls `body` for every message of a datagram, with its header and what follows it.
    func forEachMessage<Failure: Error>(
        _ body: (NetlinkHeader, RawSpan) throws(Failure) -> Void
    ) throws(NetlinkWalkError<Failure>) {
        var offset = 0
        while byteCount - offset >= NetlinkMessage.headerLength {
            let available = byteCount - offset
            guard let length = integer(at: offset, as: UInt32.self),
                let type = integer(at: offset + 4, as: UInt16.self),
                let flags = integer(at: offset + 6, as: UInt16.self),
                let sequence = integer(at: offset + 8, as: UInt32.self),
                let port = integer(at: offset + 12, as: UInt32.self)
            else { return }
            guard length >= UInt32(NetlinkMessage.headerLength), length <= UInt32(available) else {
                throw .format(.messageLength(length, available: available))
            }
            let end = offset + Int(length)
            let header = NetlinkHeader(type: type, flags: flags, sequence: sequence, port: port)
            do {
                try body(header, extracting(offset + NetlinkMessage.headerLength..<end))
            } catch {
                throw .body(error)
            }
            offset += aligned(Int(length))
        }
    }

    /// Calls `body` for every attribute from `start` on, with its type (flags taken off) and its content.
    func forEachAttribute(
        from start: Int = 0, _ body: (UInt16, RawSpan) throws(NetlinkFormatError) -> Void
    ) throws(NetlinkFormatError) {
        var offset = aligned(start)
        while byteCount - offset >= 4 {
            guard let length = integer(at: offset, as: UInt16.self),
                let type = integer(at: offset + 2, as: UInt16.self)
            else { return }
            guard length >= 4, Int(length) <= byteCount - offset else {
                throw .attributeLength(length, available: byteCount - offset)
            }
            // The top bits say "nested" and "network byte order".
            try body(type & 0x3fff, extracting(offset + 4..<offset + Int(length)))
            offset += aligned(Int(length))
        }
    }

    /// The whole span as one integer in the machine's byte order. Longer content is cut: the kernel may extend
    /// attributes at the end.
    func value<Value: FixedWidthInteger & BitwiseCopyable>(
        _ type: UInt16, as _: Value.Type
    ) throws(NetlinkFormatError) -> Value {
        guard let value = integer(at: 0, as: Value.self) else { throw .attributeSize(type: type, got: byteCount) }
        return value
    }

    /// UTF-8 up to the first zero.
    var text: String {
        var content: [UInt8] = []
        for index in 0..<byteCount {
            let byte = unsafeLoad(fromByteOffset: index, as: UInt8.self)
            if byte == 0 { break }
            content.append(byte)
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// An IP address in network byte order, told apart by its length.
    func ipAddress(_ type: UInt16) throws(NetlinkFormatError) -> IPAddress {
        switch byteCount {
        case 4: return .v4(IPv4Address(UInt32(bigEndian: try value(type, as: UInt32.self))))
        case 16: return .v6(IPv6Address(UInt128(bigEndian: try value(type, as: UInt128.self))))
        default: throw .attributeSize(type: type, got: byteCount)
        }
    }

    /// A six-byte hardware address; nil for links whose addresses have another size (tunnels, InfiniBand).
    var macAddress: MACAddress? {
        guard byteCount == 6, let high = integer(at: 0, as: UInt32.self), let low = integer(at: 4, as: UInt16.self)
        else { return nil }
        return MACAddress(UInt64(UInt32(bigEndian: high)) << 16 | UInt64(UInt16(bigEndian: low)))
    }
}

/// Either the datagram or what its reader made of it was wrong.
enum NetlinkWalkError<Body: Error>: Error {
    case format(NetlinkFormatError)
    case body(Body)
}

private func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
