/// A message that does not say what it should: which field, and which rule it breaks.
package struct WireError: Error, Hashable, Sendable {
    package enum Problem: Hashable, Sendable {
        case missing
        /// The field has this many bytes; its kind has others.
        case length(Int, expected: String)
        case outOfRange(UInt64, allowed: String)
        case invalid(String)
    }

    /// The way to the field from the message: `object.port.vm.addresses[2]`.
    package private(set) var field: String
    package let problem: Problem

    package init(_ field: String, _ problem: Problem) {
        self.field = field
        self.problem = problem
    }

    /// The same problem, seen from the message that has the field's message as its `parent`.
    func under(_ parent: String) -> WireError {
        var error = self
        error.field = field.isEmpty ? parent : "\(parent).\(field)"
        return error
    }
}

extension WireError: CustomStringConvertible {
    package var description: String {
        switch problem {
        case .missing: "\(field): missing"
        case .length(let bytes, let expected): "\(field): \(bytes) bytes, expected \(expected)"
        case .outOfRange(let value, let allowed): "\(field): \(value) is not in \(allowed)"
        case .invalid(let rule): "\(field): \(rule)"
        }
    }
}

/// Reads a nested message; its errors name the field that holds it.
func reading<Value>(
    _ field: String, _ body: () throws(WireError) -> Value
) throws(WireError) -> Value {
    do throws(WireError) {
        return try body()
    } catch {
        throw error.under(field)
    }
}

/// Reads a repeated field; errors name the element.
func readingAll<Wire, Value>(
    _ field: String, _ elements: [Wire], _ body: (Wire) throws(WireError) -> Value
) throws(WireError) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    for (index, element) in elements.enumerated() {
        do throws(WireError) {
            values.append(try body(element))
        } catch {
            throw error.under("\(field)[\(index)]")
        }
    }
    return values
}
