/// The keys strictly below a path: `network` means `network/…`, neither `network` itself nor `networks/…`.
/// An empty path means every key; one trailing slash is allowed.
struct KeyRange: Sendable {
    /// `nil` is every key; otherwise the first text that is not below `lower`. Compared as bytes.
    let bounds: (lower: String, upper: String)?

    init(under prefix: String) throws(StoreError) {
        guard !prefix.isEmpty else {
            bounds = nil
            return
        }
        let path = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        do throws(StoreKeyError) {
            _ = try StoreKey(path)
        } catch {
            throw .invalidKey(error)
        }
        // "0" is the character after "/".
        bounds = (path + "/", path + "0")
    }

    func contains(_ key: StoreKey) -> Bool {
        guard let bounds else { return true }
        return key.path.utf8.starts(with: bounds.lower.utf8)
    }
}
