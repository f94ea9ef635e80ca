/// Values by prefix, found by longest match. Both families, kept apart: `::/0` does not match an IPv4 address.
/// Keys are networks; a key's host bits are ignored. Every operation costs at most one step per bit of the prefix.
package struct PrefixTrie<Value> {
    private var v4 = BitTrie<Value>()
    private var v6 = BitTrie<Value>()

    package init() {}

    package private(set) var count = 0
    package var isEmpty: Bool { count == 0 }

    /// For tests of the invariant that memory follows the entries.
    package var nodeCount: Int { v4.nodeCount + v6.nodeCount }

    /// Returns the value that was there before.
    @discardableResult
    package mutating func insert(_ value: Value, for prefix: IPPrefix) -> Value? {
        let key = BitString(prefix)
        let old =
            switch prefix.family {
            case .v4: v4.insert(value, at: key)
            case .v6: v6.insert(value, at: key)
            }
        if old == nil { count += 1 }
        return old
    }

    /// Returns the value that was there.
    @discardableResult
    package mutating func remove(_ prefix: IPPrefix) -> Value? {
        let key = BitString(prefix)
        let old =
            switch prefix.family {
            case .v4: v4.remove(key)
            case .v6: v6.remove(key)
            }
        if old != nil { count -= 1 }
        return old
    }

    /// The value of exactly this network.
    package func exact(_ prefix: IPPrefix) -> Value? {
        let key = BitString(prefix)
        return switch prefix.family {
        case .v4: v4.exact(key)
        case .v6: v6.exact(key)
        }
    }

    package func longestMatch(for address: IPAddress) -> (prefix: IPPrefix, value: Value)? {
        longestMatch(for: IPPrefix(host: address))
    }

    /// The longest prefix that contains all of `prefix`.
    package func longestMatch(for prefix: IPPrefix) -> (prefix: IPPrefix, value: Value)? {
        let key = BitString(prefix)
        let found =
            switch prefix.family {
            case .v4: v4.longestMatch(key)
            case .v6: v6.longestMatch(key)
            }
        guard let found, let prefix = found.key.prefix(of: prefix.family) else { return nil }
        return (prefix, found.value)
    }

    /// All entries: IPv4 first, then by network, shorter prefix first. The order of `IPPrefix`'s `<`.
    package var entries: [(prefix: IPPrefix, value: Value)] {
        var entries: [(prefix: IPPrefix, value: Value)] = []
        entries.reserveCapacity(count)
        v4.forEach { key, value in
            if let prefix = key.prefix(of: .v4) { entries.append((prefix, value)) }
        }
        v6.forEach { key, value in
            if let prefix = key.prefix(of: .v6) { entries.append((prefix, value)) }
        }
        return entries
    }

    package subscript(prefix: IPPrefix) -> Value? {
        get { exact(prefix) }
        set {
            if let newValue { insert(newValue, for: prefix) } else { remove(prefix) }
        }
    }
}

extension PrefixTrie: Sendable where Value: Sendable {}

extension PrefixTrie: Equatable where Value: Equatable {
    /// Same entries, whatever the order of insertion.
    package static func == (left: PrefixTrie, right: PrefixTrie) -> Bool {
        left.count == right.count
            && left.entries.elementsEqual(right.entries) { $0.prefix == $1.prefix && $0.value == $1.value }
    }
}

extension BitString {
    fileprivate init(_ prefix: IPPrefix) {
        self.init(prefix.address.value << UInt128(128 - prefix.family.bits), length: prefix.length)
    }

    fileprivate func prefix(of family: IPFamily) -> IPPrefix? {
        IPAddress(family: family, value: bits >> UInt128(128 - family.bits))
            .flatMap { IPPrefix(address: $0, length: length) }
    }
}
