/// Transport ports from `first` to `last`, both included. Text: `80` or `8000-8999`.
package struct PortRange: StringCoded {
    package let first: UInt16
    package let last: UInt16

    package static let all = PortRange(orderedFirst: 0, last: .max)

    /// Nil when `last` comes before `first`.
    package init?(first: UInt16, last: UInt16) {
        guard first <= last else { return nil }
        self.init(orderedFirst: first, last: last)
    }

    package init(_ port: UInt16) {
        self.init(orderedFirst: port, last: port)
    }

    private init(orderedFirst first: UInt16, last: UInt16) {
        self.first = first
        self.last = last
    }

    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let ports = parts.compactMap { StrictNumber.decimal($0, maximum: UInt64(UInt16.max)).map(UInt16.init) }
        guard ports.count == parts.count, (1...2).contains(ports.count) else { return nil }
        self.init(first: ports[0], last: ports[ports.count - 1])
    }

    package var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
    package var count: Int { Int(last) - Int(first) + 1 }

    package func contains(_ port: UInt16) -> Bool { first <= port && port <= last }
    package func overlaps(_ other: PortRange) -> Bool { first <= other.last && other.first <= last }

    package static func < (left: PortRange, right: PortRange) -> Bool {
        (left.first, left.last) < (right.first, right.last)
    }
}
