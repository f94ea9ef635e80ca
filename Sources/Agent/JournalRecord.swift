import AgentProtocol
import Crypto
import Foundation
import SwiftProtobuf

/// One record of the journal: a manager's message, behind a header that tells damage from an unfinished end.
///
///     length of the payload, 4 bytes, big endian
///     the first 8 bytes of the payload's SHA-256
///     the first 4 bytes of the SHA-256 of these 12: a wrong length must not look like a torn tail
///     payload
enum JournalRecord {
    enum Damage: Error, Hashable, CustomStringConvertible {
        case header
        case payload
        /// A message that makes no sense there.
        case misplaced

        var description: String {
            switch self {
            case .header: "a record's header is damaged"
            case .payload: "a record is damaged"
            case .misplaced: "a record is in the wrong place"
            }
        }
    }

    static let magic = Data("tombolo topology journal 1\n".utf8)
    private static let headerLength = 16

    static func encoded(_ message: ManagerMessage) throws -> Data {
        let payload: Data = try WireManagerMessage(message).serializedBytes()
        var record = Data(withUnsafeBytes(of: UInt32(payload.count).bigEndian, Array.init))
        record += SHA256.hash(data: payload).prefix(8)
        record += SHA256.hash(data: record).prefix(4)
        return record + payload
    }

    /// - Returns: nil at the end, also at a torn one.
    static func payload(in data: Data, at offset: Int) throws(Damage) -> (Data, next: Int)? {
        guard offset + headerLength <= data.count else { return nil }
        let start = data.startIndex + offset
        guard SHA256.hash(data: data[start..<start + 12]).prefix(4).elementsEqual(data[start + 12..<start + 16]) else {
            throw .header
        }
        let length = data[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        let end = offset + headerLength + length
        guard end <= data.count else { return nil }
        let payload = data[start + headerLength..<data.startIndex + end]
        guard SHA256.hash(data: payload).prefix(8).elementsEqual(data[start + 4..<start + 12]) else { throw .payload }
        return (payload, end)
    }
}
