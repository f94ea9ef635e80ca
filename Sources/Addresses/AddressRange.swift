/// Addresses from `first` to `last`, both included: one family, in order. Text: `10.0.0.2-10.0.0.254`.
package struct AddressRange: StringCoded {
    package let first: IPAddress
    package let last: IPAddress

    /// Nil when the families differ or `last` comes before `first`.
    package init?(first: IPAddress, last: IPAddress) {
        guard first.family == last.family, first <= last else { return nil }
        self.init(orderedFirst: first, last: last)
    }

    /// For callers who know that the two are ordered.
    init(orderedFirst first: IPAddress, last: IPAddress) {
        self.first = first
        self.last = last
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 2, let first = IPAddress(utf8: Array(parts[0])[...]),
            let last = IPAddress(utf8: Array(parts[1])[...])
        else { return nil }
        self.init(first: first, last: last)
    }

    package var description: String { "\(first)-\(last)" }
    package var family: IPFamily { first.family }

    /// Number of addresses; all of IPv6, 2^128, is given as `UInt128.max`.
    package var count: UInt128 {
        let (count, overflow) = (last.value - first.value).addingReportingOverflow(1)
        return overflow ? .max : count
    }

    package func contains(_ address: IPAddress) -> Bool {
        address.family == family && first <= address && address <= last
    }

    package func contains(_ other: AddressRange) -> Bool {
        contains(other.first) && contains(other.last)
    }

    package func overlaps(_ other: AddressRange) -> Bool {
        other.family == family && first <= other.last && other.first <= last
    }

    /// What remains without `other`: no, one or two ranges, in order.
    package func subtracting(_ other: AddressRange) -> [AddressRange] {
        guard overlaps(other) else { return [self] }
        var rest: [AddressRange] = []
        if first < other.first, let end = other.first.advanced(by: -1) {
            rest.append(AddressRange(orderedFirst: first, last: end))
        }
        if other.last < last, let start = other.last.advanced(by: 1) {
            rest.append(AddressRange(orderedFirst: start, last: last))
        }
        return rest
    }

    package func subtracting(_ address: IPAddress) -> [AddressRange] {
        subtracting(AddressRange(orderedFirst: address, last: address))
    }

    package static func < (left: AddressRange, right: AddressRange) -> Bool {
        (left.first, left.last) < (right.first, right.last)
    }
}
