import Glibc
import PipelineSupport

/// Unsafe, as libFuzzer calls from one thread only.
nonisolated(unsafe) private let machine = Scenario().machine

/// libFuzzer's: one packet.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let input = PacketInput(UnsafeBufferPointer(start: bytes, count: count)) else { return -1 }
    machine.setUnderlay(found: input.underlay != .missing, resolved: input.underlay == .present)
    Rules(machine: machine).check(input)
    return 0
}

/// libFuzzer's: once, before the first packet. Writes an input for each kind of packet we know.
@c(LLVMFuzzerInitialize)
public func initialize(
    _ count: UnsafeMutablePointer<Int32>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> Int32 {
    guard let directory = getenv("TOMBOLO_FUZZ_SEEDS") else { return 0 }
    for (number, example) in Traffic.examples.enumerated() {
        let path = "\(String(cString: directory))/\(number)"
        guard let file = fopen(path, "w") else { fatalError("\(path) cannot be written") }
        let bytes = PacketInput.seed(example)
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
    return 0
}
