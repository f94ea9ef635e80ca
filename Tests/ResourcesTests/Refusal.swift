import Resources
import Testing

/// Expects a request to be refused with this status and type, and with a message that names what is wrong.
func expectRefusal<Value>(
    _ status: Int, _ type: String, naming words: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ request: () throws -> Value
) {
    do {
        _ = try request()
        Issue.record("it was not refused", sourceLocation: sourceLocation)
    } catch let error as ResourceError {
        #expect(error.status == status, "\(error)", sourceLocation: sourceLocation)
        #expect(error.type == type, "\(error)", sourceLocation: sourceLocation)
        for word in words { #expect(error.message.contains(word), "\(error.message)", sourceLocation: sourceLocation) }
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
