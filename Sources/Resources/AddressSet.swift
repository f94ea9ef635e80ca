import Addresses

/// Addresses of one subnet that are in use, as ranges that neither touch nor overlap, in order. So the next free address
/// is found by one binary search, however full the subnet is.
package struct AddressSet: Hashable, Sendable {
    private struct Run: Hashable {
        var first: UInt128
        var last: UInt128
    }

    private var runs: [Run] = []
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { runs.isEmpty }

    /// Index of the first run that ends at or after `value`.
    private func index(of value: UInt128) -> Int {
        var low = 0
        var high = runs.count
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].last < value { low = middle + 1 } else { high = middle }
        }
        return low
    }

    package func contains(_ address: IPAddress) -> Bool {
        let index = index(of: address.value)
        return index < runs.count && runs[index].first <= address.value
    }

    /// False when it was in already.
    @discardableResult
    package mutating func insert(_ address: IPAddress) -> Bool {
        let value = address.value
        let index = index(of: value)
        if index < runs.count, runs[index].first <= value { return false }
        let joinsLeft = index > 0 && runs[index - 1].last + 1 == value
        let joinsRight = index < runs.count && runs[index].first - 1 == value
        switch (joinsLeft, joinsRight) {
        case (true, true):
            runs[index - 1].last = runs[index].last
            runs.remove(at: index)
        case (true, false): runs[index - 1].last = value
        case (false, true): runs[index].first = value
        case (false, false): runs.insert(Run(first: value, last: value), at: index)
        }
        count += 1
        return true
    }

    /// False when it was not in.
    @discardableResult
    package mutating func remove(_ address: IPAddress) -> Bool {
        let value = address.value
        let index = index(of: value)
        guard index < runs.count, runs[index].first <= value else { return false }
        let run = runs[index]
        switch (run.first == value, run.last == value) {
        case (true, true): runs.remove(at: index)
        case (true, false): runs[index].first = value + 1
        case (false, true): runs[index].last = value - 1
        case (false, false):
            runs[index].last = value - 1
            runs.insert(Run(first: value + 1, last: run.last), at: index + 1)
        }
        count -= 1
        return true
    }

    /// The lowest address of `pool` that is not in the set; nil when all are.
    package func firstFree(in pool: AddressRange) -> IPAddress? {
        let start = pool.first.value
        let index = index(of: start)
        guard index < runs.count, runs[index].first <= start else { return pool.first }
        guard runs[index].last < pool.last.value else { return nil }
        return IPAddress(family: pool.family, value: runs[index].last + 1)
    }
}
