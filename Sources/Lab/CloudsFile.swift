import FoundationEssentials
import NeutronClient
import Yams

/// The clouds.yaml that a manager writes at its first start.
enum CloudsFile {
    private struct Content: Decodable {
        struct Cloud: Decodable {
            let auth: Auth
        }

        struct Auth: Decodable {
            let username: String
            let password: String
            let project_name: String
            let user_domain_name: String
            let project_domain_name: String
        }

        let clouds: [String: Cloud]
    }

    static let cloud = "tombolo"

    static func admin(_ path: String) throws(NeutronClientError) -> NeutronClient.Credentials {
        let content: Content
        do {
            content = try YAMLDecoder().decode(Content.self, from: try String(contentsOfFile: path, encoding: .utf8))
        } catch {
            throw .noCredentials("\(path): \(error)")
        }
        guard let auth = content.clouds[cloud]?.auth else { throw .noCredentials("\(path) has no cloud \(cloud)") }
        return NeutronClient.Credentials(
            username: auth.username, password: auth.password, userDomain: auth.user_domain_name,
            project: auth.project_name, projectDomain: auth.project_domain_name)
    }
}
