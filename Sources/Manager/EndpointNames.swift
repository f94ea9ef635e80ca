import Addresses
import SwiftASN1
import X509

extension GeneralName {
    /// An address as an address, anything else as a DNS name.
    init(endpoint name: String) {
        guard let address = IPAddress(name) else {
            self = .dnsName(name)
            return
        }
        let count = address.family.bits / 8
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: address.value >> UInt128(8 * (count - 1 - $0))) }
        self = .ipAddress(ASN1OctetString(contentBytes: bytes[...]))
    }
}
