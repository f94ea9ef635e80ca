import Foundation
import Resources

/// Where the manager takes the time from; tests give their own.
package struct SiteClock: Sendable {
    package var now: @Sendable () -> Timestamp

    package init(now: @escaping @Sendable () -> Timestamp) { self.now = now }

    package static let system = SiteClock { Timestamp(seconds: Int64(Date().timeIntervalSince1970)) }
}
