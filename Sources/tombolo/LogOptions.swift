import ArgumentParser
import Logging

/// How much a service says on standard error.
struct LogOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Least level of what is logged: trace, debug, info, notice, warning, error.", valueName: "level"))
    var logLevel: Logger.Level = .info

    /// Once per process.
    func logger(_ label: String) -> Logger {
        let level = logLevel
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        return Logger(label: label)
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
