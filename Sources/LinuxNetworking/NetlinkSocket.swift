import CLinux
import Glibc

/// One route netlink socket and its conversation: a request at a time, its answers told by their sequence number.
struct NetlinkSocket: ~Copyable {
    /// Longer than any datagram of a dump (the kernel makes them at most 32 KiB).
    private static let bufferLength = 128 * 1024
    /// A dump that others keep changing is begun again this often before that is an error.
    private static let dumpAttempts = 32
    private static let timeoutMilliseconds: Int32 = 10_000

    private let descriptor: OwnedDescriptor
    private let port: UInt32
    private var sequence: UInt32 = 0
    private var buffer = [UInt8](repeating: 0, count: bufferLength)

    /// A descriptor in the calling thread's network namespace, where it stays whoever uses it.
    static func open() throws(NetlinkError) -> OwnedDescriptor {
        let result = clinux_route_netlink_open(0, timeoutMilliseconds)
        if result < 0 { throw NetlinkError(operation: "open route netlink socket", errno: -result) }
        return OwnedDescriptor(owning: result)
    }

    init(_ descriptor: OwnedDescriptor) {
        self.descriptor = descriptor
        port = clinux_netlink_port(descriptor.rawValue)
    }

    /// Sends a request, hands every answer's payload to `onAnswer`, and returns when the kernel has acknowledged it.
    mutating func request(
        _ message: NetlinkMessage, _ operation: String,
        onAnswer: (RawSpan) throws(NetlinkFormatError) -> Void = { (_: RawSpan) in }
    ) throws(NetlinkError) {
        _ = try converse(message, flags: NetlinkFlag.acknowledge, operation, onAnswer: onAnswer)
    }

    /// Sends a dump request and decodes every object, from the start again when the table changed meanwhile.
    /// `decode` returns nil for objects that are not wanted.
    mutating func dump<Element>(
        _ message: NetlinkMessage, _ operation: String,
        decode: (RawSpan) throws(NetlinkFormatError) -> Element?
    ) throws(NetlinkError) -> [Element] {
        for _ in 0..<Self.dumpAttempts {
            var elements: [Element] = []
            let complete = try converse(message, flags: NetlinkFlag.dump, operation) {
                (payload) throws(NetlinkFormatError) in
                if let element = try decode(payload) { elements.append(element) }
            }
            if complete { return elements }
        }
        throw NetlinkError(operation: operation, errno: EAGAIN, message: "the table kept changing during the dump")
    }

    /// Returns false when the kernel marked the answers as inconsistent.
    private mutating func converse(
        _ message: NetlinkMessage, flags: UInt16, _ operation: String,
        onAnswer: (RawSpan) throws(NetlinkFormatError) -> Void
    ) throws(NetlinkError) -> Bool {
        sequence &+= 1
        var message = message
        message.setFlags(flags)
        let bytes = message.sealed(sequence: sequence)
        let sent = bytes.withUnsafeBytes { clinux_netlink_send(descriptor.rawValue, $0.baseAddress, $0.count) }
        if sent < 0 { throw NetlinkError(operation: operation, errno: Int32(-sent)) }

        var progress = Progress()
        while !progress.finished {
            let length = try receive(operation)
            let (current, own) = (sequence, port)
            do {
                try buffer.span.bytes.extracting(0..<length).forEachMessage {
                    (header, payload) throws(NetlinkFormatError) in
                    // An answer to an earlier request that timed out, or not ours at all.
                    guard header.sequence == current, header.port == own else { return }
                    try progress.take(header, payload, onAnswer: onAnswer)
                }
            } catch {
                throw NetlinkError(operation: operation, errno: EBADMSG, message: "\(error)")
            }
        }
        // Reported only now: a dump left half read would block the socket's next one.
        if let problem = progress.unreadable {
            throw NetlinkError(operation: operation, errno: EBADMSG, message: "\(problem)")
        }
        if progress.errno != 0 {
            throw NetlinkError(operation: operation, errno: progress.errno, message: progress.message)
        }
        return !progress.interrupted
    }

    private mutating func receive(_ operation: String) throws(NetlinkError) -> Int {
        while true {
            var sender: UInt32 = 0
            let descriptor = descriptor.rawValue
            let length = buffer.withUnsafeMutableBytes {
                clinux_netlink_receive(descriptor, $0.baseAddress, $0.count, &sender)
            }
            if length == -Int64(EAGAIN) { throw NetlinkError(operation: operation, errno: ETIMEDOUT) }
            if length < 0 { throw NetlinkError(operation: operation, errno: Int32(-length)) }
            // Other processes can send to our port id; only the kernel's is 0.
            if sender == 0 { return Int(length) }
        }
    }
}

/// What the answers to one request have said so far.
private struct Progress {
    var finished = false
    var interrupted = false
    var errno: Int32 = 0
    var message: String?
    var unreadable: NetlinkFormatError?

    mutating func take(
        _ header: NetlinkHeader, _ payload: RawSpan, onAnswer: (RawSpan) throws(NetlinkFormatError) -> Void
    ) throws(NetlinkFormatError) {
        if header.flags & NetlinkFlag.dumpInterrupted != 0 { interrupted = true }
        switch header.type {
        case MessageType.error, MessageType.done:
            finished = true
            let acknowledgement = try NetlinkAcknowledgement(header: header, payload: payload)
            errno = acknowledgement.errno
            message = acknowledgement.message
        default:
            do {
                try onAnswer(payload)
            } catch {
                unreadable = unreadable ?? error
            }
        }
    }
}

/// What ends every conversation: NLMSG_ERROR (which with errno 0 says "done as asked") or a dump's NLMSG_DONE.
struct NetlinkAcknowledgement: Hashable {
    /// Positive; 0 is success.
    var errno: Int32 = 0
    /// The kernel's words, if it had any.
    var message: String?

    init(header: NetlinkHeader, payload: RawSpan) throws(NetlinkFormatError) {
        guard let code = payload.integer(at: 0, as: Int32.self) else {
            // Old kernels end a dump without a code.
            if header.type == MessageType.done { return }
            throw .shortHeader(expected: 4, got: payload.byteCount)
        }
        // NLMSG_DONE carries a count or zero when all went well.
        errno = code < 0 ? -code : 0
        guard header.flags & NetlinkFlag.acknowledgementAttributes != 0 else { return }

        var start = 4
        if header.type == MessageType.error {
            // The request's header is repeated, and without NLM_F_CAPPED its payload too.
            guard let length = payload.integer(at: 4, as: UInt32.self) else {
                throw .shortHeader(expected: 20, got: payload.byteCount)
            }
            let capped = header.flags & NetlinkFlag.capped != 0 || errno == 0
            start += capped ? NetlinkMessage.headerLength : Int(length)
        }
        var missing: UInt32?
        var text: String?
        try payload.forEachAttribute(from: start) { (type, content) throws(NetlinkFormatError) in
            switch type {
            case ExtendedAcknowledgement.message: text = content.text
            case ExtendedAcknowledgement.missingType: missing = try content.value(type, as: UInt32.self)
            default: break
            }
        }
        message = text ?? missing.map { "attribute \($0) is missing" }
    }
}
