import Crypto
import Foundation
import Resources
import SwiftASN1
import Testing
import X509

@testable import Manager

@Suite("The site's CA")
struct CertificateAuthorityTests {
    static let host = EnrolledHost(id: HostID(77), name: "h1", joinedAt: Timestamp(seconds: 0))

    @Test("It is made once, with a key that only its owner reads, and read back after")
    func persistence() throws {
        try withTemporaryDirectory { directory in
            let first = try CertificateAuthority(directory: directory)
            let again = try CertificateAuthority(directory: directory)
            #expect(first.certificateBytes == again.certificateBytes)
            for file in ["ca-key.pem", "ca-certificate.pem"] {
                let mode = try FileManager.default.attributesOfItem(atPath: "\(directory)/\(file)")[.posixPermissions]
                #expect(mode as? Int == 0o600)
            }
        }
    }

    @Test("A start that ended between the two files goes on from the key; without the key there is no start")
    func interrupted() throws {
        try withTemporaryDirectory { directory in
            let first = try CertificateAuthority(directory: directory)
            try FileManager.default.removeItem(atPath: "\(directory)/ca-certificate.pem")
            let second = try CertificateAuthority(directory: directory)
            #expect(second.certificate.publicKey == first.certificate.publicKey)
            try FileManager.default.removeItem(atPath: "\(directory)/ca-key.pem")
            #expect(throws: CertificateAuthorityError.missingKey("\(directory)/ca-key.pem")) {
                try CertificateAuthority(directory: directory)
            }
        }
    }

    @Test("A host's certificate names the host, serves clients only, and is short-lived")
    func hostCertificate() throws {
        try withTemporaryDirectory { directory in
            let now = Date(timeIntervalSince1970: 1_800_000_000)
            let authority = try CertificateAuthority(
                directory: directory, clock: SiteClock { Timestamp(seconds: 1_800_000_000) })
            let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let certificate = try Certificate(derEncoded: authority.issueHost(Self.host, request: signingRequest(key)))
            #expect(HostIdentity.host(in: certificate) == Self.host.id)
            #expect(certificate.publicKey == key.publicKey)
            #expect(certificate.notValidAfter == now.addingTimeInterval(30 * 86400))
            #expect(try certificate.extensions.extendedKeyUsage?.contains(.clientAuth) == true)
            #expect(try certificate.extensions.extendedKeyUsage?.contains(.serverAuth) == false)
            #expect(authority.certificate.publicKey.isValidSignature(certificate.signature, for: certificate))
        }
    }

    @Test("A request must be signed with its own key, on P-256, and be one at all")
    func badRequests() throws {
        try withTemporaryDirectory { directory in
            let authority = try CertificateAuthority(directory: directory)
            // Somebody else's key under a signature of one's own.
            let mine = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let theirs = Certificate.PrivateKey(P256.Signing.PrivateKey())
            let signed = try CertificateSigningRequest(
                version: .v1, subject: DistinguishedName(), privateKey: mine, attributes: .init())
            let stolen = try CertificateSigningRequest(
                version: .v1, subject: DistinguishedName(), publicKey: theirs.publicKey, attributes: .init(),
                signatureAlgorithm: .ecdsaWithSHA256, signature: signed.signature)
            let wrongCurve = Certificate.PrivateKey(P384.Signing.PrivateKey())
            for request in [[1, 2, 3], try der(stolen), try signingRequest(wrongCurve)] {
                #expect(throws: CertificateAuthorityError.self) {
                    try authority.issueHost(Self.host, request: request)
                }
            }
        }
    }

    @Test("The server's certificate has addresses as addresses and names as names")
    func serverCertificate() throws {
        try withTemporaryDirectory { directory in
            let authority = try CertificateAuthority(directory: directory)
            let issued = try authority.issueServer(names: ["192.0.2.7", "2001:db8::1", "manager.example"])
            let certificate = try Certificate(derEncoded: issued.chain[0])
            let names = try #require(try certificate.extensions.subjectAlternativeNames)
            #expect(
                Array(names) == [
                    .ipAddress(ASN1OctetString(contentBytes: [192, 0, 2, 7])),
                    .ipAddress(
                        ASN1OctetString(contentBytes: [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])),
                    .dnsName("manager.example"),
                ])
            #expect(HostIdentity.host(in: certificate) == nil)
            #expect(try certificate.extensions.extendedKeyUsage?.contains(.clientAuth) == false)
        }
    }
}

func der(_ request: CertificateSigningRequest) throws -> [UInt8] {
    var serializer = DER.Serializer()
    try serializer.serialize(request)
    return serializer.serializedBytes
}

func signingRequest(_ key: Certificate.PrivateKey) throws -> [UInt8] {
    try der(CertificateSigningRequest(version: .v1, subject: DistinguishedName(), privateKey: key, attributes: .init()))
}
