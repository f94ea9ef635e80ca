import Foundation

/// The Swift source that carries the object: base64 in one `StaticString`, because an array literal of that size type-checks slowly.
package enum EmbeddedObject {
    package static func source(object: [UInt8]) -> String {
        """
        // Made by BPFCompiler from the forwarding pipeline's sources; do not edit.

        package enum ForwardingPipelineObject {
            /// The ELF object, base64.
            package static let base64: StaticString = "\(Data(object).base64EncodedString())"
            /// SHA-256 of the object.
            package static let contentHash: String = "\(contentHash(object))"
        }

        """
    }
}
