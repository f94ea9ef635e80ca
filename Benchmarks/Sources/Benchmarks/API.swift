import Foundation
import FoundationNetworking
import Synchronization

/// As much of a client as is needed here.
struct API {
    private let endpoint: String
    private let token: String

    /// Logs in as the admin of a lab's manager, with the `openrc` beside its clouds.yaml.
    init(_ manager: TomboloLab.LabDescription.Site.Manager) throws {
        let file = URL(fileURLWithPath: manager.clouds).deletingLastPathComponent().appending(path: "openrc")
        var settings: [String: String] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: "=", maxSplits: 1).map(String.init)
            guard words.count == 2, words[0].hasPrefix("export ") else { continue }
            settings[String(words[0].dropFirst("export ".count))] = words[1]
        }
        func setting(_ name: String) throws -> String {
            guard let value = settings[name] else { throw CommandFailure(description: "\(file.path) has no \(name)") }
            return value
        }
        let user: [String: Any] = [
            "name": try setting("OS_USERNAME"), "password": try setting("OS_PASSWORD"),
            "domain": ["name": try setting("OS_USER_DOMAIN_NAME")],
        ]
        let project: [String: Any] = [
            "name": try setting("OS_PROJECT_NAME"), "domain": ["name": try setting("OS_PROJECT_DOMAIN_NAME")],
        ]
        let login: [String: Any] = [
            "identity": ["methods": ["password"], "password": ["user": user]], "scope": ["project": project],
        ]
        endpoint = manager.endpoint
        guard let token = try Self.exchange("POST", "\(endpoint)/v3/auth/tokens", ["auth": login]).token else {
            throw CommandFailure(description: "the manager gave no token")
        }
        self.token = token
    }

    func post(_ path: String, _ body: [String: Any]) throws -> [String: Any] { try call("POST", path, body) }
    func put(_ path: String, _ body: [String: Any]) throws -> [String: Any] { try call("PUT", path, body) }
    func delete(_ path: String) throws { _ = try call("DELETE", path, nil) }
    func list(_ collection: String) throws -> [[String: Any]] {
        try call("GET", collection, nil)[collection] as? [[String: Any]] ?? []
    }

    /// Makes one resource and returns its id.
    func create(_ noun: String, in collection: String, _ fields: [String: Any]) throws -> String {
        guard let id = (try post(collection, [noun: fields])[noun] as? [String: Any])?["id"] as? String else {
            throw CommandFailure(description: "POST \(collection): the reply has no id")
        }
        return id
    }

    /// Makes many resources in requests of some hundreds, and returns their ids in order.
    func create(all collection: String, _ resources: [[String: Any]]) throws -> [String] {
        try stride(from: 0, to: resources.count, by: 500).flatMap { start in
            let part = Array(resources[start..<min(start + 500, resources.count)])
            let made = try post(collection, [collection: part])[collection] as? [[String: Any]] ?? []
            return made.compactMap { $0["id"] as? String }
        }
    }

    private func call(_ method: String, _ path: String, _ body: [String: Any]?) throws -> [String: Any] {
        try Self.exchange(method, "\(endpoint)/v2.0/\(path)", body, ["X-Auth-Token": token]).body
    }

    private final class Outcome: Sendable {
        let result = Mutex<Result<(Data, HTTPURLResponse), any Error>?>(nil)
    }

    private struct Reply {
        let body: [String: Any]
        let token: String?
    }

    /// One request and its reply; what is no success is thrown with what the reply says.
    private static func exchange(
        _ method: String, _ address: String, _ body: [String: Any]?, _ headers: [String: String] = [:]
    ) throws -> Reply {
        guard let url = URL(string: address) else { throw CommandFailure(description: "\(address) is no URL") }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.timeoutInterval = 120
        for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
        if let body {
            request.httpBody = try JSONSerialization.data(withJSONObject: body)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let outcome = Outcome()
        let done = DispatchSemaphore(value: 0)
        URLSession.shared.dataTask(with: request) { data, response, error in
            outcome.result.withLock { result in
                if let response = response as? HTTPURLResponse {
                    result = .success((data ?? Data(), response))
                } else {
                    result = .failure(error ?? CommandFailure(description: "\(method) \(address): no reply"))
                }
            }
            done.signal()
        }.resume()
        done.wait()
        guard let (data, response) = try outcome.result.withLock({ $0 })?.get() else {
            throw CommandFailure(description: "\(method) \(address): no reply")
        }
        guard (200..<300).contains(response.statusCode) else {
            let text = String(decoding: data.prefix(500), as: UTF8.self)
            throw CommandFailure(description: "\(method) \(address): \(response.statusCode) \(text)")
        }
        let content = data.isEmpty ? [:] : try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        return Reply(body: content, token: response.value(forHTTPHeaderField: "X-Subject-Token"))
    }
}
