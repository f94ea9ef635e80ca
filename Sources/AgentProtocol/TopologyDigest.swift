import Crypto
import SwiftProtobuf
import VirtualTopology

extension Topology {
    /// SHA-256 over the objects' wire form, whatever their order: equal on both sides exactly if they hold the same.
    ///
    /// An agent sends it when it resumes, so that a manager which was restarted, and knows nothing of what it sent
    /// before, can tell that there is nothing to send. The wire form has no maps, so it is the same on every machine;
    /// versions that differ in it merely exchange a snapshot.
    package var digest: [UInt8] {
        get throws {
            var encoded: [[UInt8]] = []
            encoded.reserveCapacity(objects.count)
            for object in objects.values { encoded.append(try WireTopologyObject(object).serializedBytes()) }
            encoded.sort { $0.lexicographicallyPrecedes($1) }
            var hash = SHA256()
            for bytes in encoded {
                withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { hash.update(bufferPointer: $0) }
                hash.update(data: bytes)
            }
            return Array(hash.finalize())
        }
    }
}
