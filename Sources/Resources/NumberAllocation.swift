import Addresses

extension Inventory {
    /// A free number of 1...2^24-1. It is drawn at random: a number that was freed does not come back soon (hosts may
    /// still have packets and caches that name it), and two managers that draw at once rarely draw the same.
    func freeNumber(
        _ what: String, using generator: inout some RandomNumberGenerator, claim: (UInt32) -> Claim
    ) throws(ResourceError) -> UInt32 {
        let all = UInt32(VNI.range.lowerBound)...UInt32(VNI.range.upperBound)
        let start = UInt32.random(in: all, using: &generator)
        var number = start
        // So much is free, always, that this ends after a step or two.
        while holder(of: claim(number)) != nil {
            number = number == all.upperBound ? all.lowerBound : number + 1
            if number == start { throw .exhausted(what) }
        }
        return number
    }

    func freePortNumber(using generator: inout some RandomNumberGenerator) throws(ResourceError) -> UInt32 {
        try freeNumber("port number", using: &generator) { .portNumber($0) }
    }

    func freeRouterNumber(using generator: inout some RandomNumberGenerator) throws(ResourceError) -> UInt32 {
        try freeNumber("router number", using: &generator) { .routerNumber($0) }
    }

    func freeVNI(using generator: inout some RandomNumberGenerator) throws(ResourceError) -> VNI {
        // Numbers come out of VNI.range, so the fallbacks are never taken.
        let number = try freeNumber("VNI", using: &generator) { VNI($0).map { .vni($0) } ?? .portNumber($0) }
        guard let vni = VNI(number) else { throw .exhausted("VNI") }
        return vni
    }

    /// A port id that no other shares the first 11 characters with: its interface is named after them.
    func freePortID(using generator: inout some RandomNumberGenerator) -> PortID {
        while true {
            let id = PortID.random(using: &generator)
            if indexes.portsByIDPrefix[id.interfacePrefix] == nil { return id }
        }
    }

    /// Base fa:16:3e, as Neutron's; unique on the network.
    func freeMAC(
        on network: NetworkID, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> MACAddress {
        for _ in 0..<1000 {
            let mac = MACAddress(0xfa16_3e00_0000 | UInt64.random(in: 0...0xff_ffff, using: &generator))
            if holder(of: .mac(network, mac)) == nil { return mac }
        }
        throw .macAddressGenerationFailure(network)
    }
}

extension Identifier {
    static func random(using generator: inout some RandomNumberGenerator) -> Self {
        Self(randomBits: UInt128.random(in: .min ... .max, using: &generator))
    }
}
