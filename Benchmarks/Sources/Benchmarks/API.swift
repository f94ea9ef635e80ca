import Foundation
import FoundationNetworking

/// As much of a client as is needed here.
struct API {
    let endpoint: String

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

    private final class Reply: @unchecked Sendable {
        // Written by the session before it signals, read after the wait.
        var result: Result<(Data, Int), any Error>?
    }

    private func call(_ method: String, _ path: String, _ body: [String: Any]?) throws -> [String: Any] {
        guard let url = URL(string: "\(endpoint)/v2.0/\(path)") else {
            throw CommandFailure(description: "\(endpoint)/v2.0/\(path) is no URL")
        }
        var request = URLRequest(url: url)
        request.httpMethod = method
        request.timeoutInterval = 120
        if let body {
            request.httpBody = try JSONSerialization.data(withJSONObject: body)
            request.setValue("application/json", forHTTPHeaderField: "Content-Type")
        }
        let reply = Reply()
        let done = DispatchSemaphore(value: 0)
        URLSession.shared.dataTask(with: request) { data, response, error in
            if let error {
                reply.result = .failure(error)
            } else {
                reply.result = .success((data ?? Data(), (response as? HTTPURLResponse)?.statusCode ?? 0))
            }
            done.signal()
        }.resume()
        done.wait()
        guard let (data, status) = try reply.result?.get() else { return [:] }
        guard (200..<300).contains(status) else {
            throw CommandFailure(
                description: "\(method) \(path): \(status) \(String(decoding: data.prefix(500), as: UTF8.self))")
        }
        guard !data.isEmpty else { return [:] }
        return try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
    }
}
