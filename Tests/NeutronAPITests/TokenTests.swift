import Identity
import IdentityService
import NeutronClient
import StateStore
import Testing

@testable import NeutronAPI

@Suite("Keystone's tokens")
struct TokenTests {
    @Test(
        "a log in with a password answers 201 with the token in X-Subject-Token, and all that clients read in the body")
    func login() async throws {
        try await IdentityHarness.run { site in
            let answer = try await site.login()
            let token = answer.json["token"]
            #expect(answer.status == 201 && answer.raw.header("x-subject-token") != nil)
            #expect(token?["user"]?["name"] == .string("admin") && token?["project"]?["name"] == .string("admin"))
            #expect(token?["methods"] == .array([.string("password")]))
            #expect(token?["roles"]?.array?.compactMap { $0["name"]?.string } == ["admin", "member", "reader"])
            #expect(token?["expires_at"]?.string?.hasSuffix(".000000Z") == true && token?["issued_at"] != nil)
            let catalog = token?["catalog"]?.array ?? []
            #expect(catalog.compactMap { $0["type"]?.string } == ["identity", "network"])
            let urls = catalog.flatMap { $0["endpoints"]?.array ?? [] }.compactMap { $0["url"]?.string }
            #expect(Set(urls) == [site.api.client.endpoint, site.api.client.endpoint + "/v3"])
        }
    }

