import Addresses
import PacketFormats

/// The stations that the golden frames speak of.
let macA = MACAddress(0x02bb_aaaa_dd01)
let macB = MACAddress(0x02bb_aaaa_dd02)
let vm1 = IPv4Address(10, 1, 0, 3)
let vm2 = IPv4Address(10, 0, 0, 3)
let gateway = IPv4Address(10, 1, 0, 1)
let underlayMAC1 = MACAddress(0xfa16_3e9c_269e)
let underlayMAC2 = MACAddress(0xfa16_3e4e_0c4f)
let tunnel1 = IPv4Address(200, 200, 200, 3)
let tunnel2 = IPv4Address(200, 100, 100, 3)
