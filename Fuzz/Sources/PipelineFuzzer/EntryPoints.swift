import Glibc
import PipelineSupport
import SeededRandom

// libFuzzer calls every entry point below from its one main thread, so nothing here is ever touched by two.
/// Safe: read and changed on that thread alone (machines are classes).
nonisolated(unsafe) private let scenes = FuzzedScene.all()
/// Safe: as above.
nonisolated(unsafe) private var rules = Rules()
/// So that budgets of punts run out, and fill again. Safe: as above.
nonisolated(unsafe) private var clock: UInt64 = 0

@_silgen_name("LLVMFuzzerMutate")
private func mutateBlindly(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ maximum: Int) -> Int

/// libFuzzer's: one packet.
@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
    guard let input = PacketInput(UnsafeBufferPointer(start: bytes, count: count)) else { return -1 }
    let number = input.scene % scenes.count
    scenes[number].machine.setUnderlay(found: input.underlay != .missing, resolved: input.underlay == .present)
    clock += 5_000_000
    scenes[number].machine.setClock(clock)
    rules.check(input, at: scenes[number], number: number)
    return 0
}

/// libFuzzer's: another input out of one. Blind now and then, since it knows nothing of packets.
@c(LLVMFuzzerCustomMutator)
public func mutate(_ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ maximum: Int, _ seed: UInt32) -> Int {
    if seed % 16 == 0 { return mutateBlindly(bytes, count, maximum) }
    var mutator = Mutator(random: SplitMix64(seed: UInt64(seed)), scenes: scenes)
    let result = mutator.mutate(Array(UnsafeBufferPointer(start: bytes, count: count)), maximum: maximum)
    for (offset, byte) in result.enumerated() { bytes[offset] = byte }
    return result.count
}

/// libFuzzer's: once, before the first packet. Writes an input for each kind of packet we know, and some for each scene.
@c(LLVMFuzzerInitialize)
public func initialize(
    _ count: UnsafeMutablePointer<Int32>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> Int32 {
    guard let directory = getenv("TOMBOLO_FUZZ_SEEDS") else { return 0 }
    var seeds = Traffic.examples.map { PacketInput.bytes($0, at: 0, scenes[0]) }
    var random = SplitMix64(seed: 1)
    for (number, scene) in scenes.enumerated() {
        seeds += (0..<20).map { _ in PacketInput.bytes(scene.traffic.whole(&random), at: number, scene) }
    }
    for (number, bytes) in seeds.enumerated() {
        let path = "\(String(cString: directory))/\(number)"
        guard let file = fopen(path, "w") else { fatalError("\(path) cannot be written") }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }
    return 0
}
