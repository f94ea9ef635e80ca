/// Up to 128 bits, left-aligned: bit 0 is the highest. Bits beyond `length` are zero.
struct BitString: Hashable {
    let bits: UInt128
    let length: Int

    init(_ bits: UInt128, length: Int) {
        self.bits = length == 0 ? 0 : bits & (UInt128.max << UInt128(128 - length))
        self.length = length
    }

    /// The bit after the first `index`: 0 or 1.
    func bit(_ index: Int) -> Int { Int(truncatingIfNeeded: bits >> UInt128(127 - index) & 1) }

    func isPrefix(of other: BitString) -> Bool {
        length <= other.length && commonLength(with: other) == length
    }

    func commonLength(with other: BitString) -> Int {
        min(length, other.length, (bits ^ other.bits).leadingZeroBitCount)
    }
}

/// A path-compressed binary trie. Nodes live in one array and name each other by index, so a copy is a copy of an array.
/// Invariant: a node without a value has two children (the root excepted), so there are fewer than twice as many nodes
/// as values.
struct BitTrie<Value> {
    fileprivate struct Node {
        var key: BitString
        var value: Value?
        var children: (zero: Int?, one: Int?) = (nil, nil)

        func child(_ bit: Int) -> Int? { bit == 0 ? children.zero : children.one }

        mutating func setChild(_ bit: Int, _ index: Int?) {
            if bit == 0 { children.zero = index } else { children.one = index }
        }

        var onlyChild: Int? {
            switch children {
            case (let child?, nil), (nil, let child?): child
            default: nil
            }
        }

        var isLeaf: Bool { children.zero == nil && children.one == nil }
    }

    /// Node 0 is the root: the empty string.
    private var nodes = [Node(key: BitString(0, length: 0), value: nil)]
    private var free: [Int] = []

    /// Nodes in use, the root included.
    var nodeCount: Int { nodes.count - free.count }

    private mutating func add(_ node: Node) -> Int {
        if let index = free.popLast() {
            nodes[index] = node
            return index
        }
        nodes.append(node)
        return nodes.count - 1
    }

    mutating func insert(_ value: Value, at key: BitString) -> Value? {
        var index = 0
        while true {
            if nodes[index].key.length == key.length {
                let old = nodes[index].value
                nodes[index].value = value
                return old
            }
            let side = key.bit(nodes[index].key.length)
            guard let next = nodes[index].child(side) else {
                let leaf = add(Node(key: key, value: value))
                nodes[index].setChild(side, leaf)
                return nil
            }
            let nextKey = nodes[next].key
            if nextKey.isPrefix(of: key) {
                index = next
                continue
            }
            // `key` leaves the path to `next` somewhere on the way: a node goes in there.
            let common = key.commonLength(with: nextKey)
            var fork = Node(key: BitString(key.bits, length: common), value: nil)
            fork.setChild(nextKey.bit(common), next)
            if common == key.length {
                fork.value = value
            } else {
                fork.setChild(key.bit(common), add(Node(key: key, value: value)))
            }
            nodes[index].setChild(side, add(fork))
            return nil
        }
    }

    mutating func remove(_ key: BitString) -> Value? {
        var path = [0]
        while let index = path.last, nodes[index].key != key {
            guard nodes[index].key.length < key.length,
                let next = nodes[index].child(key.bit(nodes[index].key.length)),
                nodes[next].key.isPrefix(of: key)
            else { return nil }
            path.append(next)
        }
        guard let index = path.popLast(), let old = nodes[index].value else { return nil }
        nodes[index].value = nil
        if let parent = path.popLast() {
            shorten(index, under: parent)
            if let grandparent = path.popLast() { shorten(parent, under: grandparent) }
        }
        return old
    }

    /// Takes a node out that neither holds a value nor forks.
    private mutating func shorten(_ index: Int, under parent: Int) {
        let node = nodes[index]
        guard node.value == nil, node.isLeaf || node.onlyChild != nil else { return }
        nodes[parent].setChild(node.key.bit(nodes[parent].key.length), node.onlyChild)
        free.append(index)
    }

    func exact(_ key: BitString) -> Value? {
        guard let found = longestMatch(key), found.key.length == key.length else { return nil }
        return found.value
    }

    func longestMatch(_ key: BitString) -> (key: BitString, value: Value)? {
        var best: (key: BitString, value: Value)?
        var next: Int? = 0
        while let index = next, nodes[index].key.isPrefix(of: key) {
            let node = nodes[index]
            if let value = node.value { best = (node.key, value) }
            next = node.key.length < key.length ? node.child(key.bit(node.key.length)) : nil
        }
        return best
    }

    /// In order: a prefix before what it contains, zero before one.
    func forEach(_ body: (BitString, Value) -> Void) {
        var pending = [0]
        while let index = pending.popLast() {
            let node = nodes[index]
            if let value = node.value { body(node.key, value) }
            if let one = node.children.one { pending.append(one) }
            if let zero = node.children.zero { pending.append(zero) }
        }
    }
}

extension BitTrie: Sendable where Value: Sendable {}
extension BitTrie.Node: Sendable where Value: Sendable {}
