/// A lab's file breaks a rule.
package struct LabDefinitionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path of the field: `sites[0].hosts[1].wan.address`. Empty: the file as a whole.
    package let field: String
    /// What is wrong with it, with the value.
    package let rule: String
    /// Counted from 1; nil when nothing in the file stands for it.
    package let line: Int?

    package init(field: String, rule: String, line: Int? = nil) {
        self.field = field
        self.rule = rule
        self.line = line
    }

    package var description: String {
        let place = line.map { "line \($0): " } ?? ""
        return field.isEmpty ? place + rule : "\(place)\(field): \(rule)"
    }
}
