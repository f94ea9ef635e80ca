import Hummingbird
import Logging
import NIOCore
import Resources

/// What goes with a request through Hummingbird.
struct APIContext: Hummingbird.RequestContext {
    var coreContext: CoreRequestContextStorage
    /// `req-` and a UUID: on every answer and in the log.
    let requestID: String
    /// Nil until, or unless, the request has said who asks.
    var identity: RequestIdentity?

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        var generator = SystemRandomNumberGenerator()
        let bits = UInt128.random(in: .min ... .max, using: &generator)
        requestID = "req-\(Identifier<Never>(randomBits: bits))"
    }
}
