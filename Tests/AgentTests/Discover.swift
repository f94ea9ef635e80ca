import Addresses
import PacketFormats
import Resources

/// A DHCP client's first question.
func discover(_ port: Port) -> [UInt8] {
    var message = DHCPv4Message(operation: .bootRequest, transaction: 7, clientMAC: port.macAddress, broadcast: false)
    message.messageType = .discover
    return Packet.ethernet(source: port.macAddress, destination: .broadcast)
        .ipv4(source: .unspecified, destination: IPv4Address(0xffff_ffff)).udp(source: 68, destination: 67).dhcp(
            message)
}
