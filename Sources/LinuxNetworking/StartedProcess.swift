import CLinux
import Glibc

/// A program that has just been executed.
struct StartedProcess: Sendable {
    var pid: pid_t
    var descriptor: OwnedDescriptor

    /// All that fork and execve need, everything opened and looked up before.
    struct Plan: Sendable {
        var path: String
        var arguments: [String]
        var environment: [String]
        var workingDirectory: String?
        var input: OwnedDescriptor?
        var output: OwnedDescriptor?
        var error: OwnedDescriptor?
        var namespace: NetworkNamespace?
        var group: ProcessSpawner.Group
        var privateSysfs: Bool
        var deathSignal: Int32?

        func fork() throws(SystemError) -> StartedProcess {
            let input = try aboveStandard(input)
            let output = try aboveStandard(output)
            let error = try aboveStandard(error)
            var request = clinux_spawn_request()
            request.standard_input = input?.rawValue ?? -1
            request.standard_output = output?.rawValue ?? -1
            request.standard_error = error?.rawValue ?? -1
            request.network_namespace = namespace?.descriptor.rawValue ?? -1
            request.death_signal = deathSignal ?? 0
            request.private_mounts = privateSysfs ? 1 : 0
            switch group {
            case .inherit: break
            case .newGroup: request.new_process_group = 1
            case .newSession: request.new_session = 1
            }

            var pidfd: Int32 = -1
            var stage: Int32 = 0
            let result = path.withCString { path in
                withCStringArray(arguments) { arguments in
                    withCStringArray(environment) { environment in
                        withOptionalCString(workingDirectory) { directory in
                            request.path = path
                            request.arguments = arguments
                            request.environment = environment
                            request.working_directory = directory
                            return clinux_spawn(&request, &pidfd, &stage)
                        }
                    }
                }
            }
            // The child's copies are made; ours may close.
            withExtendedLifetime((input, output, error, namespace)) {}
            if result < 0 {
                throw SystemError(operation: "start \(path): \(describe(stage))", errno: -result)
            }
            return StartedProcess(pid: result, descriptor: OwnedDescriptor(owning: pidfd))
        }

        private func describe(_ stage: Int32) -> String {
            switch UInt32(stage) {
            case clinux_spawn_stage_session.rawValue: "new session or group"
            case clinux_spawn_stage_network_namespace.rawValue: "enter network namespace"
            case clinux_spawn_stage_mounts.rawValue: "mount /sys"
            case clinux_spawn_stage_working_directory.rawValue:
                "change to working directory \(workingDirectory ?? "")"
            case clinux_spawn_stage_descriptors.rawValue: "set up input and output"
            case clinux_spawn_stage_death_signal.rawValue: "set death signal"
            case clinux_spawn_stage_execute.rawValue: "execute"
            default: "fork"
            }
        }
    }
}

/// dup2 in the child must not overwrite a descriptor that it still needs.
private func aboveStandard(_ descriptor: OwnedDescriptor?) throws(SystemError) -> OwnedDescriptor? {
    guard let descriptor, descriptor.rawValue <= 2 else { return descriptor }
    let copy = fcntl(descriptor.rawValue, F_DUPFD_CLOEXEC, 3)
    if copy < 0 { throw SystemError(operation: "duplicate a descriptor", errno: errno) }
    return OwnedDescriptor(owning: copy)
}

/// Calls `body` with a NULL-terminated array of C strings.
private func withCStringArray<Value>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>?) -> Value
) -> Value {
    var pointers = strings.map { strdup($0) }
    pointers.append(nil)
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
}

private func withOptionalCString<Value>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Value) -> Value {
    guard let text else { return body(nil) }
    return text.withCString(body)
}
