/// Comparing secrets.
package enum ConstantTime {
    /// Takes as long for equal texts as for ones that differ in their first byte. The length is no secret.
    package static func equal(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for (one, other) in zip(left, right) { difference |= one ^ other }
        return difference == 0
    }
}
