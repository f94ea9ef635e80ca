/// Slows down whoever guesses passwords. Time is passed in, in milliseconds of any clock that only goes forward.
///
/// Three things are counted, each with its own patience: an address's failures for one user, all failures of an address, and
/// all failures for a user. The last has a low ceiling, and does not count against addresses from which the user came in
/// before: strangers can slow a user down, never keep one out.
///
/// An attempt counts as failed from its beginning, so that many at once gain nothing; success takes that back.
package struct LoginThrottle: Sendable {
    private struct Patience {
        /// So many failures cost nothing.
        var free: Int
        /// The longest wait.
        var ceiling: Int64
    }

    private static let pair = Patience(free: 5, ceiling: 60_000)
    private static let address = Patience(free: 50, ceiling: 60_000)
    private static let user = Patience(free: 30, ceiling: 5_000)
    /// Failures older than this are forgotten.
    private static let memory: Int64 = 15 * 60_000
    /// More subjects than this are not remembered: the ones without news go first.
    private static let capacity = 20_000

    private enum Subject: Hashable, Sendable {
        case pair(user: String, address: String)
        case address(String)
        case user(String)
    }

    private struct Record: Sendable {
        var failures: Int
        var last: Int64
    }

    private var records: [Subject: Record] = [:]
    /// When a user last came in from an address.
    private var known: [Subject: Int64] = [:]

    package init() {}

    /// Nil: go on. Otherwise how many milliseconds to wait.
    package mutating func begin(user: String, address: String, now: Int64) -> Int64? {
        let pair = Subject.pair(user: user, address: address)
        var wait = max(
            delay(of: pair, Self.pair, now), delay(of: .address(address), Self.address, now))
        if known[pair] == nil { wait = max(wait, delay(of: .user(user), Self.user, now)) }
        guard wait <= 0 else { return wait }
        for subject in [pair, .address(address), .user(user)] { count(subject, now) }
        return nil
    }

    /// The attempt that began was right.
    package mutating func succeed(user: String, address: String, now: Int64) {
        let pair = Subject.pair(user: user, address: address)
        records[pair] = nil
        for subject in [Subject.address(address), .user(user)] {
            guard var record = records[subject] else { continue }
            record.failures -= 1
            records[subject] = record.failures > 0 ? record : nil
        }
        if known.count >= Self.capacity { Self.halve(&known) { $0 } }
        known[pair] = now
    }

    private func delay(of subject: Subject, _ patience: Patience, _ now: Int64) -> Int64 {
        guard let record = records[subject], now - record.last < Self.memory, record.failures >= patience.free else {
            return 0
        }
        // 1 s, 2 s, 4 s …
        let doublings = min(record.failures - patience.free, 20)
        return record.last + min(1000 << Int64(doublings), patience.ceiling) - now
    }

    private mutating func count(_ subject: Subject, _ now: Int64) {
        if records[subject] == nil, records.count >= Self.capacity { Self.halve(&records) { $0.last } }
        var record = records[subject] ?? Record(failures: 0, last: now)
        if now - record.last >= Self.memory { record.failures = 0 }
        record.failures += 1
        record.last = now
        records[subject] = record
    }

    private static func halve<Value>(_ table: inout [Subject: Value], _ age: (Value) -> Int64) {
        let ages = table.values.map(age).sorted()
        guard let middle = ages.dropFirst(ages.count / 2).first else { return }
        table = table.filter { age($0.value) > middle }
    }

    /// How many subjects it remembers.
    package var count: Int { records.count + known.count }
}
