import AgentProtocol
import ArgumentParser
import Foundation
import Logging
import Manager
import Resources

struct ManagerToken: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token",
        abstract: "Makes, lists and revokes the tokens with which hosts join.",
        discussion: "These work on the store itself, so the manager must not be running.",
        subcommands: [Create.self, List.self, Revoke.self])

    struct DataDirectory: ParsableArguments {
        @Option(help: ArgumentHelp("The manager's data directory.", valueName: "dir"))
        var dataDir: String

        func enrolment() async throws -> Enrolment {
            var logger = Logger(label: "tombolo.manager")
            logger.logLevel = .error
            return try await ManagerService(ManagerConfiguration(dataDirectory: dataDir), logger: logger).enrolment
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Makes a token and prints it; it is shown only once.")

        @OptionGroup var directory: DataDirectory

        @Option(help: ArgumentHelp("How long it is valid, in seconds.", valueName: "seconds"))
        var ttl: Int64 = 86_400

        @Option(help: ArgumentHelp("How many hosts may join with it; 0 is any number.", valueName: "count"))
        var uses: Int = 1

        func validate() throws {
            if ttl <= 0 { throw ValidationError("--ttl must be positive") }
            if uses < 0 { throw ValidationError("--uses must not be negative") }
        }

        func run() async throws {
            let (token, _) = try await directory.enrolment().createToken(ttl: ttl, uses: uses == 0 ? nil : uses)
            print(try token.text)
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists the tokens, without their secrets.")

        @OptionGroup var directory: DataDirectory

        func run() async throws {
            let rows = try await directory.enrolment().tokens().map { token in
                let expires = Date(timeIntervalSince1970: TimeInterval(token.expiresAt.seconds))
                return [token.id, expires.formatted(.iso8601), token.usesLeft.map(String.init) ?? "any"]
            }
            print(TextTable(["ID", "EXPIRES", "USES LEFT"], rows).text, terminator: "")
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Revokes a token. Hosts that have joined with it stay.")

        @OptionGroup var directory: DataDirectory

        @Argument(help: "The token's id, from `token list`.")
        var id: String

        func run() async throws {
            guard try await directory.enrolment().revokeToken(id) else {
                throw CommandError("there is no token \(id)")
            }
        }
    }
}
