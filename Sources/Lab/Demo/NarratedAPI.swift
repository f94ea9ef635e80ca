import NeutronClient

/// A site's API, with each request and the essentials of its answer told.
struct NarratedAPI: Sendable {
    let site: String
    let client: NeutronClient
    let narrator: Narrator

    /// Of an answer, what a reader wants to see.
    private static let essentials = [
        "id", "name", "status", "mtu", "cidr", "gateway_ip", "mac_address", "fixed_ips", "port_id", "vni",
        "router_port_id", "vtep_port_id", "type", "message", "tunnel_ips", "devices", "device_owner", "vtep_address",
        "segmentation_id",
    ]

    /// - Returns: what the answer's only member holds.
    @discardableResult
    func send(_ method: String, _ path: String, _ body: JSON? = nil, expecting status: Int) async throws -> JSON {
        let answer = try await client.send(method, path, body: body.map { Array($0.compact.utf8) })
        let content = try JSON(parsing: answer.body)
        var request = "\(site)  \(method) \(path)"
        if let body { request += "  \(body.compact)" }
        narrator.say(request)
        let member = Self.member(of: content)
        narrator.say("       \(answer.status)  \(Self.essentials(of: member))")
        guard answer.status == status else {
            throw LabError.unexpected("\(method) \(path) answers \(status)", "\(answer.status) \(content.compact)")
        }
        return member
    }

    /// - Returns: the new resource's id.
    func create(_ path: String, _ body: JSON) async throws -> String {
        let made = try await send("POST", "/v2.0/\(path)", body, expecting: 201)
        guard let id = made["id"]?.text else {
            throw LabError.unexpected("POST /v2.0/\(path) gives an id", made.compact)
        }
        return id
    }

    func delete(_ path: String, _ id: String) async throws {
        try await send("DELETE", "/v2.0/\(path)/\(id)", expecting: 204)
    }

    /// How many there are.
    func count(_ path: String) async throws -> Int {
        try await send("GET", "/v2.0/\(path)", expecting: 200).elements?.count ?? 0
    }

    private static func member(of content: JSON) -> JSON {
        // An object with one member is an envelope; router interfaces come without.
        if case .object(let members) = content, members.count == 1, let only = members.first { return only.value }
        return content
    }

    private static func essentials(of member: JSON) -> String {
        switch member {
        case .null: return ""
        case .array(let elements): return "\(elements.count) of them"
        default: break
        }
        let shown = essentials.compactMap { name -> JSON.Member? in
            guard let value = member[name], value != .null, value != .string(""), value != .array([]) else {
                return nil
            }
            return JSON.Member(name: name, value: value)
        }
        return JSON.object(shown).compact
    }
}
