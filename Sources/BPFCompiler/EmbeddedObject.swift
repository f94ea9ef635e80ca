import Foundation

/// The Swift source that carries the object: base64 in one `StaticString`, because an array literal of that size type-checks slowly.
package enum EmbeddedObject {
    package static let defaultName = "ForwardingPipelineObject"

    package static func source(object: [UInt8], name: String = defaultName) -> String {
        """
        // Made by BPFCompiler from the forwarding pipeline's sources; do not edit.

        package enum \(name) {
            /// The ELF object, base64.
            package static let base64: StaticString = "\(Data(object).base64EncodedString())"
            /// SHA-256 of the object.
            package static let contentHash: String = "\(contentHash(object))"
        }

        """
    }
}
