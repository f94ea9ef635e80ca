import Synchronization

/// How long something took, in classes: from a tenth of a millisecond to ten seconds.
package final class Histogram: Sendable {
    package struct Counts: Hashable, Sendable {
        /// By class, the last one for what took longer than all bounds.
        package var buckets = [UInt64](repeating: 0, count: Histogram.bounds.count + 1)
        /// Seconds.
        package var sum = 0.0
    }

    /// Upper bounds, in seconds.
    package static let bounds = [
        0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10,
    ]

    private let state = Mutex(Counts())

    package init() {}

    package func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let value = Double(seconds) + Double(attoseconds) * 1e-18
        let bucket = Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count
        state.withLock { counts in
            counts.buckets[bucket] += 1
            counts.sum += value
        }
    }

    package var counts: Counts { state.withLock { $0 } }
}
