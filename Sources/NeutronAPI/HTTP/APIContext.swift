import Hummingbird
import Logging
import NIOCore
import Resources

/// What goes with a request through Hummingbird.
struct APIContext: Hummingbird.RequestContext {
    var coreContext: CoreRequestContextStorage
    /// `req-` and a UUID: on every answer and in the log.
    let requestID: String
    /// Where the connection comes from. A proxy's headers are not believed: anyone can write them.
    let address: String

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? ""
        var generator = SystemRandomNumberGenerator()
        let bits = UInt128.random(in: .min ... .max, using: &generator)
        requestID = "req-\(Identifier<Never>(randomBits: bits))"
    }
}
