import Addresses
import CForwardingPipeline
import Testing

@testable import ForwardingTables

@Suite struct LayoutTests {
    @Test("addresses are 16 bytes in network order, IPv4 as ::ffff:a.b.c.d")
    func addresses() {
        #expect(rawBytes(of: ip_address(ip("10.1.0.3"))) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 10, 1, 0, 3])
        let v6 = ip("2001:db8::7")
        #expect(rawBytes(of: ip_address(v6)) == [0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7])
        #expect(ip_address(v6).address == v6)
        #expect(ip_address(ip("10.1.0.3")).address == ip("10.1.0.3"))
        #expect(ip_address(nil).address == nil)
        #expect(rawBytes(of: mac_address(mac("02:bb:aa:aa:dd:01"))) == [2, 0xbb, 0xaa, 0xaa, 0xdd, 1])
        #expect(mac_address(mac("02:bb:aa:aa:dd:01")).address == mac("02:bb:aa:aa:dd:01"))
    }

    @Test("sizes are the sums of the fields: no key and no value has a hole")
    func sizes() {
        #expect(MemoryLayout<interface_entry>.size == 4 * 4 + 6 + 2 + 16)
        #expect(MemoryLayout<destination>.size == 4 + 5 * 4 + 2 * 16)
        #expect(MemoryLayout<allowed_source_key>.size == 4 + 4 + 6 + 2 + 16)
        #expect(MemoryLayout<flood_key>.size == 8)
        #expect(MemoryLayout<fdb_key>.size == 4 + 2 + 6)
        #expect(MemoryLayout<neighbour_key>.size == 4 + 4 + 16)
        #expect(MemoryLayout<adjacency>.size == 6 + 6 + 2 + 2 + MemoryLayout<destination>.size)
        #expect(MemoryLayout<route_key>.size == 4 + 4 + 16)
        #expect(MemoryLayout<route_entry>.size == 4 + 4 + 16)
        #expect(MemoryLayout<router_port_entry>.size == 4 + 6 + 2 + 4 + 16)
        #expect(MemoryLayout<tunnel_source_key>.size == 2 * 16 + 4 + 4)
        #expect(MemoryLayout<tunnel_source>.size == 8)
        #expect(MemoryLayout<tunnel_endpoint_key>.size == 16 + 4 + 4)
        #expect(MemoryLayout<datapath_settings>.size == 8)
        #expect(MemoryLayout<drop_key>.size == 8)
        #expect(MemoryLayout<token_bucket>.size == 16)
    }

    @Test("every row has its table's sizes, and is the same after a trip through its fields")
    func roundTrip() {
        var seen: Set<TableID> = []
        for row in Demo.allRows {
            #expect(row.key.bytes.count == row.table.keySize)
            #expect(row.value.count == row.table.valueSize)
            #expect(TableEntry(row)?.row == row)
            seen.insert(row.table)
        }
        #expect(seen == Set(TableID.allCases).subtracting([.drops]), "the datapath alone makes drops")
    }

    @Test("reserved bytes are zero")
    func reserved() {
        for row in Demo.allRows {
            switch TableEntry(row) {
            case .interface(_, let value)?: #expect(value.reserved == 0)
            case .allowedSource(let key)?: #expect(key.reserved == 0)
            case .flood(_, let value)?, .fdb(_, let value)?: #expect(value.reserved == 0)
            case .bridgeNeighbour(let key, _)?: #expect(key.reserved == 0)
            case .neighbour(let key, let value)?:
                #expect(key.reserved == 0 && value.reserved == 0 && value.destination.reserved == 0)
            case .routerPort(_, let value)?: #expect(value.reserved == 0)
            case .settings(let value)?: #expect(value.reserved == 0)
            default: break
            }
        }
    }

    @Test("tables have the names of the header, and every table has a place in the write order")
    func names() {
        for table in TableID.allCases { #expect(TableID(name: table.name) == table) }
        #expect(Set(TableID.writeOrder) == Set(TableID.allCases))
        #expect(TableID.writeOrder.count == TableID.allCases.count)
    }

    @Test("a row of a wrong size prints in hexadecimal")
    func wrongSize() {
        #expect(TableRow(table: .fdb, key: [1, 2], value: [0xab]).description == "fdb 0102 -> ab")
    }
}

@Suite struct MappedPrefixTests {
    private func covered(_ text: String) -> [String] { MappedPrefix.covering(prefix(text)).map(\.description) }

    @Test("IPv4 prefixes count their bits from the mapped address; host bits are cleared")
    func v4() {
        #expect(MappedPrefix.covering(prefix("10.1.0.3/24")).map(\.length) == [120])
        #expect(covered("10.1.0.3/24") == ["10.1.0.0/24"])
        #expect(covered("0.0.0.0/0") == ["0.0.0.0/0"])
    }

    @Test("an IPv6 prefix that would hold IPv4 too is cut around ::ffff:0:0/96")
    func v6() {
        #expect(covered("2001:db8::1/64") == ["2001:db8::/64"])
        #expect(covered("::1/128") == ["::1/128"])
        let parts = MappedPrefix.covering(prefix("::/0"))
        #expect(parts.count == 96)
        func holds(_ address: String) -> Int {
            parts.filter { (ip(address).mapped ^ $0.bits) >> UInt128(128 - $0.length) == 0 }.count
        }
        for address in ["2001:db8::1", "::", "::1", "fe80::1", "::fffe:1:1", "::1:0:0:0", "ff02::1"] {
            #expect(holds(address) == 1, "\(address)")
        }
        for address in ["0.0.0.0", "10.0.0.1", "255.255.255.255"] { #expect(holds(address) == 0, "\(address)") }
        #expect(MappedPrefix.covering(prefix("::ffff:0:0/96")).map(\.length) == [96])
    }
}
