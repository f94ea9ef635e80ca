import Foundation
import Glibc

/// The command line's side of the agent's control socket. Blocking: a command asks once and waits.
package struct ControlClient: Sendable {
    package enum Failure: Error, CustomStringConvertible {
        case unreachable(path: String, reason: String)
        case broken(String)
        case refused(String)

        package var description: String {
            switch self {
            case .unreachable(let path, let reason): "no agent answers at \(path): \(reason)"
            case .broken(let reason): "the agent's answer is unusable: \(reason)"
            case .refused(let message): message
            }
        }
    }

    private let path: String

    package init(path: String) { self.path = path }

    /// - Throws: `refused` with the agent's own words when it could not do what was asked.
    package func request(_ request: ControlRequest) throws(Failure) -> ControlReply {
        let descriptor = try connect()
        defer { close(descriptor) }
        do {
            var line = try JSONEncoder().encode(request)
            line.append(UInt8(ascii: "\n"))
            try Self.send(line, to: descriptor)
            let answer = try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
            let reply = try JSONDecoder().decode(ControlReply.self, from: answer)
            if case .failed(let message) = reply { throw Failure.refused(message) }
            return reply
        } catch let failure as Failure {
            throw failure
        } catch {
            throw .broken("\(error)")
        }
    }

    /// Whether somebody listens.
    var isAnswered: Bool {
        do throws(Failure) {
            close(try connect())
            return true
        } catch {
            return false
        }
    }

    /// An agent that hangs up is an error here, not the end of the process (SIGPIPE).
    private static func send(_ line: Data, to descriptor: Int32) throws(Failure) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .broken(String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
    }

    private func connect() throws(Failure) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8) + [0]
        guard bytes.count <= MemoryLayout.size(ofValue: address.sun_path) else {
            throw .unreachable(path: path, reason: "the path is longer than a socket's may be")
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .unreachable(path: path, reason: String(cString: strerror(errno))) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw .unreachable(path: path, reason: reason)
        }
        return descriptor
    }
}
