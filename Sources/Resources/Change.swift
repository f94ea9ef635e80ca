/// What an update does to one attribute. A nullable attribute is a `Change<Value?>`: left alone, set to null, or set.
package enum Change<Value> {
    case keep
    case set(Value)

    /// The attribute's new value.
    package func applied(to old: Value) -> Value {
        switch self {
        case .keep: old
        case .set(let new): new
        }
    }

    /// Nil when left alone.
    package var newValue: Value? {
        switch self {
        case .keep: nil
        case .set(let new): new
        }
    }
}

extension Change: Equatable where Value: Equatable {}
extension Change: Hashable where Value: Hashable {}
extension Change: Sendable where Value: Sendable {}
