import Resources

/// A kind of resource as the API serves it. What it says is declared; the five requests of every kind are one piece of
/// code, ``CollectionRoutes``.
protocol NeutronCollection: Sendable {
    associatedtype Kind
    associatedtype Model: Sendable
    associatedtype Draft: Sendable
    associatedtype Update: Sendable

    /// `Network`, as in "Network … could not be found."
    static var noun: String { get }
    static var member: String { get }
    /// In bodies, and in paths unless they say otherwise.
    static var collection: String { get }
    static var path: String { get }
    static var map: AttributeMap<Model> { get }

    static func id(of model: Model) -> Identifier<Kind>
    static func key(of id: Identifier<Kind>) -> ResourceKey
    static func standard(of model: Model) -> StandardAttributes

    static func draft(_ body: Body) throws(NeutronError) -> Draft
    static func update(_ body: Body) throws(NeutronError) -> Update

    /// All that the sender may see, in any order.
    static func visible(in inventory: Inventory, to context: RequestContext) -> [Model]
    static func find(
        _ id: Identifier<Kind>, in inventory: Inventory, for context: RequestContext
    ) throws(ResourceError) -> Model
    static func creating(
        _ draft: Draft, in inventory: Inventory, context: RequestContext,
        using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Model, Transaction)
    static func updating(
        _ id: Identifier<Kind>, _ update: Update, expecting revision: Int?, in inventory: Inventory,
        context: RequestContext, using generator: inout some RandomNumberGenerator
    ) throws(ResourceError) -> (Model, Transaction)
    static func deleting(
        _ id: Identifier<Kind>, expecting revision: Int?, in inventory: Inventory, context: RequestContext
    ) throws(ResourceError) -> Transaction
}

extension NeutronCollection {
    static var path: String { "/v2.0/" + collection }

    /// The id that a path names. A name or other text is nobody's id, so nothing is found.
    static func id(_ text: String) throws(NeutronError) -> Identifier<Kind> {
        guard let id = Identifier<Kind>(text) else { throw .notFound(noun, String(text.prefix(120))) }
        return id
    }
}
