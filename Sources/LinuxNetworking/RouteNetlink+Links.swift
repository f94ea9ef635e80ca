import Addresses
import Glibc

/// The far end of a veth pair.
package struct VethPeer: Sendable {
    package var name: String
    package var mac: MACAddress?
    package var mtu: UInt32?
    /// Where the peer is born; nil: next to the near end.
    package var namespace: NetworkNamespace?

    package init(
        name: String, mac: MACAddress? = nil, mtu: UInt32? = nil, namespace: NetworkNamespace? = nil
    ) {
        self.name = name
        self.mac = mac
        self.mtu = mtu
        self.namespace = namespace
    }
}

extension RouteNetlink {
    package func links() throws(NetlinkError) -> [Link] {
        var message = NetlinkMessage(type: MessageType.getLink)
        message.append(LinkHeader())
        message.attribute(LinkAttribute.extendedMask, LinkAttribute.skipStatistics)
        return try dump(message, "list links", decode: Link.init(payload:))
    }

    /// Nil when there is no such link.
    package func link(named name: String) throws(NetlinkError) -> Link? {
        try checkName(name, "get link \(name)")
        return try link("get link \(name)") { $0.attribute(LinkAttribute.name, name) }
    }

    /// Nil when there is no such link.
    package func link(index: UInt32) throws(NetlinkError) -> Link? {
        try link("get link \(index)", index: index)
    }

    private func link(
        _ operation: String, index: UInt32 = 0, _ attributes: (inout NetlinkMessage) -> Void = { _ in }
    ) throws(NetlinkError) -> Link? {
        var message = NetlinkMessage(type: MessageType.getLink)
        message.append(LinkHeader(index: index))
        attributes(&message)
        message.attribute(LinkAttribute.extendedMask, LinkAttribute.skipStatistics)
        var found: Link?
        do {
            try request(message, operation) { (payload) throws(NetlinkFormatError) in
                found = try Link(payload: payload)
            }
        } catch  where error.errno == ENODEV {
            return nil
        }
        return found
    }

    /// Returns the near end.
    @discardableResult
    package func createVeth(
        name: String, mac: MACAddress? = nil, mtu: UInt32? = nil, peer: VethPeer
    ) throws(NetlinkError) -> Link {
        try checkName(peer.name, "create veth \(name)")
        return try create("veth", name: name, mac: mac, mtu: mtu) { data in
            data.nest(LinkAttribute.vethPeer) { message in
                message.append(LinkHeader())
                message.attribute(LinkAttribute.name, peer.name)
                if let mac = peer.mac { message.attribute(LinkAttribute.address, mac) }
                if let mtu = peer.mtu { message.attribute(LinkAttribute.mtu, mtu) }
                if let namespace = peer.namespace {
                    message.attribute(LinkAttribute.namespaceDescriptor, UInt32(namespace.descriptor.rawValue))
                }
            }
        }
    }

    @discardableResult
    package func createBridge(
        name: String, mac: MACAddress? = nil, mtu: UInt32? = nil
    ) throws(NetlinkError) -> Link {
        try create("bridge", name: name, mac: mac, mtu: mtu)
    }

    @discardableResult
    package func createDummy(
        name: String, mac: MACAddress? = nil, mtu: UInt32? = nil
    ) throws(NetlinkError) -> Link {
        try create("dummy", name: name, mac: mac, mtu: mtu)
    }

    /// A vxlan device in metadata mode, without a VNI of its own. Once it is up its UDP port is open on both
    /// families and the kernel merges received tunnel packets (GRO), whoever forwards them afterwards.
    @discardableResult
    package func createVXLANExternal(name: String, port: UInt16 = 4789) throws(NetlinkError) -> Link {
        try create("vxlan", name: name, mac: nil, mtu: nil) { data in
            data.attribute(LinkAttribute.vxlanCollectMetadata, UInt8(1))
            data.attribute(LinkAttribute.vxlanLearning, UInt8(0))
            data.attribute(LinkAttribute.vxlanPort, port.bigEndian)
            // RFC 7348 4: a zero checksum is to be accepted.
            data.attribute(LinkAttribute.vxlanZeroChecksum6Receive, UInt8(1))
        }
    }

    private func create(
        _ kind: String, name: String, mac: MACAddress?, mtu: UInt32?,
        data: ((inout NetlinkMessage) -> Void)? = nil
    ) throws(NetlinkError) -> Link {
        let operation = "create \(kind) \(name)"
        try checkName(name, operation)
        var message = NetlinkMessage(type: MessageType.newLink, flags: NetlinkFlag.create | NetlinkFlag.exclusive)
        message.append(LinkHeader())
        message.attribute(LinkAttribute.name, name)
        if let mac { message.attribute(LinkAttribute.address, mac) }
        if let mtu { message.attribute(LinkAttribute.mtu, mtu) }
        message.nest(LinkAttribute.info) { info in
            info.attribute(LinkAttribute.infoKind, bytes: kind.utf8)
            if let data { info.nest(LinkAttribute.infoData, data) }
        }
        try request(message, operation)
        guard let link = try link(named: name) else {
            throw NetlinkError(operation: operation, errno: ENODEV, message: "it was gone right after")
        }
        return link
    }

    /// Deleting one end of a veth pair deletes the other.
    package func delete(index: UInt32) throws(NetlinkError) {
        var message = NetlinkMessage(type: MessageType.deleteLink)
        message.append(LinkHeader(index: index))
        try request(message, "delete link \(index)")
    }

    /// Changes what is given and nothing else. `master` 0 takes the link out of its bridge; an empty `alias`
    /// removes it. A link that moves to another namespace may get another index there.
    package func setLink(
        _ index: UInt32, up: Bool? = nil, mtu: UInt32? = nil, mac: MACAddress? = nil, alias: String? = nil,
        name: String? = nil, master: UInt32? = nil, namespace: NetworkNamespace? = nil
    ) throws(NetlinkError) {
        let operation = "change link \(index)"
        var message = NetlinkMessage(type: MessageType.setLink)
        // Only IFF_UP, and only when asked: every other flag keeps its value.
        message.append(
            LinkHeader(
                index: index, flags: up == true ? LinkFlag.up : 0, change: up == nil ? 0 : LinkFlag.up
            )
        )
        if let name {
            try checkName(name, operation)
            message.attribute(LinkAttribute.name, name)
        }
        if let mac { message.attribute(LinkAttribute.address, mac) }
        if let mtu { message.attribute(LinkAttribute.mtu, mtu) }
        if let alias { message.attribute(LinkAttribute.alias, bytes: alias.utf8) }
        if let master { message.attribute(LinkAttribute.master, master) }
        if let namespace {
            message.attribute(LinkAttribute.namespaceDescriptor, UInt32(namespace.descriptor.rawValue))
        }
        try request(message, operation)
    }

    /// The kernel's limit (IFNAMSIZ), told before it cuts or refuses the name without saying which.
    private func checkName(_ name: String, _ operation: String) throws(NetlinkError) {
        guard (1...15).contains(name.utf8.count) else {
            throw NetlinkError(
                operation: operation, errno: EINVAL, message: "the name \"\(name)\" must have 1 to 15 bytes"
            )
        }
    }
}
