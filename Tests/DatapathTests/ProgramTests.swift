import Datapath
import Testing

private typealias Wide = (UInt64, UInt64, UInt64, UInt64)

@Suite("Programs in the kernel")
struct ProgramTests {
    let mount: BPFMount
    let pipeline: LoadedPipeline

    init() throws {
        mount = try BPFMount()
        pipeline = try LoadedPipeline(pinDirectory: mount.pins, image: try FixtureObject.first.get())
    }

    @Test("a test run sees context and tables, and returns verdict, packet and duration")
    func testRun() throws {
        var packet = [UInt8](repeating: 0, count: 100)
        packet[0] = 5
        packet[31] = 1
        let context = TestRunContext(ingressInterfaceIndex: 1, mark: 4)
        let unknown = try pipeline.testRun(program: "rewrite", packet: packet, context: context)
        #expect(unknown.verdict == 2)
        #expect(Array(unknown.packet[60..<64]) == [5, 1, 0, 0])

        try pipeline.table("entries", key: UInt32.self, value: Wide.self).update(1, (0x0807_0605_0403_0201, 0, 0, 0))
        let routes = try pipeline.table("routes", key: UInt64.self, value: UInt32.self)
        try routes.update(0x0100_000a_0000_0020, 99)
        let known = try pipeline.testRun(program: "rewrite", packet: packet, context: context, repetitions: 1)
        #expect(known.verdict == 7)
        #expect(Array(known.packet[40..<48]) == [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(known.packet.count == 100)
        #expect(known.context.mark == 99)

        // A subprogram with a table of constants.
        #expect(try pipeline.table("slots", key: UInt32.self, value: UInt32.self).lookup(3) == 8812)
    }

    @Test("repetitions are averaged")
    func repetitions() throws {
        let result = try pipeline.testRun(
            program: "rewrite", packet: [UInt8](repeating: 0, count: 100), repetitions: 10_000)
        #expect(result.duration > 0)
        #expect(result.duration < 100_000)
    }

    @Test("a packet the kernel refuses is an error with its errno")
    func refused() throws {
        let error = #expect(throws: DatapathError.self) {
            _ = try pipeline.testRun(program: "rewrite", packet: [1, 2, 3])
        }
        #expect(error?.description.contains("Invalid argument") == true)
    }

    @Test("records of the ring buffer arrive in order; what waited in the ring as well", .timeLimit(.minutes(1)))
    func ringBuffer() async throws {
        try punt(0..<3)
        let reader = try pipeline.ringBuffer("records")
        var records = reader.records.makeAsyncIterator()
        for number in 0..<3 as Range<UInt8> {
            let record = try #require(await records.next())
            #expect(record == [number] + [UInt8](repeating: 0xee, count: 15))
        }
        for number in 3..<200 as Range<UInt8> {
            try punt(number..<number + 1)
            #expect(await records.next()?.first == number)
        }
        #expect(reader.dropped == 0)
        reader.stop()
        #expect(await records.next() == nil)
    }

    @Test("a consumer that is behind loses the newest records, counted", .timeLimit(.minutes(1)))
    func boundedBuffer() async throws {
        try punt(0..<100)
        let reader = try pipeline.ringBuffer("records", bufferLimit: 10)
        // The marker of the end: all hundred were read from the ring before it is dropped or delivered.
        while reader.dropped < 90 { await Task.yield() }
        reader.stop()
        var received: [UInt8] = []
        for await record in reader.records { received.append(record[0]) }
        #expect(received == Array(0..<10))
        #expect(reader.dropped == 90)
    }

    private func punt(_ numbers: Range<UInt8>) throws {
        for number in numbers {
            let packet = [number] + [UInt8](repeating: 0xee, count: 63)
            let result = try pipeline.testRun(program: "punt", packet: packet)
            #expect(result.verdict == 0)
        }
    }
}
