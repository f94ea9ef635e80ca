import TelemetrySupport
import Testing

@testable import Telemetry

@Suite("The metrics' text")
struct ExpositionTests {
    @Test("a family has its help, its type and its samples, in the format's escapes")
    func escapes() {
        var exposition = Exposition()
        exposition.add(
            "tombolo_things_total", .counter, "Things with a \\ and\na \"line\"",
            [.init(7, ["name": "a \"b\" \\ c\nd", "other": "x"]), .init(UInt64.max)])
        exposition.add("tombolo_ratio", .gauge, "A ratio", [.init(0.25), .init(Double.infinity), .init(-Double.nan)])
        #expect(
            exposition.text == #"""
                # HELP tombolo_things_total Things with a \\ and\na "line"
                # TYPE tombolo_things_total counter
                tombolo_things_total{name="a \"b\" \\ c\nd",other="x"} 7
                tombolo_things_total 18446744073709551615
                # HELP tombolo_ratio A ratio
                # TYPE tombolo_ratio gauge
                tombolo_ratio 0.25
                tombolo_ratio +Inf
                tombolo_ratio NaN

                """#)
    }

    @Test("a histogram counts into its class, and a class holds those below")
    func histogram() {
        let histogram = Histogram()
        for milliseconds in [0, 1, 3, 30, 20_000] { histogram.observe(.milliseconds(milliseconds)) }
        var exposition = Exposition()
        exposition.add("wait_seconds", "Waiting", [(["kind": "a"], histogram.counts)])
        let lines = exposition.text.split(separator: "\n").map(String.init)
        #expect(lines[0...1] == ["# HELP wait_seconds Waiting", "# TYPE wait_seconds histogram"])
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="0.0001"} 1"#))
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="0.001"} 2"#))
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="0.05"} 4"#))
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="10.0"} 4"#))
        #expect(lines.contains(#"wait_seconds_bucket{kind="a",le="+Inf"} 5"#))
        #expect(lines.contains(#"wait_seconds_count{kind="a"} 5"#))
        #expect(lines.contains { $0.hasPrefix(#"wait_seconds_sum{kind="a"} 20.034"#) })
    }

    @Test("Prometheus' own parser reads every family and value back")
    func judge() async throws {
        var exposition = Exposition()
        ProcessMetrics.add(to: &exposition)
        let histogram = Histogram()
        histogram.observe(.milliseconds(4))
        exposition.add("tombolo_wait_seconds", "Waiting", [(["kind": "a"], histogram.counts)])
        exposition.add("tombolo_odd", .gauge, "Odd \\ help", [.init(3, ["name": "q\" \\ \n ü"])])
        let read = try await Judge.families(exposition.text)
        #expect(read["tombolo_build_info"]?.type == "gauge")
        #expect(read["process_cpu_seconds"]?.type == "counter")
        #expect((read["process_resident_memory_bytes"]?.samples.first?.value ?? 0) > 1_000_000)
        #expect(read["tombolo_wait_seconds"]?.samples.count == Histogram.bounds.count + 3)
        #expect(read["tombolo_odd"]?.samples.first?.labels == ["name": "q\" \\ \n ü"])
        #expect(read["tombolo_odd"]?.help == "Odd \\ help")
    }
}
