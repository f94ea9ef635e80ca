/// What all names and texts of the identity service keep to.
enum NameRules {
    static func name(_ name: String, maximum: Int = 255) throws(IdentityError) -> String {
        try text(name, "name", maximum: maximum)
        guard name.contains(where: { !$0.isWhitespace }) else {
            throw .badRequest("Invalid input for field 'name': it must not be blank.")
        }
        return name
    }

    @discardableResult
    static func text(_ text: String, _ field: String, maximum: Int = 65536) throws(IdentityError) -> String {
        guard text.unicodeScalars.count <= maximum else {
            throw .badRequest("Invalid input for field '\(field)': it has more than \(maximum) characters.")
        }
        return text
    }

    static func tags(_ tags: [String]) throws(IdentityError) -> [String] {
        guard tags.count <= 80 else { throw .badRequest("Invalid input for field 'tags': more than 80 tags.") }
        for tag in tags {
            guard !tag.isEmpty, !tag.contains("/"), !tag.contains(",") else {
                throw .badRequest("Invalid input for field 'tags': a tag must not be empty or contain '/' or ','.")
            }
            try text(tag, "tags", maximum: 255)
        }
        return Set(tags).sorted()
    }
}
