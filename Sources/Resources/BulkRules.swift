extension Inventory {
    /// Several steps as one transaction, each seeing the ones before it: a bulk request, all or nothing.
    ///
    /// - Parameter step: given the inventory so far and one element; the first error ends it all.
    package func composing<Element, Value>(
        _ elements: some Sequence<Element>,
        _ step: (Inventory, Element) throws(ResourceError) -> (Value, Transaction)
    ) throws(ResourceError) -> ([Value], Transaction) {
        var inventory = self
        var values: [Value] = []
        var whole = TransactionSteps()
        var applied: Transaction?
        for element in elements {
            // Only what a next step sees is applied: a lone step works on the inventory itself, and copies nothing.
            if let applied { inventory.apply(applied.changes) }
            let (value, transaction) = try step(inventory, element)
            applied = transaction
            values.append(value)
            whole.append(transaction)
        }
        return (values, whole.transaction)
    }
}
