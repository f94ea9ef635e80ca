import Identity
import Manager

/// The first start's admin, and the files that say how to come in as it.
package struct FirstStart: Sendable {
    package static let environmentFile = "openrc"
    package static let cloudsFile = "clouds.yaml"
    package static let cloud = "tombolo"
    package static let region = "RegionOne"

    let directory: String
    /// `http://host:port` as clients on this machine reach the API.
    let url: String
    /// What clients must trust to believe the API's certificate, if it has one.
    let certificate: String?

    package init(directory: String, url: String, certificate: String? = nil) {
        self.directory = directory
        self.url = url
        self.certificate = certificate
    }

    package var files: [String] { ["\(directory)/\(Self.environmentFile)", "\(directory)/\(Self.cloudsFile)"] }

    /// Makes the admin if nobody was ever there. The files come first: when the store knows the admin, they are there.
    /// - Returns: whether it did.
    package func run(_ service: IdentityService) async throws -> Bool {
        guard service.controller.read(\.isEmpty) else { return false }
        let password = PasswordHasher.randomSecret()
        let hash = try await service.hasher.hash(password)
        for (path, text) in zip(files, [environment(password), clouds(password)]) {
            try PrivateFile.write(Array(text.utf8), to: path)
        }
        try await service.controller.write { _, generator throws(IdentityError) in
            ((), FirstDirectory(adminPassword: hash, using: &generator).changes)
        }
        return true
    }

    private func environment(_ password: String) -> String {
        var lines = [
            "# The site's admin. Source it, and `openstack` works.",
            "export OS_AUTH_TYPE=password",
            "export OS_AUTH_URL=\(url)/v3",
            "export OS_IDENTITY_API_VERSION=3",
            "export OS_USERNAME=\(FirstDirectory.adminName)",
            "export OS_PASSWORD=\(password)",
            "export OS_PROJECT_NAME=\(FirstDirectory.adminName)",
            "export OS_USER_DOMAIN_NAME=\(FirstDirectory.domainName)",
            "export OS_PROJECT_DOMAIN_NAME=\(FirstDirectory.domainName)",
            "export OS_REGION_NAME=\(Self.region)",
        ]
        if let certificate { lines.append("export OS_CACERT='\(certificate)'") }
        return lines.map { $0 + "\n" }.joined()
    }

    private func clouds(_ password: String) -> String {
        var text = """
            clouds:
              \(Self.cloud):
                auth_type: password
                auth:
                  auth_url: \(url)/v3
                  username: \(FirstDirectory.adminName)
                  password: "\(password)"
                  project_name: \(FirstDirectory.adminName)
                  user_domain_name: \(FirstDirectory.domainName)
                  project_domain_name: \(FirstDirectory.domainName)
                region_name: \(Self.region)
                identity_api_version: 3

            """
        if let certificate { text += "    cacert: \"\(certificate)\"\n" }
        return text
    }
}
