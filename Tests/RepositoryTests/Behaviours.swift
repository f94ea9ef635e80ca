import Foundation

/// A row of the source documents, as "S0-30".
struct BehaviourRow: Hashable, Comparable, CustomStringConvertible {
    let source: Int
    let number: Int

    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 2, parts[0].first == "S", let source = Int(parts[0].dropFirst()),
            parts[1].count == 2, let number = Int(parts[1])
        else { return nil }
        (self.source, self.number) = (source, number)
    }

    static func < (a: Self, b: Self) -> Bool { (a.source, a.number) < (b.source, b.number) }
    var description: String { "S\(source)-" + (number < 10 ? "0" : "") + "\(number)" }
}

/// docs/behaviours.md: a table of rows and how far each is.
struct BehaviourList {
    enum Status: String {
        case done, partly, open
    }

    private(set) var statuses: [BehaviourRow: Status] = [:]
    /// Lines that begin like a row and are none, and rows that stand there twice.
    private(set) var mistakes: [String] = []

    init(markdown: String) {
        for line in markdown.split(separator: "\n") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false)
                .map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count > 3, let row = BehaviourRow(cells[1]) else { continue }
            guard let status = Status(rawValue: cells[2]), statuses[row] == nil else {
                mistakes.append(String(line))
                continue
            }
            statuses[row] = status
        }
    }
}

/// A test by its display name.
struct NamedTest: Hashable {
    let file: String
    let name: String

    /// The rows it names, usually before the first colon: "S0-30, S1-04: …".
    var rows: [BehaviourRow] {
        Set(name.split { !$0.isLetter && !$0.isNumber && $0 != "-" }.compactMap { BehaviourRow($0) }).sorted()
    }

    /// The name without the rows before its first colon.
    var title: Substring {
        guard BehaviourRow(name.prefix(5)) != nil, let colon = name.firstIndex(of: ":") else { return name[...] }
        return name[name.index(after: colon)...].drop { $0 == " " }
    }

    /// The tests of a Swift file.
    static func all(in file: SourceTree.File) -> [NamedTest] {
        file.text.components(separatedBy: "@Test(").dropFirst().compactMap { rest in
            let start = rest.drop(while: \.isWhitespace)
            guard start.first == "\"" else { return nil }
            var name = ""
            var escaped = false
            for character in start.dropFirst() {
                if escaped {
                    escaped = false
                } else if character == "\\" {
                    escaped = true
                    continue
                } else if character == "\"" {
                    return NamedTest(file: file.path, name: name)
                }
                name.append(character)
            }
            return nil
        }
    }
}

/// What is claimed, and what tests prove.
struct BehaviourReport {
    let list: BehaviourList
    let tests: [NamedTest]

    private var proofs: [BehaviourRow: [NamedTest]] {
        tests.reduce(into: [:]) { proofs, test in
            for row in test.rows { proofs[row, default: []].append(test) }
        }
    }

    /// What is wrong, one line each.
    var complaints: [String] {
        let proofs = proofs
        var complaints = list.mistakes.map { "docs/behaviours.md: not a row with a status, or there twice: \($0)" }
        for (row, status) in list.statuses.sorted(by: { $0.key < $1.key }) where status != .open && proofs[row] == nil {
            complaints.append("\(row) is listed as \(status) but no test names it")
        }
        return complaints
    }

    /// The rows with a test, each with its tests' names.
    var text: String {
        let proofs = proofs
        var lines: [String] = []
        for (row, tests) in proofs.sorted(by: { $0.key < $1.key }) {
            let status = list.statuses[row].map { $0 == .done ? "" : " (\($0))" } ?? " (not listed)"
            for (index, test) in tests.sorted(by: { ($0.file, $0.name) < ($1.file, $1.name) }).enumerated() {
                lines.append((index == 0 ? "\(row)\(status)  " : "       ") + test.title)
            }
        }
        let done = list.statuses.values.count { $0 == .done }
        let partly = list.statuses.values.count { $0 == .partly }
        let open = list.statuses.values.count { $0 == .open }
        lines.append("Behaviours with tests: \(proofs.count); listed as done \(done), partly \(partly), open \(open).")
        return lines.joined(separator: "\n") + "\n"
    }
}
