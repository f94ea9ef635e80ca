import Addresses
import Resources

/// `/v2.0/gw/gateway_devices/{id}/remote_mac_entries`: a device's remote MAC table (S1-09). The original has no PUT; with
/// ours a MAC moves to another VTEP without a gap (S0-24).
struct RemoteMACEntries: Sendable {
    static let member = "remote_mac_entry"
    static let collection = "remote_mac_entries"

    let site: Site

    static let vtepAddress = Input("vtep_address", .ipAddress, required: true)
    static let macAddress = Input("mac_address", .macAddress, required: true, put: false)
    static let segmentationID = Input(
        "segmentation_id", Rule<Int>.integer(Int(Int32.min)...Int(Int32.max)), required: true, put: false
    )

    static let map = AttributeMap<RemoteMACEntry>([
        .readOnly("id") { entry, _ in .identifier(entry.id) },
        .input(vtepAddress) { entry, _ in .address(entry.vtep) },
        .input(macAddress) { entry, _ in .mac(entry.mac) },
        .input(segmentationID, .integer) { entry, _ in .integer(entry.vni.value) },
        .hidden(StandardInputs.project),
    ])

    var routes: [Route] {
        let all = GatewayDevices.path + "/{id}/" + Self.collection
        let one = all + "/{entry}"
        return [
            Route(.get, all) { request throws(NeutronError) in try list(request) },
            Route(.post, all) { request throws(NeutronError) in try await create(request) },
            Route(.get, one) { request throws(NeutronError) in try show(request) },
            Route(.put, one) { request throws(NeutronError) in try await update(request) },
            Route(.delete, one) { request throws(NeutronError) in try await delete(request) },
        ]
    }

    private func list(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        let device = try GatewayDevices.id(request.parameter("id"))
        let listing = try Listing<RemoteMACEntry>(request.query, map: Self.map)
        return try site.look(request) { inventory, context throws(ResourceError) in
            _ = try inventory.gatewayDevice(device, for: context)
            let entries = inventory.remoteMACEntryIDs(of: device).compactMap { inventory.remoteMACEntries[$0] }
            let page = try listing.result(
                of: entries, inventory: inventory, base: request.root + request.path, id: \.id, standard: \.standard,
                notFound: { .remoteMACEntryNotFound($0) }
            )
            return .json { writer in
                writer.beginObject()
                writer.name(Self.collection)
                writer.list(page.models, listing.selection, inventory)
                if !page.links.isEmpty { writer.links(page.links, Self.collection + "_links") }
                writer.endObject()
            }
        }
    }

    private func create(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let device = try GatewayDevices.id(request.parameter("id"))
        let body = try Self.map.posted(try request.member(Self.member))
        var draft = RemoteMACEntryDraft()
        draft.standard.projectID = try body.value(StandardInputs.project)
        draft.mac = try body.required(Self.macAddress)
        draft.vtep = try body.required(Self.vtepAddress)
        draft.segmentationID = try body.required(Self.segmentationID)
        let wanted = draft
        return try await site.change(request) { inventory, context, generator throws(ResourceError) in
            let (entry, transaction) = try inventory.creating(
                remoteMACEntry: wanted, of: device, context: context, using: &generator
            )
            return (Self.answer(201, entry, inventory), transaction)
        }
    }

    private func show(_ request: APIRequest) throws(NeutronError) -> APIResponse {
        let (device, id) = try Self.place(request)
        return try site.look(request) { inventory, context throws(ResourceError) in
            Self.answer(200, try inventory.remoteMACEntry(id, of: device, for: context), inventory)
        }
    }

    private func update(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let (device, id) = try Self.place(request)
        let vtep = try Self.map.put(try request.member(Self.member)).change(Self.vtepAddress)
        let revision = try request.expectedRevision()
        return try await site.change(request) { inventory, context, _ throws(ResourceError) in
            let (entry, transaction) = try inventory.updating(
                remoteMACEntry: id, of: device, vtep: vtep, expecting: revision, context: context
            )
            return (Self.answer(200, entry, inventory), transaction)
        }
    }

    private func delete(_ request: APIRequest) async throws(NeutronError) -> APIResponse {
        let (device, id) = try Self.place(request)
        let revision = try request.expectedRevision()
        return try await site.change(request) { inventory, context, _ throws(ResourceError) in
            let transaction = try inventory.deleting(
                remoteMACEntry: id, of: device, expecting: revision, context: context
            )
            return (.noContent, transaction)
        }
    }

    private static func place(
        _ request: APIRequest
    ) throws(NeutronError) -> (GatewayDeviceID, RemoteMACEntryID) {
        let device = try GatewayDevices.id(request.parameter("id"))
        let text = request.parameter("entry")
        guard let id = RemoteMACEntryID(text) else {
            throw NeutronError(.remoteMACEntryNotFound(String(text.prefix(120))))
        }
        return (device, id)
    }

    private static func answer(_ status: Int, _ entry: RemoteMACEntry, _ inventory: Inventory) -> APIResponse {
        .json(status) { writer in
            writer.beginObject()
            writer.name(member)
            writer.resource(entry, map.selection(fields: []), inventory)
            writer.endObject()
        }
    }
}

extension RemoteMACEntry {
    /// As its device shows it.
    var attributeValue: AttributeValue {
        .members([
            "id": .identifier(id), "vtep_address": .address(vtep), "mac_address": .mac(mac),
            "segmentation_id": .integer(vni.value),
        ])
    }
}
