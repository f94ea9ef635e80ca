import CForwardingPipeline
import ForwardingTables

@testable import Datapath

/// Takes one row away and makes one up.
func tamper(_ world: World) throws {
    let table = try BPFTable<UInt32, bridge_entry>(pinned: TableID.bridges.name, in: PinDirectory(world.pins))
    guard let (key, value) = try table.entries().first else { throw Unexpected(what: "no bridge") }
    try table.delete(key)
    try table.update(4_000_000, value)
}
