import Foundation

struct Options {
    var tombolo = ".build/release/tombolo"
    var traffic = ""
    var output = "bench-results.json"
    var repetitions = 5
    var seconds = 1.0
    var paths: [String] = PathName.allCases.filter { $0 != .tomboloLarge }.map(\.rawValue)
    var metrics: [String] = Metric.allCases.map(\.rawValue)
    /// Other measurements than traffic.
    var extras: [String] = Extra.allCases.map(\.rawValue)

    static let help = """
        Measures traffic from VM to VM across two sites, beside what the kernel does without Tombolo, and what changes cost.

          --repetitions N    of each measurement of traffic (5); paths are measured in turn, so load hits all alike
          --seconds S        that each takes (1)
          --paths A,B        \(PathName.allCases.map(\.rawValue).joined(separator: ","))
                             (all but tombolo-large, which is tombolo with 10,000 ports, 20,000 routes and 1,000 networks)
          --metrics A,B      \(Metric.allCases.map(\.rawValue).joined(separator: ",")), or none
          --extras A,B       \(Extra.allCases.map(\.rawValue).joined(separator: ",")), or none
          --short            2 repetitions of half a second, no extras
          --all              everything, tombolo-large too
          --output FILE      the results as JSON (bench-results.json)
          --tombolo FILE     the program to measure (.build/release/tombolo)
        """

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        func value(of name: String) throws -> String {
            guard let value = rest.popFirst() else { throw CommandFailure(description: "\(name) needs a value") }
            return value
        }
        func list(of name: String, _ known: [String]) throws -> [String] {
            let names = try value(of: name).split(separator: ",").map(String.init)
            if names == ["none"] { return [] }
            for name in names where !known.contains(name) {
                throw CommandFailure(description: "'\(name)' is none of \(known.joined(separator: ", "))")
            }
            return names
        }
        while let argument = rest.popFirst() {
            switch argument {
            case "--repetitions":
                guard let number = Int(try value(of: argument)), number > 0 else {
                    throw CommandFailure(description: "--repetitions needs a positive number")
                }
                repetitions = number
            case "--seconds":
                guard let number = Double(try value(of: argument)), number > 0 else {
                    throw CommandFailure(description: "--seconds needs a positive number")
                }
                seconds = number
            case "--paths": paths = try list(of: argument, PathName.allCases.map(\.rawValue))
            case "--metrics": metrics = try list(of: argument, Metric.allCases.map(\.rawValue))
            case "--extras": extras = try list(of: argument, Extra.allCases.map(\.rawValue))
            case "--short": (repetitions, seconds, extras) = (2, 0.5, [])
            case "--all": paths = PathName.allCases.map(\.rawValue)
            case "--output": output = try value(of: argument)
            case "--tombolo": tombolo = try value(of: argument)
            case "--traffic": traffic = try value(of: argument)
            case "--help", "-h":
                say(Self.help)
                exit(0)
            default: throw CommandFailure(description: "unknown option '\(argument)'; see --help")
            }
        }
    }
}
