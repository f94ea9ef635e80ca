import Addresses
import Resources
import SeededRandom
import Testing

@Suite struct AddressSetTests {
    @Test(
        "a set of addresses: the same as a plain set, and the first free address without a scan",
        arguments: [1, 2, 3] as [UInt64])
    func model(seed: UInt64) throws {
        var generator = SplitMix64(seed: seed)
        let pool = try #require(AddressRange("10.0.0.0-10.0.0.63"))
        var set = AddressSet()
        var model: Set<IPAddress> = []
        for _ in 0..<500 {
            let address = try #require(IPAddress("10.0.0.\(Int.random(in: 0..<64, using: &generator))"))
            if Int.random(in: 0..<5, using: &generator) < 3 {
                #expect(set.insert(address) == model.insert(address).inserted)
            } else {
                #expect(set.remove(address) == (model.remove(address) != nil))
            }
            #expect(set.count == model.count && set.isEmpty == model.isEmpty)
            #expect(set.contains(address) == model.contains(address))
            let free = (0..<64).lazy.compactMap { IPAddress("10.0.0.\($0)") }.first { !model.contains($0) }
            #expect(set.firstFree(in: pool) == free)
        }
    }

    @Test("the ends of the address space")
    func ends() throws {
        var set = AddressSet()
        let all = try #require(IPPrefix("ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127"))
        #expect(set.firstFree(in: all.range) == all.first)
        set.insert(all.last)
        set.insert(all.first)
        #expect(set.firstFree(in: all.range) == nil)
        set.insert(.v6(.unspecified))
        #expect(set.count == 3)
        set.remove(all.first)
        #expect(set.firstFree(in: all.range) == all.first)
    }
}
