import Addresses
import Resources

/// Why a value is refused; the attribute's name is added by whoever knows it.
struct RuleViolation: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// How a JSON value becomes a value of ours: Neutron's validator and converter in one.
struct Rule<Value: Sendable>: Sendable {
    let convert: @Sendable (JSONValue) throws(RuleViolation) -> Value

    init(_ convert: @escaping @Sendable (JSONValue) throws(RuleViolation) -> Value) { self.convert = convert }

    /// The same rule, its value narrowed or wrapped further.
    func then<Result>(
        _ next: @escaping @Sendable (Value) throws(RuleViolation) -> Result
    ) -> Rule<Result> {
        Rule<Result> { json throws(RuleViolation) in try next(try convert(json)) }
    }

    /// JSON null is a value of its own.
    var orNull: Rule<Value?> {
        Rule<Value?> { json throws(RuleViolation) in json.isNull ? nil : try convert(json) }
    }

    /// JSON null stands for this value.
    func null(is value: Value) -> Rule<Value> {
        Rule { json throws(RuleViolation) in json.isNull ? value : try convert(json) }
    }
}

extension Rule<String> {
    /// At most `maximum` characters.
    static func text(maximum: Int = 255) -> Rule<String> {
        Rule { json throws(RuleViolation) in
            guard case .string(let text) = json else { throw RuleViolation("\(json.shown) is not a valid string") }
            guard text.unicodeScalars.count <= maximum else {
                throw RuleViolation("\(json.shown) exceeds maximum length of \(maximum)")
            }
            return text
        }
    }

    static func oneOf(_ values: [String]) -> Rule<String> {
        Rule { json throws(RuleViolation) in
            guard case .string(let text) = json, values.contains(text) else {
                throw RuleViolation("\(json.shown) is not in \(values)")
            }
            return text
        }
    }

    /// Tags: at most 255 characters, and not empty.
    static let tag = Rule<String>.text().then { text throws(RuleViolation) in
        if text.isEmpty { throw RuleViolation("'' is not a valid tag: it is empty") }
        return text
    }
}

extension Rule<Bool> {
    /// true, false, 1, 0 and their texts in any case: what Neutron's converter takes.
    static let boolean = Rule { json throws(RuleViolation) in
        switch json {
        case .bool(let value): return value
        case .integer(0): return false
        case .integer(1): return true
        case .string(let text): if let value = word(text) { return value }
        default: break
        }
        throw RuleViolation("\(json.shown) cannot be converted to boolean")
    }

    static func word(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: nil
        }
    }
}

extension Rule<Int> {
    /// Numbers and numbers as strings: clients send "mtu":"1400".
    static func integer(_ range: ClosedRange<Int>) -> Rule<Int> {
        Rule { json throws(RuleViolation) in
            let parsed: Int? =
                switch json {
                case .integer(let value): Int(exactly: value)
                case .number(let value): Int(exactly: value)
                case .string(let text): Int(text)
                default: nil
                }
            guard let value = parsed else { throw RuleViolation("\(json.shown) is not an integer") }
            if value < range.lowerBound {
                throw RuleViolation("\(json.shown) is too small - must be at least '\(range.lowerBound)'")
            }
            if value > range.upperBound {
                throw RuleViolation("\(json.shown) is too large - must be no larger than '\(range.upperBound)'")
            }
            return value
        }
    }
}

extension Rule where Value: LosslessStringConvertible {
    /// A value that is its text; `noun` completes "'x' is not …".
    static func parsed(_ noun: String) -> Rule<Value> {
        Rule { json throws(RuleViolation) in
            guard case .string(let text) = json, let value = Value(text) else {
                throw RuleViolation("\(json.shown) is not \(noun)")
            }
            return value
        }
    }
}

extension Rule {
    static func uuid<Kind>() -> Rule<Value> where Value == Identifier<Kind> { .parsed("a valid UUID") }
}

extension Rule<IPAddress> {
    static let ipAddress = Rule.parsed("a valid IP address")
}

