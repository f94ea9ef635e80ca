/// A site's state: entries under slash-separated keys, changed in transactions that make consecutive revisions.
///
/// The contract is etcd's (kv, txn, watch), so that an etcd backend can stand beside the embedded ones;
/// `StateStoreTests` holds the one conformance suite that each backend passes.
package protocol StateStore: Sendable {
    /// Applies all the changes, or none, if every expectation holds at that moment. When this returns, the commit is
    /// durable and every later read and every watcher sees it.
    ///
    /// A commit makes one revision. One that changes nothing (no changes, or only deletes of absent keys) makes none;
    /// its expectations count all the same. Once submitted it is not cancelled with its task.
    ///
    /// - Returns: the revision of the commit; the store's current one if the commit changes nothing.
    /// - Throws: `StoreError.conflict` for the first expectation that does not hold, `.duplicateKey`, `.diskFull`,
    ///   `.unavailable`, `.corrupt`, `.closed`.
    func commit(_ changes: [StoreChange], expecting: [Expectation]) async throws(StoreError) -> Revision

    /// The key's entry, or `nil`.
    func entry(_ key: StoreKey) async throws(StoreError) -> StoredEntry?

    /// The entries strictly below a path (`network` means `network/…`; the empty path means all), ordered by key, and
    /// the revision at which this was the state. `changes(since:)` from there continues without a gap.
    func entries(under prefix: String) async throws(StoreError) -> (entries: [StoredEntry], at: Revision)

    /// The revision of the last commit.
    var revision: Revision { get async throws(StoreError) }

    /// Each commit after `since`, in order, without a gap or a duplicate: first from the history, then as they come.
    ///
    /// For one consumer. It takes commits at its own pace (nothing is buffered for it), so one that falls behind by
    /// more than the kept history gets `StoreError.compacted`. The stream ends with `nil` only when its task is
    /// cancelled; it throws `.closed` when the store closes, and `.notReached` if the store is behind `since`.
    func changes(since: Revision) -> AsyncThrowingStream<CommittedChanges, any Error>

    /// Finishes the commits that were submitted, ends the watchers and releases what the store holds.
    /// Anything asked afterwards throws `StoreError.closed`.
    func close() async
}

extension StateStore {
    /// Commits without a condition.
    package func commit(_ changes: [StoreChange]) async throws(StoreError) -> Revision {
        try await commit(changes, expecting: [])
    }
}
