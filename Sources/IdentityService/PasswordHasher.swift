import Crypto
import CryptoExtras
import Dispatch
import Foundation
import Identity
import Synchronization

/// Hashes and checks secrets with scrypt (RFC 7914), one at a time on a thread of its own: a hash takes tens of megabytes
/// and a tenth of a second on purpose, and event loops have other work.
package final class PasswordHasher: Sendable {
    /// The price of a hash; it is in the hash's text, so it may be changed, and old hashes go on being checked.
    package struct Cost: Hashable, Sendable {
        /// Binary logarithm of scrypt's N.
        package var logarithm: Int
        package var blockSize: Int
        package var parallelism: Int

        package init(logarithm: Int, blockSize: Int, parallelism: Int) {
            self.logarithm = logarithm
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        /// 32 MiB, three times over: one of the settings that OWASP recommends for scrypt.
        package static let standard = Cost(logarithm: 15, blockSize: 8, parallelism: 3)
    }

    /// So many may wait; who comes then is asked to come again.
    private static let maximumWaiting = 64

    private let cost: Cost
    private let queue = DispatchQueue(label: "tombolo.passwords")
    private let waiting = Mutex(0)
    /// Of no password: what a guess for a user who doesn't exist is compared with, so that it takes as long.
    private let nobody: SecretHash

    package init(cost: Cost = .standard) {
        self.cost = cost
        let salt = Self.randomBytes(16)
        nobody = Self.text(cost, salt, Self.randomBytes(32))
    }

    package func hash(_ secret: String) async throws(IdentityError) -> SecretHash {
        let cost = cost
        return try await onThread {
            let salt = Self.randomBytes(16)
            return try Self.text(cost, salt, Self.derive(secret, salt, cost))
        }
    }

    /// - Parameter hash: nil when there is nobody whose secret it could be; the answer is no, and takes as long.
    package func verify(_ secret: String, against hash: SecretHash?) async throws(IdentityError) -> Bool {
        let expected = hash ?? nobody
        let right = try await onThread {
            guard let (cost, salt, key) = Self.parse(expected) else { return false }
            return ConstantTime.equal(try Self.derive(secret, salt, cost), key)
        }
        return right && hash != nil
    }

    private func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws(IdentityError) -> Value {
        let admitted = waiting.withLock { waiting in
            guard waiting < Self.maximumWaiting else { return false }
            waiting += 1
            return true
        }
        guard admitted else {
            throw IdentityError(status: 503, message: "Too many log ins at once. Try again in a moment.", retryAfter: 1)
        }
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: Result { try work() }) }
        }
        waiting.withLock { $0 -= 1 }
        do {
            return try result.get()
        } catch {
            throw IdentityError(status: 500, message: "The secret could not be hashed: \(error)")
        }
    }

    // MARK: scrypt and its text

    private static func derive(_ secret: String, _ salt: [UInt8], _ cost: Cost) throws -> [UInt8] {
        let key = try KDF.Scrypt.deriveKey(
            from: Array(secret.utf8), salt: salt, outputByteCount: 32, rounds: 1 << cost.logarithm,
            blockSize: cost.blockSize, parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }

    private static func text(_ cost: Cost, _ salt: [UInt8], _ key: [UInt8]) -> SecretHash {
        let parameters = "ln=\(cost.logarithm),r=\(cost.blockSize),p=\(cost.parallelism)"
        return SecretHash(
            "$scrypt$\(parameters)$\(Data(salt).base64EncodedString())$\(Data(key).base64EncodedString())")
    }

    private static func parse(_ hash: SecretHash) -> (Cost, salt: [UInt8], key: [UInt8])? {
        let parts = hash.text.split(separator: "$").map(String.init)
        guard parts.count == 4, parts[0] == "scrypt", let salt = Data(base64Encoded: parts[2]),
            let key = Data(base64Encoded: parts[3])
        else { return nil }
        var numbers: [String: Int] = [:]
        for pair in parts[1].split(separator: ",") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2 else { return nil }
            numbers[String(sides[0])] = Int(sides[1])
        }
        guard let logarithm = numbers["ln"], let blockSize = numbers["r"], let parallelism = numbers["p"],
            (1...24).contains(logarithm), (1...32).contains(blockSize), (1...16).contains(parallelism)
        else { return nil }
        return (
            Cost(logarithm: logarithm, blockSize: blockSize, parallelism: parallelism), Array(salt), Array(key)
        )
    }

    static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// A secret that nobody guesses: 192 bits, in letters that need no quotes anywhere.
    package static func randomSecret() -> String { Base64URL.encode(randomBytes(24)) }
}
