/// What a client asks before it asks for anything: versions, resources, extensions, and the project's name.
struct Discovery: Sendable {
    /// Every collection's member and collection name, in the order in which they are listed.
    let collections: [(member: String, collection: String)]

    var routes: [Route] {
        [
            Route(.get, "/v2.0", needsIdentity: false) { request in resources(request) },
            Route(.get, "/v2.0/extensions") { _ in
                .json(.object(["extensions": .array(APIExtension.all.map(\.json))]))
            },
            Route(.get, "/v2.0/extensions/{alias}") { request throws(NeutronError) in
                let alias = request.parameter("alias")
                guard let found = APIExtension.all.first(where: { $0.alias == alias }) else {
                    throw NeutronError(
                        status: 404, type: "HTTPNotFound",
                        message: "Extension with alias \(alias.prefix(120)) does not exist"
                    )
                }
                return .json(.object(["extension": found.json]))
            },
        ]
    }

    /// Where nobody has to say who they are, the network API is all there is.
    var routesWithoutIdentity: [Route] {
        [
            Route(.get, "/", needsIdentity: false) { request in
                .json(.object(["versions": .array([Self.version(request)])]))
            },
            Route(.get, "/v2.0/projects/{id}") { request in
                .json(.object(["project": Self.project(request.parameter("id"))]))
            },
            Route(.get, "/v2.0/projects") { request in
                .json(.object(["projects": .array(request.query.all("name").map(Self.project))]))
            },
            Route(.get, "/v2.0/tenants/{id}") { request in
                .json(.object(["tenant": Self.project(request.parameter("id"))]))
            },
        ]
    }

    /// The href carries the request's Host, so that it leads back the way the client came: through a proxy, say.
    static func version(_ request: APIRequest) -> JSONValue {
        let link: JSONValue = .object(["rel": .string("self"), "href": .string(request.root + "/v2.0/")])
        return .object(["id": .string("v2.0"), "status": .string("CURRENT"), "links": .array([link])])
    }

    private func resources(_ request: APIRequest) -> APIResponse {
        let resources = collections.map { member, collection in
            JSONValue.object([
                "name": .string(member), "collection": .string(collection),
                "links": .array([
                    .object(["rel": .string("self"), "href": .string("\(request.root)/v2.0/\(collection)")])
                ]),
            ])
        }
        return .json(.object(["resources": .array(resources)]))
    }

    /// Without an identity service of its own, a project is what a request calls it: openstackclient looks up
    /// `--project` here when it runs without Keystone.
    private static func project(_ id: String) -> JSONValue {
        .object(["id": .string(id), "name": .string(id), "enabled": .bool(true)])
    }
}
