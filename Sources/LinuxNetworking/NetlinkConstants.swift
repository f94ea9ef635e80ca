// The numbers of linux/netlink.h, linux/rtnetlink.h, linux/if_link.h, linux/if_addr.h, linux/neighbour.h. They are
// kernel ABI and never change; the headers of an older distribution lack the newer ones, so they are written out.

enum NetlinkFlag {
    static let request: UInt16 = 0x1
    static let acknowledge: UInt16 = 0x4
    static let dumpInterrupted: UInt16 = 0x10
    static let dump: UInt16 = 0x300
    static let replace: UInt16 = 0x100
    static let exclusive: UInt16 = 0x200
    static let create: UInt16 = 0x400
    /// In an acknowledgement: the request's payload is not repeated.
    static let capped: UInt16 = 0x100
    /// In an acknowledgement: attributes follow.
    static let acknowledgementAttributes: UInt16 = 0x200
}

enum MessageType {
    static let error: UInt16 = 2
    static let done: UInt16 = 3
    static let overrun: UInt16 = 4
    static let newLink: UInt16 = 16
    static let deleteLink: UInt16 = 17
    static let getLink: UInt16 = 18
    static let setLink: UInt16 = 19
    static let newAddress: UInt16 = 20
    static let deleteAddress: UInt16 = 21
    static let getAddress: UInt16 = 22
    static let newRoute: UInt16 = 24
    static let deleteRoute: UInt16 = 25
    static let getRoute: UInt16 = 26
    static let newNeighbour: UInt16 = 28
    static let deleteNeighbour: UInt16 = 29
    static let getNeighbour: UInt16 = 30
}

enum AddressFamily {
    static let unspecified: UInt8 = 0
    static let inet: UInt8 = 2
    static let bridge: UInt8 = 7
    static let inet6: UInt8 = 10
}

enum ExtendedAcknowledgement {
    static let message: UInt16 = 1
    static let offset: UInt16 = 2
    static let missingType: UInt16 = 5
}

enum LinkFlag {
    static let up: UInt32 = 0x1
    static let running: UInt32 = 0x40
}

enum LinkAttribute {
    static let address: UInt16 = 1
    static let name: UInt16 = 3
    static let mtu: UInt16 = 4
    static let link: UInt16 = 5
    static let master: UInt16 = 10
    static let operationalState: UInt16 = 16
    static let info: UInt16 = 18
    static let alias: UInt16 = 20
    static let namespaceDescriptor: UInt16 = 28
    static let extendedMask: UInt16 = 29
    static let linkNamespaceID: UInt16 = 37
    static let infoKind: UInt16 = 1
    static let infoData: UInt16 = 2
    static let vethPeer: UInt16 = 1
    static let vxlanLearning: UInt16 = 7
    static let vxlanPort: UInt16 = 15
    static let vxlanZeroChecksum6Receive: UInt16 = 20
    static let vxlanCollectMetadata: UInt16 = 25
    /// Leaves the statistics out of a link's answer.
    static let skipStatistics: UInt32 = 1 << 3
}

enum AddressAttribute {
    static let address: UInt16 = 1
    static let local: UInt16 = 2
    static let label: UInt16 = 3
    static let flags: UInt16 = 8
}

enum RouteAttribute {
    static let destination: UInt16 = 1
    static let source: UInt16 = 2
    static let outputLink: UInt16 = 4
    static let gateway: UInt16 = 5
    static let priority: UInt16 = 6
    static let preferredSource: UInt16 = 7
    static let metrics: UInt16 = 8
    static let multipath: UInt16 = 9
    static let table: UInt16 = 15
    static let via: UInt16 = 18
    static let metricMTU: UInt16 = 2
    /// In `rtm_flags` and `rtnh_flags`: the gateway is on the link even if no address says so.
    static let flagOnLink: UInt32 = 4
    /// In `rtm_flags`: this route was cloned from another (path MTU exceptions).
    static let flagCloned: UInt32 = 0x200
    /// In `rtm_flags` of a lookup: tell the table too.
    static let flagLookupTable: UInt32 = 0x1000
}

enum NeighbourAttribute {
    static let destination: UInt16 = 1
    static let linkLayerAddress: UInt16 = 2
    static let interface: UInt16 = 8
    static let extendedFlags: UInt16 = 15
    static let flagUse: UInt8 = 0x01
    static let flagProxy: UInt8 = 0x08
    static let flagRouter: UInt8 = 0x80
    static let extendedFlagManaged: UInt32 = 0x1
}

enum MulticastGroup {
    static let link: UInt32 = 1
    static let neighbour: UInt32 = 3
    static let ipv4Address: UInt32 = 5
    static let ipv4Route: UInt32 = 7
    static let ipv6Address: UInt32 = 9
    static let ipv6Route: UInt32 = 11
}
