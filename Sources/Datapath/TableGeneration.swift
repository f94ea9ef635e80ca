import CForwardingPipeline

/// The number of the tables' state (`table_generation`): even while they are settled. The programs rely on what they
/// remember of the tables only while it stays the same.
extension LoadedPipeline {
    /// Before the first of several writes. An odd number is what a writer left that was killed: it stays.
    package func beginChange() throws(DatapathError) {
        let table = try generation
        try table.update(0, (try table.lookup(0) ?? 0) | 1)
    }

    /// After the last.
    package func endChange() throws(DatapathError) {
        let table = try generation
        try table.update(0, ((try table.lookup(0) ?? 0) | 1) + 1)
    }

    private var generation: BPFTable<UInt32, UInt64> {
        get throws(DatapathError) { try table("table_generation") }
    }
}
