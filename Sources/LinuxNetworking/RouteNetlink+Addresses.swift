import Addresses
import Glibc

/// An address of a link.
package struct LinkAddress: Hashable, Sendable {
    /// The link's own address, with the length of the prefix it implies.
    package var prefix: IPPrefix
    package var linkIndex: UInt32
    package var scope: RouteScope
    /// The other end's address on a point-to-point link.
    package var peer: IPAddress?
    package var label: String?
    /// IPv6: not usable yet, duplicate address detection is under way.
    package var isTentative: Bool
    /// IPv6: somebody else has it.
    package var isDuplicate: Bool
}

extension RouteNetlink {
    /// Of one link, or of all.
    package func addresses(link: UInt32? = nil) throws(NetlinkError) -> [LinkAddress] {
        var message = NetlinkMessage(type: MessageType.getAddress)
        message.append(AddressHeader(linkIndex: link ?? 0))
        do {
            return try dump(message, "list addresses", decode: LinkAddress.init(payload:))
        } catch  where error.errno == ENODEV {
            // No such link: nothing has an address on it.
            return []
        }
    }

    /// `detectsDuplicates` false (IPv6) makes the address usable at once.
    package func addAddress(
        _ prefix: IPPrefix, link: UInt32, detectsDuplicates: Bool = true
    ) throws(NetlinkError) {
        let noDuplicateDetection: UInt32 = 0x02
        var message = NetlinkMessage(type: MessageType.newAddress, flags: NetlinkFlag.create | NetlinkFlag.exclusive)
        append(prefix, link: link, to: &message)
        if prefix.family == .v6 && !detectsDuplicates {
            message.attribute(AddressAttribute.flags, noDuplicateDetection)
        }
        try request(message, "add address \(prefix) to link \(link)")
    }

    package func removeAddress(_ prefix: IPPrefix, link: UInt32) throws(NetlinkError) {
        var message = NetlinkMessage(type: MessageType.deleteAddress)
        append(prefix, link: link, to: &message)
        try request(message, "remove address \(prefix) from link \(link)")
    }

    private func append(_ prefix: IPPrefix, link: UInt32, to message: inout NetlinkMessage) {
        let scope: RouteScope = prefix.address.isLoopback ? .host : prefix.address.isLinkLocal ? .link : .universe
        message.append(
            AddressHeader(
                family: prefix.family.netlink, prefixLength: UInt8(prefix.length), scope: scope, linkIndex: link
            )
        )
        message.attribute(AddressAttribute.local, prefix.address)
        message.attribute(AddressAttribute.address, prefix.address)
    }
}

/// struct ifaddrmsg.
private struct AddressHeader {
    static let length = 8
    var family: UInt8 = AddressFamily.unspecified
    var prefixLength: UInt8 = 0
    var flags: UInt8 = 0
    var scope: RouteScope = .universe
    var linkIndex: UInt32
}

extension NetlinkMessage {
    fileprivate mutating func append(_ header: AddressHeader) {
        append(header.family)
        append(header.prefixLength)
        append(header.flags)
        append(header.scope.rawValue)
        append(header.linkIndex)
    }
}

extension LinkAddress {
    /// From RTM_NEWADDR or RTM_DELADDR. Nil for families other than IPv4 and IPv6.
    init?(payload: RawSpan) throws(NetlinkFormatError) {
        guard let family = payload.integer(at: 0, as: UInt8.self),
            let length = payload.integer(at: 1, as: UInt8.self),
            let shortFlags = payload.integer(at: 2, as: UInt8.self),
            let scope = payload.integer(at: 3, as: UInt8.self),
            let linkIndex = payload.integer(at: 4, as: UInt32.self)
        else { throw .shortHeader(expected: AddressHeader.length, got: payload.byteCount) }
        guard family == AddressFamily.inet || family == AddressFamily.inet6 else { return nil }

        var flags = UInt32(shortFlags)
        var local: IPAddress?
        var remote: IPAddress?
        var label: String?
        try payload.forEachAttribute(from: AddressHeader.length) { (type, content) throws(NetlinkFormatError) in
            switch type {
            case AddressAttribute.local: local = try content.ipAddress(type)
            case AddressAttribute.address: remote = try content.ipAddress(type)
            case AddressAttribute.label: label = content.text
            case AddressAttribute.flags: flags = try content.value(type, as: UInt32.self)
            default: break
            }
        }
        // IPv6 leaves "local" out unless there is a peer; IPv4 gives both, equal unless there is a peer.
        guard let own = local ?? remote, let prefix = IPPrefix(address: own, length: Int(length)) else {
            throw .attributeSize(type: AddressAttribute.address, got: Int(length))
        }
        self.init(
            prefix: prefix, linkIndex: linkIndex, scope: RouteScope(rawValue: scope),
            peer: remote == own ? nil : remote, label: label,
            isTentative: flags & 0x40 != 0, isDuplicate: flags & 0x08 != 0
        )
    }
}
