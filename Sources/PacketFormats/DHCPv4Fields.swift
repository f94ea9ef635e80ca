import Addresses

// The options this project reads or writes, as what they mean. Reading gives nil when the option is absent or is not of
// the length its definition (RFC 2132 unless noted) asks for; writing nil or an empty list removes it.
extension DHCPv4Message {
    /// The raw value of an option.
    package subscript(code: DHCPv4Option.Code) -> [UInt8]? {
        get { options.first { $0.code == code }?.value }
        set {
            let index = options.firstIndex { $0.code == code }
            switch (index, newValue) {
            case (let index?, let value?): options[index].value = value
            case (let index?, nil): options.remove(at: index)
            case (nil, let value?): options.append(DHCPv4Option(code, value))
            case (nil, nil): break
            }
        }
    }

    package var messageType: MessageType? {
        get { self[.messageType].flatMap { $0.count == 1 ? MessageType(rawValue: $0[0]) : nil } }
        set { self[.messageType] = newValue.map { [$0.rawValue] } }
    }

    package var requestedAddress: IPv4Address? {
        get { address(.requestedAddress) }
        set { self[.requestedAddress] = newValue.map { bytes(of: [$0]) } }
    }

    package var serverIdentifier: IPv4Address? {
        get { address(.serverIdentifier) }
        set { self[.serverIdentifier] = newValue.map { bytes(of: [$0]) } }
    }

    package var subnetMask: IPv4Address? {
        get { address(.subnetMask) }
        set { self[.subnetMask] = newValue.map { bytes(of: [$0]) } }
    }

    package var broadcastAddress: IPv4Address? {
        get { address(.broadcastAddress) }
        set { self[.broadcastAddress] = newValue.map { bytes(of: [$0]) } }
    }

    package var routers: [IPv4Address] {
        get { addresses(.routers) }
        set { self[.routers] = newValue.isEmpty ? nil : bytes(of: newValue) }
    }

    package var domainNameServers: [IPv4Address] {
        get { addresses(.domainNameServers) }
        set { self[.domainNameServers] = newValue.isEmpty ? nil : bytes(of: newValue) }
    }

    /// Seconds.
    package var leaseTime: UInt32? {
        get { number(.leaseTime) }
        set { setNumber(newValue, .leaseTime) }
    }

    /// T1, seconds.
    package var renewalTime: UInt32? {
        get { number(.renewalTime) }
        set { setNumber(newValue, .renewalTime) }
    }

    /// T2, seconds.
    package var rebindingTime: UInt32? {
        get { number(.rebindingTime) }
        set { setNumber(newValue, .rebindingTime) }
    }

    /// Bytes.
    package var interfaceMTU: UInt16? {
        get { number(.interfaceMTU) }
        set { setNumber(newValue, .interfaceMTU) }
    }

    /// The longest DHCP message the client takes, in bytes, IP and UDP headers included.
    package var maximumMessageSize: UInt16? {
        get { number(.maximumMessageSize) }
        set { setNumber(newValue, .maximumMessageSize) }
    }

    package var parameterRequestList: [DHCPv4Option.Code] {
        get { (self[.parameterRequestList] ?? []).map(DHCPv4Option.Code.init) }
        set { self[.parameterRequestList] = newValue.isEmpty ? nil : newValue.map(\.rawValue) }
    }

    package var clientIdentifier: [UInt8]? {
        get { self[.clientIdentifier] }
        set { self[.clientIdentifier] = newValue }
    }

    package var hostName: String? {
        get { text(.hostName) }
        set { self[.hostName] = newValue.map { Array($0.utf8) } }
    }

    package var domainName: String? {
        get { text(.domainName) }
        set { self[.domainName] = newValue.map { Array($0.utf8) } }
    }

    /// Why a server refuses or a client declines.
    package var message: String? {
        get { text(.message) }
        set { self[.message] = newValue.map { Array($0.utf8) } }
    }

    /// Option 121 (RFC 3442); nil when absent. A client that gets it ignores `routers`, so a default route has to be
    /// repeated here.
    package func classlessRoutes() throws(PacketError) -> [DHCPv4ClasslessRoute]? {
        guard let value = self[.classlessRoutes] else { return nil }
        return try DHCPv4ClasslessRoute.parse(value)
    }

    package mutating func setClasslessRoutes(_ routes: [DHCPv4ClasslessRoute]) {
        self[.classlessRoutes] = routes.isEmpty ? nil : DHCPv4ClasslessRoute.bytes(of: routes)
    }

    private func address(_ code: DHCPv4Option.Code) -> IPv4Address? {
        number(code).map(IPv4Address.init)
    }

    private func addresses(_ code: DHCPv4Option.Code) -> [IPv4Address] {
        guard let value = self[code], value.count % 4 == 0 else { return [] }
        return stride(from: 0, to: value.count, by: 4).map {
            IPv4Address(value[$0], value[$0 + 1], value[$0 + 2], value[$0 + 3])
        }
    }

    private func bytes(of addresses: [IPv4Address]) -> [UInt8] {
        var bytes: [UInt8] = []
        for address in addresses { bytes.append(address) }
        return bytes
    }

    private func number<Number: FixedWidthInteger>(_ code: DHCPv4Option.Code) -> Number? {
        guard let value = self[code], value.count * 8 == Number.bitWidth else { return nil }
        return value.reduce(0) { $0 << 8 | Number($1) }
    }

    private mutating func setNumber(_ number: (some FixedWidthInteger & UnsignedInteger)?, _ code: DHCPv4Option.Code) {
        self[code] = number.map {
            var bytes: [UInt8] = []
            bytes.append(be: $0)
            return bytes
        }
    }

    /// Some clients end their texts with a zero, which RFC 2132 section 2 tells receivers to drop.
    private func text(_ code: DHCPv4Option.Code) -> String? {
        self[code].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
