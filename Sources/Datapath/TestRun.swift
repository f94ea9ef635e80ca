import CForwardingPipeline
import CLibBPF

/// The part of the packet's context a test run may set (the kernel refuses others).
package struct TestRunContext: Hashable, Sendable {
    /// The interface the packet is on. 0 or 1: the namespace's loopback. Seen by programs as both `ifindex` and, at
    /// ingress, where the packet came from.
    package var interfaceIndex: UInt32
    package var ingressInterfaceIndex: UInt32
    package var mark: UInt32

    package init(interfaceIndex: UInt32 = 1, ingressInterfaceIndex: UInt32 = 0, mark: UInt32 = 0) {
        self.interfaceIndex = interfaceIndex
        self.ingressInterfaceIndex = ingressInterfaceIndex
        self.mark = mark
    }
}

package struct TestRunResult: Hashable, Sendable {
    /// What the program returned (TC_ACT_…).
    package let verdict: Int32
    /// The packet as the program left it. A redirected packet goes nowhere in a test run.
    package let packet: [UInt8]
    package let context: TestRunContext
    /// Average of one run, nanoseconds.
    package let duration: UInt32
}

extension LoadedPipeline {
    /// Runs a loaded program in the kernel on a packet of the caller's, without any interface receiving it. Tables and
    /// counters are those of the real thing, and so are clones a program sends elsewhere.
    ///
    /// - Parameters:
    ///   - packet: a frame of at least 14 bytes.
    ///   - repetitions: how often to run, for measurements. Each run gets the packet as the last one left it.
    package func testRun(
        program: String, packet: [UInt8], context: TestRunContext = TestRunContext(), repetitions: Int32 = 1
    ) throws(DatapathError) -> TestRunResult {
        try self.program(program).descriptor.testRun(program, packet, context, repetitions: repetitions)
    }
}

extension Descriptor {
    /// Of a program: runs it on a packet. See `LoadedPipeline.testRun`.
    func testRun(
        _ program: String, _ packet: [UInt8], _ context: TestRunContext, repetitions: Int32 = 1
    ) throws(DatapathError) -> TestRunResult {
        var contextIn = __sk_buff()
        contextIn.ifindex = context.interfaceIndex
        contextIn.ingress_ifindex = context.ingressInterfaceIndex
        contextIn.mark = context.mark
        var contextOut = __sk_buff()
        // Room for encapsulation and for answers larger than the question.
        var output = [UInt8](repeating: 0, count: packet.count + 2048)

        var options = bpf_test_run_opts()
        let result = packet.withUnsafeBytes { input in
            output.withUnsafeMutableBytes { output in
                withUnsafePointer(to: &contextIn) { contextIn in
                    withUnsafeMutablePointer(to: &contextOut) { contextOut in
                        options.sz = MemoryLayout<bpf_test_run_opts>.size
                        options.data_in = input.baseAddress
                        options.data_size_in = UInt32(input.count)
                        options.data_out = output.baseAddress
                        options.data_size_out = UInt32(output.count)
                        options.ctx_in = UnsafeRawPointer(contextIn)
                        options.ctx_size_in = UInt32(MemoryLayout<__sk_buff>.size)
                        options.ctx_out = UnsafeMutableRawPointer(contextOut)
                        options.ctx_size_out = UInt32(MemoryLayout<__sk_buff>.size)
                        options.repeat = repetitions
                        return bpf_prog_test_run_opts(number, &options)
                    }
                }
            }
        }
        guard result == 0 else {
            throw .system(operation: "test-run the program", target: program, error: SystemError(number: result))
        }
        return TestRunResult(
            verdict: Int32(bitPattern: options.retval),
            packet: Array(output.prefix(Int(options.data_size_out))),
            context: TestRunContext(
                interfaceIndex: contextOut.ifindex, ingressInterfaceIndex: contextOut.ingress_ifindex,
                mark: contextOut.mark),
            duration: options.duration)
    }
}
