import Crypto
import Foundation
import Resources
import SwiftASN1
import X509

/// The site's own CA: P-256, made at the manager's first start. It says who the manager is to hosts, and who a host is
/// to the manager; nobody else need trust it.
package struct CertificateAuthority: Sendable {
    static let keyFile = "ca-key.pem"
    static let certificateFile = "ca-certificate.pem"

    package let certificate: Certificate
    /// DER.
    package let certificateBytes: [UInt8]
    private let key: Certificate.PrivateKey
    private let clock: SiteClock

    /// Lives of what it issues, in seconds.
    package struct Lifetimes: Sendable {
        package var host: Int64 = 30 * 86400
        /// Issued anew at each start of the manager.
        package var server: Int64 = 365 * 86400
        package init() {}
    }

    private let lifetimes: Lifetimes

    /// Clocks of hosts may be behind by this much.
    private static let clockSkew: TimeInterval = 3600
    private static let ownLifetime: TimeInterval = 20 * 365 * 86400

    /// Reads the CA from the directory, or makes it there.
    package init(directory: String, clock: SiteClock = .system, lifetimes: Lifetimes = Lifetimes()) throws {
        self.clock = clock
        self.lifetimes = lifetimes
        let keyPath = "\(directory)/\(Self.keyFile)"
        let certificatePath = "\(directory)/\(Self.certificateFile)"
        let keyText = try PrivateFile.read(keyPath)
        let certificateText = try PrivateFile.read(certificatePath)
        switch (keyText, certificateText) {
        case (let keyText?, let certificateText?):
            key = try Certificate.PrivateKey(pemEncoded: String(decoding: keyText, as: UTF8.self))
            certificate = try Certificate(pemEncoded: String(decoding: certificateText, as: UTF8.self))
            guard certificate.publicKey == key.publicKey else {
                throw CertificateAuthorityError.mismatch(keyPath, certificatePath)
            }
        case (nil, _?):
            throw CertificateAuthorityError.missingKey(keyPath)
        case (let keyText?, nil):
            // The first start ended between the two files.
            key = try Certificate.PrivateKey(pemEncoded: String(decoding: keyText, as: UTF8.self))
            certificate = try Self.makeCertificate(key, now: clock.date)
            try PrivateFile.write(Array(try certificate.serializeAsPEM().pemString.utf8), to: certificatePath)
        case (nil, nil):
            key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            certificate = try Self.makeCertificate(key, now: clock.date)
            try PrivateFile.write(Array(try key.serializeAsPEM().pemString.utf8), to: keyPath)
            try PrivateFile.write(Array(try certificate.serializeAsPEM().pemString.utf8), to: certificatePath)
        }
        certificateBytes = try certificate.derBytes
    }

    private static func makeCertificate(_ key: Certificate.PrivateKey, now: Date) throws -> Certificate {
        // The name holds the key's digest, so that two sites' CAs never look alike.
        let digest = SHA256.hash(data: key.publicKey.subjectPublicKeyInfoBytes)
        let mark = digest.prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        let name = try DistinguishedName { CommonName("Tombolo site \(mark)") }
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: now.addingTimeInterval(-clockSkew), notValidAfter: now.addingTimeInterval(ownLifetime),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                SubjectKeyIdentifier(hash: key.publicKey)
            },
            issuerPrivateKey: key)
    }

    // MARK: Issuing

    /// A certificate for the manager's listeners, with its key.
    /// - Parameter names: what agents may call it: addresses and host names.
    package func issueServer(names: [String]) throws -> IssuedServerCertificate {
        let serverKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let certificate = try issue(
            serverKey.publicKey, commonName: "Tombolo manager",
            alternativeNames: names.map(GeneralName.init(endpoint:)),
            usage: .serverAuth, life: lifetimes.server)
        return IssuedServerCertificate(
            chain: [try certificate.derBytes, certificateBytes],
            key: Array(try serverKey.serializeAsPEM().derBytes))
    }

    /// A certificate for the key in the request, if whoever asks has that key. The rest of the request counts nothing:
    /// who the host is, the caller knows better.
    package func issueHost(_ host: EnrolledHost, request: [UInt8]) throws -> [UInt8] {
        let signingRequest: CertificateSigningRequest
        do {
            signingRequest = try CertificateSigningRequest(derEncoded: request)
        } catch {
            throw CertificateAuthorityError.badRequest("it is not a PKCS #10 request in DER: \(error)")
        }
        guard P256.Signing.PublicKey(signingRequest.publicKey) != nil else {
            throw CertificateAuthorityError.badRequest("its key must be on the curve P-256")
        }
        guard signingRequest.publicKey.isValidSignature(signingRequest.signature, for: signingRequest) else {
            throw CertificateAuthorityError.badRequest("it is not signed with its own key")
        }
        let certificate = try issue(
            signingRequest.publicKey, commonName: "Tombolo host \(host.id)",
            alternativeNames: [.uniformResourceIdentifier(HostIdentity.uri(of: host.id))], usage: .clientAuth,
            life: lifetimes.host)
        return try certificate.derBytes
    }

    private func issue(
        _ publicKey: Certificate.PublicKey, commonName: String, alternativeNames: [GeneralName],
        usage: ExtendedKeyUsage.Usage, life: Int64
    ) throws -> Certificate {
        let now = clock.date
        return try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
            notValidBefore: now.addingTimeInterval(-Self.clockSkew),
            notValidAfter: now.addingTimeInterval(TimeInterval(life)), issuer: certificate.subject,
            subject: try DistinguishedName { CommonName(commonName) }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                // One usage each: a host's certificate never passes for the manager's.
                try ExtendedKeyUsage([usage])
                SubjectAlternativeNames(alternativeNames)
            },
            issuerPrivateKey: key)
    }
}

/// DER.
package struct IssuedServerCertificate: Sendable {
    package var chain: [[UInt8]]
    package var key: [UInt8]
}

package enum CertificateAuthorityError: Error, Hashable, Sendable, CustomStringConvertible {
    case missingKey(String)
    case mismatch(String, String)
    case badRequest(String)

    package var description: String {
        switch self {
        case .missingKey(let path): "the CA's key '\(path)' is missing, but its certificate is there"
        case .mismatch(let key, let certificate): "'\(key)' is not the key of '\(certificate)'"
        case .badRequest(let reason): "the certificate signing request is refused: \(reason)"
        }
    }
}

/// How a certificate names a host: `tombolo://host/<id>` as a URI subject alternative name.
package enum HostIdentity {
    private static let prefix = "tombolo://host/"

    package static func uri(of host: HostID) -> String { "\(prefix)\(host)" }

    /// Nil for a certificate that is no host's.
    package static func host(in certificate: Certificate) -> HostID? {
        guard let names = try? certificate.extensions.subjectAlternativeNames else { return nil }
        for case .uniformResourceIdentifier(let uri) in names where uri.hasPrefix(prefix) {
            return HostID(uri.dropFirst(prefix.count))
        }
        return nil
    }
}

extension Certificate {
    /// The serialized form.
    package var derBytes: [UInt8] {
        get throws {
            var serializer = DER.Serializer()
            try serializer.serialize(self)
            return serializer.serializedBytes
        }
    }
}

extension SiteClock {
    var date: Date { Date(timeIntervalSince1970: TimeInterval(now().seconds)) }
}