    @Test("a wrong password, an unknown user, domain or project, and a project without a role are all the same 401")
    func refusals() async throws {
        try await IdentityHarness.run { site in
            let admin = try await site.token()
            _ = try await site.tenant("other", "bob", role: "member", admin: admin)
            for answer in [
                try await site.login("admin", "wrong"), try await site.login("nobody"),
                try await site.login(project: "nowhere"), try await site.login("bob", "bob"),
            ] {
                #expect(answer.status == 401 && answer.faultCode == .integer(401))
                #expect(
                    answer.json["error"]?["message"]
                        == .string("The request you have made requires authentication."))
                #expect(answer.raw.header("www-authenticate")?.hasPrefix("Keystone uri=") == true)
            }
        }
    }

    @Test("guessing is answered with 429 and Retry-After; the right password works again when the wait is over")
    func throttled() async throws {
        try await IdentityHarness.run { site in
            for _ in 0..<5 { #expect(try await site.login("admin", "wrong").status == 401) }
            let slow = try await site.login()
            #expect(slow.status == 429 && slow.raw.header("retry-after") == "1")
            site.clock.advance(1)
            #expect(try await site.login().status == 201)
        }
    }

    @Test("a token is shown to its owner and to an admin, and no more once it was given back")
    func revocation() async throws {
        try await IdentityHarness.run { site in
            let admin = try await site.token()
            _ = try await site.tenant("p", "ann", role: "member", admin: admin)
            let ann = try await site.token("ann", "ann", project: "p")
            #expect(try await site.send("GET", "/v3/auth/tokens", token: admin, subject: ann).status == 200)
            #expect(try await site.send("HEAD", "/v3/auth/tokens", token: ann, subject: ann).status == 200)
            #expect(try await site.send("GET", "/v3/auth/tokens", token: ann, subject: admin).status == 403)
            #expect(try await site.send("GET", "/v2.0/networks", token: ann).status == 200)
            #expect(try await site.send("DELETE", "/v3/auth/tokens", token: ann, subject: ann).status == 204)
            #expect(try await site.send("GET", "/v2.0/networks", token: ann).status == 401)
            #expect(try await site.send("GET", "/v3/auth/tokens", token: admin, subject: ann).status == 404)
        }
    }

    @Test("a token is over after an hour")
    func expiry() async throws {
        try await IdentityHarness.run { site in
            let token = try await site.token()
            site.clock.advance(3599)
            #expect(try await site.send("GET", "/v2.0/networks", token: token).status == 200)
            site.clock.advance(1)
            #expect(try await site.send("GET", "/v2.0/networks", token: token).status == 401)
        }
    }

    @Test("tokens, and those that were given back, survive a restart; a token with a changed letter is nobody's")
    func restart() async throws {
        let store = InMemoryStore()
        try await IdentityHarness.run(store: store) { site in
            let kept = try await site.token()
            let gone = try await site.token()
            #expect(try await site.send("DELETE", "/v3/auth/tokens", token: gone, subject: gone).status == 204)
            let again = try await IdentityHarness.service(store, site.clock)
            #expect(again.validate(kept)?.isAdmin == true && again.validate(gone) == nil)
            for index in stride(from: 0, to: kept.count, by: 7) {
                var letters = Array(kept)
                letters[index] = letters[index] == "A" ? "B" : "A"
                #expect(again.validate(String(letters)) == nil)
            }
        }
    }

    @Test("a user changes its own password with the old one; the tokens from before are void")
    func password() async throws {
        try await IdentityHarness.run { site in
            let admin = try await site.token()
            let (_, user) = try await site.tenant("p", "ann", role: "member", admin: admin)
            let before = try await site.token("ann", "ann", project: "p")
            let path = "/v3/users/\(user)/password"
            let wrong = #"{"user":{"original_password":"no","password":"new"}}"#
            #expect(try await site.send("POST", path, wrong, token: before).status == 401)
            let right = #"{"user":{"original_password":"ann","password":"new"}}"#
            #expect(try await site.send("POST", path, right, token: before).status == 204)
            #expect(try await site.send("GET", "/v2.0/networks", token: before).status == 401)
            #expect(try await site.login("ann", "ann", project: "p").status == 401)
            #expect(try await site.login("ann", "new", project: "p").status == 201)
        }
    }

    @Test("an application credential logs in without a user's name, and can't make others")
    func applicationCredential() async throws {
        try await IdentityHarness.run { site in
            let admin = try await site.token()
            let (project, user) = try await site.tenant("p", "ann", role: "member", admin: admin)
            let ann = try await site.token("ann", "ann", project: "p")
            let path = "/v3/users/\(user)/application_credentials"
            let wanted = #"{"application_credential":{"name":"ci","roles":[{"name":"reader"}]}}"#
            let made = try await site.send("POST", path, wanted, token: ann)
            let credential = made.json["application_credential"]
            let id = try #require(credential?["id"]?.string)
            let secret = try #require(credential?["secret"]?.string)
            func login(_ secret: String) async throws -> APIHarness.Answer {
                try await site.send(
                    "POST", "/v3/auth/tokens",
                    #"{"auth":{"identity":{"methods":["application_credential"],"application_credential":"#
                        + #"{"id":"\#(id)","secret":"\#(secret)"}}}}"#)
            }
            let answer = try await login(secret)
            #expect(answer.status == 201 && answer.json["token"]?["project"]?["id"] == .string(project))
            #expect(answer.json["token"]?["roles"]?.array?.compactMap { $0["name"]?.string } == ["reader"])
            let token = try #require(answer.raw.header("x-subject-token"))
            #expect(try await site.send("GET", "/v2.0/networks", token: token).status == 200)
            #expect(try await site.send("POST", "/v2.0/networks", #"{"network":{}}"#, token: token).status == 403)
            #expect(try await site.send("POST", path, wanted, token: token).status == 403)
            #expect(try await login("wrong").status == 401)
            #expect(
                try await site.send("GET", path + "/" + id, token: ann).json["application_credential"]?["secret"] == nil
            )
            #expect(try await site.send("DELETE", path + "/" + id, token: ann).status == 204)
            #expect(try await site.send("GET", "/v2.0/networks", token: token).status == 401)
        }
    }

    @Test("validating a token takes microseconds, not a hash")
    func speed() async throws {
        try await IdentityHarness.run { site in
            let token = try await site.token()
            let count = 1000
            let time = ContinuousClock().measure {
                for _ in 0..<count { _ = site.service.validate(token) }
            }
            // In a debug build, on a busy machine; a log in costs a hundred times this.
            #expect(time / count < .milliseconds(2))
        }
    }

    @Test("a client logs in by itself, and again when its token is over")
    func session() async throws {
        try await IdentityHarness.run { site in
            let session = NeutronClient.Session { () throws(NeutronClientError) in
                NeutronClient.Credentials(username: "admin", password: IdentityHarness.password, project: "admin")
            }
            let client = try NeutronClient(endpoint: site.api.client.endpoint, session: session)
            _ = try await client.create(NeutronClient.Network.self, .init(name: "n"))
            site.clock.advance(4000)
            #expect(try await client.list(NeutronClient.Network.self).map(\.name) == ["n"])
        }
    }

    @Test("GET / and GET /v3 tell where v3 and v2.0 are, also under /identity")
    func discovery() async throws {
        try await IdentityHarness.run { site in
            let root = try await site.send("GET", "/")
            #expect(root.status == 300)
            #expect(root.json["versions"]?.array?.compactMap { $0["id"]?.string } == ["v3.14", "v2.0"])
            for path in ["/v3", "/v3/", "/identity/v3"] {
                let answer = try await site.send("GET", path)
                #expect(answer.status == 200 && answer.json["version"]?["status"] == .string("stable"))
            }
            #expect(try await site.send("GET", "/v3/nope").faultCode == .integer(404))
        }
    }
}