extension Rule<MACAddress> {
    static let macAddress = Rule.parsed("a valid MAC address").then { address throws(RuleViolation) in
        guard !address.isMulticast else {
            throw RuleViolation(
                "'\(address)' is not a valid MAC address of one station: its multicast bit, the lowest of the first octet, is set"
            )
        }
        guard address.isUnicast else {
            throw RuleViolation("'\(address)' is not a valid MAC address: not the address of one station")
        }
        return address
    }
}

extension Rule<IPPrefix> {
    /// An address with a prefix length, host bits as they come.
    static let prefix = Rule.parsed("a valid IP subnet: an address and a prefix length")

    /// Host bits clear.
    static let subnet = Rule.prefix.then { prefix throws(RuleViolation) in
        guard prefix.isCanonical else {
            throw RuleViolation("'\(prefix)' isn't a recognized IP subnet cidr, '\(prefix.network)' is recommended")
        }
        return prefix
    }

    /// A bare address means that one address.
    static let addressOrPrefix = Rule { json throws(RuleViolation) in
        guard case .string(let text) = json, let prefix = IPPrefix(text) ?? IPAddress(text).map(IPPrefix.init(host:))
        else { throw RuleViolation("\(json.shown) is not a valid IP address or subnet") }
        return prefix
    }
}

extension Rule<Int> {
    /// Numbers and numbers as strings, in a range that the rules behind know better.
    static let anyInteger = Rule.integer(-(1 << 31)...(1 << 31) - 1)
}

extension Rule<JSONValue> {
    /// An object, kept as it is.
    static let dictionary = Rule { json throws(RuleViolation) in
        guard case .object = json else { throw RuleViolation("\(json.shown) is not a dictionary") }
        return json
    }
}

extension Rule<VNI> {
    static let vni = Rule<Int>.integer(VNI.range).then { number throws(RuleViolation) in
        guard let vni = VNI(number) else { throw RuleViolation("'\(number)' is not a VNI") }
        return vni
    }
}

extension Rule {
    /// A list of at most `maximum` elements. With `distinct`, equal elements are refused.
    static func list<Element: Hashable & Sendable>(
        of element: Rule<Element>, maximum: Int = 1000, distinct: Bool = true
    ) -> Rule<[Element]> where Value == [Element] {
        Rule { json throws(RuleViolation) in
            guard case .array(let elements) = json else { throw RuleViolation("\(json.shown) is not a list") }
            guard elements.count <= maximum else {
                throw RuleViolation("\(elements.count) elements are more than \(maximum)")
            }
            var values: [Element] = []
            var seen = Set<Element>()
            for json in elements {
                let value = try element.convert(json)
                if !seen.insert(value).inserted {
                    if distinct { throw RuleViolation("Duplicate items in the list: \(json.shown)") }
                    continue
                }
                values.append(value)
            }
            return values
        }
    }

    /// An object with these members and no others.
    static func object(
        _ names: [String], _ convert: @escaping @Sendable (ObjectMembers) throws(RuleViolation) -> Value
    ) -> Rule<Value> {
        Rule { json throws(RuleViolation) in
            guard case .object(let members) = json else { throw RuleViolation("\(json.shown) is not a dictionary") }
            for name in members.keys.sorted() where !names.contains(name) {
                throw RuleViolation("Unexpected key '\(name)' in \(json.shown); expected are \(names)")
            }
            return try convert(ObjectMembers(members: members, whole: json))
        }
    }
}

/// The members of a nested object, read by rules that name the member when they refuse.
struct ObjectMembers {
    fileprivate let members: [String: JSONValue]
    fileprivate let whole: JSONValue

    var isEmpty: Bool { members.isEmpty }

    func optional<Value>(_ name: String, _ rule: Rule<Value>) throws(RuleViolation) -> Value? {
        guard let json = members[name] else { return nil }
        do throws(RuleViolation) {
            return try rule.convert(json)
        } catch {
            throw RuleViolation("\(name): \(error.reason)")
        }
    }

    func required<Value>(_ name: String, _ rule: Rule<Value>) throws(RuleViolation) -> Value {
        guard let value = try optional(name, rule) else {
            throw RuleViolation("Required key '\(name)' is missing in \(whole.shown)")
        }
        return value
    }
}
