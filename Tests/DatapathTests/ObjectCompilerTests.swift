import BPFCompiler
import Foundation
import Testing

@Suite("From Swift's IR to BPF")
struct ObjectCompilerTests {
    static let sample = #"""
        ; ModuleID = 'x'
        source_filename = "/somewhere/x.ll"
        target datalayout = "e-m:e-p270:32:32-S128"
        target triple = "x86_64-unknown-none-elf"
        $"$s1x" = comdat any
        @"$es5tableSivp" = linkonce_odr protected global i64 0, align 8
        @"switch.table.$e1t" = private unnamed_addr constant [2 x i32] [i32 1, i32 2], align 4
        @table = external global %struct.table, align 8
        @llvm.used = appending global [2 x ptr] [ptr @swift_x, ptr @from_port], section "llvm.metadata"
        define protected i32 @from_port(ptr %0) #0 section "tc" !dbg !5 {
          %1 = call swiftcc i32 @"$e1t6helperyyF"(ptr swiftself undef, ptr %0)
        define hidden swiftcc i32 @"$e1t6helperyyF"(ptr swiftself %0, ptr %1) #0 comdat !dbg !6 {
        define weak_odr protected swiftcc void @swift_x(ptr noalias swifterror captures(none) %0) #0 {
        declare swiftcc void @swift_y(ptr swiftself, ptr swifterror)
        define hidden swiftcc i32 @"$e1t4stayyyF"(ptr %0) #1 {
        attributes #1 = { noinline nounwind "frame-pointer"="all" }
        attributes #0 = { nounwind "frame-pointer"="all" "target-cpu"="x86-64" "target-features"="+sse,+x87" "tune-cpu"="generic" }
        !4 = !DISubroutineType(types: null)
        !5 = distinct !DISubprogram(name: "from_port", linkageName: "from_port", type: !4, spFlags: DISPFlagDefinition)
        !6 = distinct !DISubprogram(name: "help.get", linkageName: "$e1t6helperyyF", type: !4, spFlags: DISPFlagDefinition)
        !7 = distinct !DISubprogram(linkageName: "$e1tU_", type: !4, spFlags: DISPFlagLocalToUnit | DISPFlagDefinition)
        """#

    private func retargeted(_ text: String = sample) throws -> [Substring] {
        try IntermediateRepresentation.retarget(text, moduleName: "M").text
            .split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test("layout, triple and file name are BPF's")
    func header() throws {
        let lines = try retargeted()
        #expect(lines.contains("source_filename = \"M\""))
        #expect(lines.contains("target datalayout = \"e-m:e-p:64:64-i64:64-i128:128-n32:64-S128\""))
        #expect(lines.contains("target triple = \"bpfel\""))
    }

    @Test("functions in a section are the programs; all others become internal")
    func linkage() throws {
        let result = try IntermediateRepresentation.retarget(Self.sample, moduleName: "M")
        #expect(result.entries == ["from_port"])
        let lines = result.text.split(separator: "\n")
        #expect(lines.contains(#"define i32 @from_port(ptr %0) #0 section "tc" !dbg !5 {"#))
        #expect(lines.contains(#"define internal i32 @"_e1t6helperyyF"(ptr %0, ptr %1) alwaysinline #0 !dbg !6 {"#))
        #expect(lines.contains(#"define internal void @swift_x(ptr noalias captures(none) %0) alwaysinline #0 {"#))
        #expect(lines.contains(#"define internal i32 @"_e1t4stayyyF"(ptr %0) #1 {"#))
        #expect(lines.contains(#"declare void @swift_y(ptr, ptr)"#))
        #expect(lines.contains(#"@"_es5tableSivp" = internal global i64 0, align 8"#))
        #expect(lines.contains(#"@table = external global %struct.table, align 8"#))
        #expect(!result.text.contains("comdat"))
        #expect(!result.text.contains("@llvm.used"))
    }

    @Test("calling conventions and dollar signs are gone, also from calls")
    func names() throws {
        let lines = try retargeted()
        #expect(lines.contains(#"  %1 = call i32 @"_e1t6helperyyF"(ptr undef, ptr %0)"#))
        #expect(lines.contains { $0.hasPrefix(#"@"switch.table._e1t" = private"#) })
    }

    @Test("the processor is clang's to choose")
    func attributes() throws {
        #expect(try retargeted().contains(#"attributes #0 = { nounwind "frame-pointer"="all" }"#))
    }

    @Test("debug information has identifiers, int for a result, and says what is static")
    func debugInformation() throws {
        let lines = try retargeted()
        #expect(lines.contains("!4 = !DISubroutineType(types: !9)"))
        #expect(lines.contains(#"!8 = !DIBasicType(name: "int", size: 32, encoding: DW_ATE_signed)"#))
        #expect(lines.contains("!9 = !{!8}"))
        #expect(
            lines.contains(
                #"!5 = distinct !DISubprogram(name: "from_port", linkageName: "from_port", type: !4, spFlags: DISPFlagDefinition)"#
            ))
        #expect(lines.contains { $0.hasPrefix(#"!6 = distinct !DISubprogram(name: "help_get""#) })
        #expect(lines.contains { $0.hasPrefix("!6 ") && $0.contains("DISPFlagLocalToUnit | DISPFlagDefinition") })
        #expect(lines.contains { $0.hasPrefix(#"!7 = distinct !DISubprogram(name: "_e1tU_", linkageName:"#) })
    }

    @Test(
        "a pattern that isn't there is an error, not a silent pass",
        arguments: ["target datalayout", "target triple", "@llvm.used", "\"target-cpu\"", "!DISubprogram"])
    func missingPattern(pattern: String) throws {
        var text = Self.sample
        switch pattern {
        case "\"target-cpu\"":
            text = text.replacing("target-cpu", with: "cpu")
            text = text.replacing("target-features", with: "features").replacing("tune-cpu", with: "tune")
        case "!DISubprogram": text = text.replacing("!DISubprogram", with: "!DISomething")
        default: text = text.replacing(pattern, with: "; " + pattern)
        }
        let error = try #require(throws: CompilerError.self) {
            _ = try IntermediateRepresentation.retarget(text, moduleName: "M")
        }
        #expect(error.description.contains(pattern))
    }

    @Test("sources without a program are an error")
    func noProgram() {
        let error = #expect(throws: CompilerError.self) {
            _ = try IntermediateRepresentation.retarget(
                Self.sample.replacing(" section \"tc\"", with: ""), moduleName: "M")
        }
        guard case .noPrograms = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test("names that would collide are an error")
    func collision() {
        let error = #expect(throws: CompilerError.self) {
            _ = try IntermediateRepresentation.retarget(
                Self.sample + "\n@\"_es5tableSivp\" = internal global i64 0\n", moduleName: "M")
        }
        guard case .nameCollision = error else {
            Issue.record("\(error as Any)")
            return
        }
    }

    @Test("the assembly loses DWARF, unwinding and linker sections, and keeps BTF")
    func assembly() throws {
        let text = """
            \t.file\t"x.swift"
            \t.section\ttc,"ax",@progbits
            from_port:
            \t.cfi_startproc
            \t.loc\t1 2 3 prologue_end
            \tr0 = 0
            \texit
            \t.section\t.debug_info,"",@progbits
            \t.byte\t1
            \t.section\t".linker-options","e",@llvm_linker_options
            \t.byte\t2
            \t.section\t.maps,"aw",@progbits
            \t.byte\t3
            \t.section\t.BTF,"",@progbits
            \t.byte\t4
            \t.section\t.BTF.ext,"",@progbits
            \t.addrsig
            """
        let cleaned = try Assembly.cleaned(text)
        #expect(
            cleaned == """
                \t.section\ttc,"ax",@progbits
                from_port:
                \tr0 = 0
                \texit
                \t.section\t.maps,"aw",@progbits
                \t.byte\t3
                \t.section\t.BTF,"",@progbits
                \t.byte\t4
                \t.section\t.BTF.ext,"",@progbits
                """)
        #expect(throws: CompilerError.self) { _ = try Assembly.cleaned(text.replacing(".maps", with: ".tables")) }
    }

    @Test(
        "SHA-256 agrees with FIPS 180's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(message: String, digest: String) {
        #expect(contentHash(Array(message.utf8)) == digest)
    }

    private static let header = """
        #pragma once
        #include <linux/bpf.h>
        struct table_t { int (*type)[BPF_MAP_TYPE_ARRAY]; __u32 *key; __u64 *value; int (*max_entries)[1]; };
        extern struct table_t t;
        """
    private static let maps = """
        #include "fixture.h"
        struct table_t t __attribute__((section(".maps"), used));
        char _license[] __attribute__((section("license"), used)) = "GPL";
        """

    @Test("a program that needs Swift's runtime is refused with the symbol it needs")
    func runtimeNeeded() throws {
        let error = try #require(throws: CompilerError.self) {
            _ = try FixtureObject.compileObject(
                header: Self.header, maps: Self.maps,
                programs: """
                    import CFixture
                    final class Counter { var count: Int32 = 0 }
                    @inline(never) func make(_ n: Int32) -> Counter { let c = Counter(); c.count = n; return c }
                    @c @section("tc") @used public func f(_ b: UnsafeMutablePointer<__sk_buff>) -> Int32 {
                        make(Int32(truncatingIfNeeded: b.pointee.mark)).count
                    }
                    """)
        }
        #expect(error.description.contains("f -> "))
        #expect(error.description.contains("swift_allocObject -> posix_memalign"))
    }

    @Test("mutable globals are refused: an upgrade would lose them")
    func mutableGlobal() throws {
        let error = try #require(throws: CompilerError.self) {
            _ = try FixtureObject.compileObject(
                header: Self.header, maps: Self.maps,
                programs: """
                    import CFixture
                    nonisolated(unsafe) var total: UInt32 = 3
                    @c @section("tc") @used public func f(_ b: UnsafeMutablePointer<__sk_buff>) -> Int32 {
                        total &+= b.pointee.mark
                        return Int32(truncatingIfNeeded: total)
                    }
                    """)
        }
        guard case .globalState = error else {
            Issue.record(error)
            return
        }
    }

    @Test("a compiler's error is passed on")
    func compilerError() throws {
        let error = try #require(throws: CompilerError.self) {
            _ = try FixtureObject.compileObject(header: Self.header, maps: Self.maps, programs: "let x: Int = \"\"")
        }
        guard case .toolFailed("swiftc", _, let output) = error else {
            Issue.record(error)
            return
        }
        #expect(output.contains("cannot convert value of type"))
    }

    @Test("a missing tool is named, with where it was looked for")
    func missingTool() throws {
        let error = try #require(throws: CompilerError.self) {
            _ = try Toolchain(swiftc: nil, workDirectory: "/tmp", environment: ["PATH": "/nonexistent"])
        }
        #expect(error.description.contains("swiftc is missing (looked at: /nonexistent/swiftc)"))
    }

    @Test("arguments are checked")
    func arguments() throws {
        let parsed = try Arguments([
            "--swift-sources", "a.swift", "b.swift", "--header-dir", "h", "--maps", "m.c", "--output", "o.swift",
        ])
        #expect(parsed.swiftSources == ["a.swift", "b.swift"])
        #expect(parsed.workDirectory == "o.swift.work")
        for words in [["--swift-sources"], ["x"], ["--swift-sources", "a", "--maps", "b", "c"], ["--bogus"]] {
            #expect(throws: CompilerError.self) { _ = try Arguments(words) }
        }
    }
}
