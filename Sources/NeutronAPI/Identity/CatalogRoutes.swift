import Identity
import IdentityService
import Resources

/// The catalogue: what this port serves, at the address by which the client reached it. It is what it is, so it is read-only.
extension IdentityRoutes {
    var catalogRoutes: [Route] {
        [
            Route(.get, "/v3/services") { request in Self.list("services", Self.services(request), request) },
            Route(.get, "/v3/services/{id}") { request throws(NeutronError) in
                Self.one("service", try Self.pick("service", Self.services(request), request))
            },
            Route(.get, "/v3/endpoints") { request in Self.list("endpoints", Self.endpoints(request), request) },
            Route(.get, "/v3/endpoints/{id}") { request throws(NeutronError) in
                Self.one("endpoint", try Self.pick("endpoint", Self.endpoints(request), request))
            },
            Route(.get, "/v3/regions") { request in Self.list("regions", [Self.region(request)], request) },
            Route(.get, "/v3/regions/{id}") { request throws(NeutronError) in
                Self.one("region", try Self.pick("region", [Self.region(request)], request))
            },
        ]
    }

    private struct Served: Sendable {
        let type: String
        let name: String
        let path: String
    }

    private static let served = [
        Served(type: "identity", name: "keystone", path: "/v3"), Served(type: "network", name: "neutron", path: ""),
    ]
    private static let interfaces = ["public", "internal", "admin"]

    static func catalog(_ request: APIRequest) -> [JSONValue] {
        served.map { service in
            .object([
                "id": .string(service.type), "type": .string(service.type), "name": .string(service.name),
                "endpoints": .array(
                    interfaces.map { interface in
                        .object([
                            "id": .string("\(service.type)-\(interface)"), "interface": .string(interface),
                            "region": .string(FirstStart.region), "region_id": .string(FirstStart.region),
                            "url": .string(request.root + service.path),
                        ])
                    }),
            ])
        }
    }

    private static func services(_ request: APIRequest) -> [JSONValue] {
        served.map { service in
            .object([
                "id": .string(service.type), "type": .string(service.type), "name": .string(service.name),
                "enabled": .bool(true), "description": .string(""), "links": links(request, "services/\(service.type)"),
            ])
        }
    }

    private static func endpoints(_ request: APIRequest) -> [JSONValue] {
        served.flatMap { service in
            interfaces.map { interface in
                .object([
                    "id": .string("\(service.type)-\(interface)"), "service_id": .string(service.type),
                    "interface": .string(interface), "url": .string(request.root + service.path),
                    "enabled": .bool(true), "region": .string(FirstStart.region),
                    "region_id": .string(FirstStart.region),
                    "links": links(request, "endpoints/\(service.type)-\(interface)"),
                ])
            }
        }
    }

    private static func region(_ request: APIRequest) -> JSONValue {
        .object([
            "id": .string(FirstStart.region), "description": .string(""), "parent_region_id": .null,
            "links": links(request, "regions/\(FirstStart.region)"),
        ])
    }

    private static func pick(
        _ noun: String, _ objects: [JSONValue], _ request: APIRequest
    ) throws(NeutronError) -> JSONValue {
        let id = request.parameter("id")
        guard let found = objects.first(where: { $0["id"]?.string == id }) else {
            throw NeutronError(IdentityError.notFound(noun, id))
        }
        return found
    }
}
