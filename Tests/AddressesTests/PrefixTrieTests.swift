import Addresses
import SeededRandom
import Testing

@Suite("PrefixTrie: longest-prefix match")
struct PrefixTrieTests {
    @Test("The longest matching prefix wins; the default route matches the rest of its family only")
    func longestMatch() {
        var trie = PrefixTrie<String>()
        trie.insert("default", for: IPPrefix("0.0.0.0/0")!)
        trie.insert("wide", for: IPPrefix("10.0.0.0/8")!)
        trie.insert("narrow", for: IPPrefix("10.1.0.0/16")!)
        trie.insert("host", for: IPPrefix("10.1.0.3/32")!)
        #expect(trie.longestMatch(for: IPAddress("10.1.0.3")!)?.value == "host")
        #expect(trie.longestMatch(for: IPAddress("10.1.0.4")!)?.value == "narrow")
        #expect(trie.longestMatch(for: IPAddress("10.1.0.4")!)?.prefix == IPPrefix("10.1.0.0/16"))
        #expect(trie.longestMatch(for: IPAddress("10.2.0.4")!)?.value == "wide")
        #expect(trie.longestMatch(for: IPAddress("11.0.0.1")!)?.value == "default")
        #expect(trie.longestMatch(for: IPAddress("::1")!) == nil)
        #expect(trie.longestMatch(for: IPPrefix("10.1.0.0/24")!)?.value == "narrow")
        #expect(trie.longestMatch(for: IPPrefix("10.0.0.0/7")!)?.value == "default")
    }

    @Test("Host bits of a key don't matter; inserting again replaces; removing gives the value back")
    func replaceAndRemove() {
        var trie = PrefixTrie<Int>()
        #expect(trie.insert(1, for: IPPrefix("10.0.0.1/24")!) == nil)
        #expect(trie.insert(2, for: IPPrefix("10.0.0.0/24")!) == 1)
        #expect(trie.count == 1 && trie.entries.first?.prefix == IPPrefix("10.0.0.0/24"))
        #expect(trie.remove(IPPrefix("10.0.0.0/25")!) == nil)
        #expect(trie.remove(IPPrefix("10.0.0.9/24")!) == 2)
        #expect(trie.isEmpty && trie.entries.isEmpty)
    }

    @Test("A copy is independent, and equality ignores the order of insertion")
    func values() {
        var trie = PrefixTrie<Int>()
        trie[IPPrefix("10.0.0.0/8")!] = 1
        var copy = trie
        copy[IPPrefix("::/0")!] = 2
        #expect(trie.count == 1 && copy.count == 2 && trie != copy)
        var other = PrefixTrie<Int>()
        other[IPPrefix("::/0")!] = 2
        other[IPPrefix("10.0.0.0/8")!] = 1
        #expect(other == copy)
        other[IPPrefix("::/0")!] = nil
        #expect(other == trie)
    }

    @Test("Any sequence of changes answers as a linear scan does", arguments: 1...8 as ClosedRange<UInt64>)
    func oracle(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var trie = PrefixTrie<Int>()
        var oracle: [IPPrefix: Int] = [:]
        func address() -> IPAddress {
            // Bits vary at the top and the bottom only, so that prefixes nest and collide often.
            let top = UInt64.random(in: 0...7, using: &random)
            let bottom = UInt64.random(in: 0...3, using: &random)
            if Bool.random(using: &random) {
                return .v4(IPv4Address(UInt32(top << 29 | bottom)))
            }
            return .v6(IPv6Address(UInt128(top) << 125 | UInt128(bottom)))
        }
        func prefix() -> IPPrefix {
            let address = address()
            let bits = address.family.bits
            let length =
                switch Int.random(in: 0...3, using: &random) {
                case 0: Int.random(in: 0...4, using: &random)
                case 1: Int.random(in: bits - 3...bits, using: &random)
                default: Int.random(in: 0...bits, using: &random)
                }
            return IPPrefix(address: address, length: length)!
        }
        for step in 0..<300 {
            let prefix = prefix()
            if Int.random(in: 0..<5, using: &random) < (step < 200 ? 3 : 1) {
                #expect(trie.insert(step, for: prefix) == oracle.updateValue(step, forKey: prefix.network))
            } else {
                let victim =
                    Bool.random(using: &random) ? prefix : oracle.keys.sorted().randomElement(using: &random) ?? prefix
                #expect(trie.remove(victim) == oracle.removeValue(forKey: victim.network))
            }
            let probe = address()
            let expected = oracle.filter { $0.key.contains(probe) }.max { $0.key.length < $1.key.length }
            #expect(trie.longestMatch(for: probe)?.prefix == expected?.key)
            #expect(trie.longestMatch(for: probe)?.value == expected?.value)
            let covering = oracle.filter { $0.key.contains(prefix) }.max { $0.key.length < $1.key.length }
            #expect(trie.longestMatch(for: prefix)?.prefix == covering?.key)
            #expect(trie.exact(prefix) == oracle[prefix.network])
            #expect(trie.count == oracle.count)
            // Two roots; every other node holds a value or forks.
            #expect(trie.nodeCount <= 2 + 2 * trie.count)
        }
        #expect(trie.entries.map(\.prefix) == oracle.keys.sorted())
        #expect(trie.entries.map(\.value) == oracle.sorted { $0.key < $1.key }.map(\.value))
        for prefix in oracle.keys { trie.remove(prefix) }
        #expect(trie.isEmpty && trie.entries.isEmpty && trie.nodeCount == 2)
    }
}
