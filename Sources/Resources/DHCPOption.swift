/// An option that a port's DHCP client should be told besides the subnet's (`extra_dhcp_opts`). Stored and checked; the
/// agent's DHCP server does not answer with it yet.
package struct DHCPOption: Hashable, Sendable, Codable {
    package var name: String
    package var value: String
    package var ipVersion: Int

    package init(name: String, value: String, ipVersion: Int) {
        self.name = name
        self.value = value
        self.ipVersion = ipVersion
    }
}

package struct DHCPOptionDraft: Hashable, Sendable {
    package var name: String
    /// Nil takes the option away.
    package var value: String?
    /// 4 when absent.
    package var ipVersion: Int?

    package init(name: String, value: String?, ipVersion: Int? = nil) {
        self.name = name
        self.value = value
        self.ipVersion = ipVersion
    }
}

enum DHCPOptionRules {
    static let maximumNameLength = 64
    static let maximumOptions = 64
    /// Those that mean something without a value.
    private static let mayBeBlank: Set<String> = ["router", "classless-static-route"]

    /// An update changes the options it names and leaves the others, as Neutron's does.
    static func merged(_ drafts: [DHCPOptionDraft], into old: [DHCPOption]) throws(ResourceError) -> [DHCPOption] {
        var options = old
        for draft in drafts {
            let version = draft.ipVersion ?? 4
            guard version == 4 || version == 6 else {
                throw .invalidAttribute("extra_dhcp_opts", "ip_version '\(version)' is not in [4, 6]")
            }
            guard isOneLine(draft.name), !draft.name.isEmpty, draft.name.unicodeScalars.count <= maximumNameLength
            else {
                throw .invalidAttribute(
                    "extra_dhcp_opts",
                    "opt_name '\(draft.name.prefix(120))' is not one line of 1 to \(maximumNameLength) characters"
                )
            }
            let position = options.firstIndex { $0.name == draft.name && $0.ipVersion == version }
            guard let value = draft.value else {
                if let position { options.remove(at: position) }
                continue
            }
            guard isOneLine(value), !value.isEmpty || mayBeBlank.contains(draft.name) else {
                throw .invalidAttribute(
                    "extra_dhcp_opts", "opt_value '\(value.prefix(120))' of \(draft.name) is not one line of text"
                )
            }
            _ = try StandardRules.text(value, "extra_dhcp_opts")
            if let position {
                options[position].value = value
            } else {
                options.append(DHCPOption(name: draft.name, value: value, ipVersion: version))
            }
        }
        guard options.count <= maximumOptions else {
            throw .invalidAttribute("extra_dhcp_opts", "\(options.count) options are more than \(maximumOptions)")
        }
        return options
    }

    private static func isOneLine(_ text: String) -> Bool { !text.contains(where: \.isNewline) }
}
