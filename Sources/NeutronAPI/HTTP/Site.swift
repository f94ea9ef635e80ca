import Logging
import Manager
import Resources
import StateStore

/// The site as the routes see it: its rules and state, with the manager's errors as answers.
struct Site: Sendable {
    let controller: SiteController
    let logger: Logger

    /// Looks at the current state, as the request's sender.
    func look<Value: Sendable>(
        _ request: APIRequest, _ body: (Inventory, RequestContext) throws(ResourceError) -> Value
    ) throws(NeutronError) -> Value {
        let context = context(of: request)
        let answer = controller.read { inventory -> Result<Value, ResourceError> in
            do throws(ResourceError) {
                return .success(try body(inventory, context))
            } catch {
                return .failure(error)
            }
        }
        switch answer {
        case .success(let value): return value
        case .failure(let error): throw NeutronError(error)
        }
    }

    /// As ``look(_:_:)``, for lists: thousands of resources are filtered and written while others write.
    func survey<Value: Sendable>(
        _ request: APIRequest, _ body: (Inventory, RequestContext) throws(ResourceError) -> Value
    ) throws(NeutronError) -> Value {
        do throws(ResourceError) {
            return try body(controller.snapshot, context(of: request))
        } catch {
            throw NeutronError(error)
        }
    }

    /// Asks the rules for a transaction; it is durable when this returns. The rules may be asked more than once.
    func change<Value: Sendable>(
        _ request: APIRequest,
        _ plan:
            @escaping @Sendable (
                Inventory, RequestContext, inout SystemRandomNumberGenerator
            ) throws(ResourceError) -> (Value, Transaction)
    ) async throws(NeutronError) -> Value {
        let context = context(of: request)
        do {
            return try await controller.write { (inventory, generator) throws(ResourceError) in
                try plan(inventory, context, &generator)
            }
        } catch let error as ResourceError {
            throw NeutronError(error)
        } catch let error as StoreError {
            logger.error("a change was not stored", metadata: ["error": "\(error)", "path": "\(request.path)"])
            throw NeutronError(
                status: 503, type: "ServiceUnavailable", message: "The site's store did not take the change: \(error)"
            )
        } catch {
            logger.error("a change failed", metadata: ["error": "\(error)", "path": "\(request.path)"])
            throw NeutronError(
                status: 500, type: "HTTPInternalServerError",
                message: "Request Failed: internal server error while processing your request."
            )
        }
    }

    private func context(of request: APIRequest) -> RequestContext {
        controller.context(projectID: request.identity.projectID, isAdmin: request.identity.isAdmin)
    }
}
