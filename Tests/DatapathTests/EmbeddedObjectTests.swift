import BPFCompiler
import Testing

@testable import Datapath

@Suite("The embedded object")
struct EmbeddedObjectTests {
    @Test("is the one that was hashed at build time")
    func hash() throws {
        let image = try ObjectImage.embedded()
        #expect(contentHash(image.bytes) == image.contentHash)
    }

    @Test("names no path of the machine that built it")
    func paths() throws {
        let text = String(decoding: try ObjectImage.embedded().bytes.map { $0 == 0 ? 10 : $0 }, as: UTF8.self)
        let absolute = text.split(separator: "\n").filter { $0.hasPrefix("/") && $0.contains("Pipeline") }
        #expect(absolute.isEmpty)
    }

    @Test(
        "base64 is decoded as RFC 4648 says",
        arguments: [
            ("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmFy", "foobar"),
        ])
    func base64(encoded: String, plain: String) {
        let decoded = Array(encoded.utf8).withUnsafeBufferPointer { base64Decoded($0) }
        #expect(decoded == Array(plain.utf8))
    }

    @Test("what is not base64 is refused", arguments: ["Zg=", "Z===", "Zh==", "Zm9v!mFy", "=Zg="])
    func notBase64(text: String) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { base64Decoded($0) } == nil)
    }
}
