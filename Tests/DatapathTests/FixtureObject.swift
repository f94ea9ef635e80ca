import BPFCompiler
import Datapath
import Foundation

/// A small object compiled by the project's own tool when a test first needs it: the loader's tests don't depend on which
/// tables the real pipeline has today.
enum FixtureObject {
    /// `rewrite` returns 7 for a known interface; tables as in `header`.
    static let first = Result { try compile(verdict: 7, extraDefinition: "", capacity: 20_000) }
    /// Another version of the programs with the same tables, and one more program.
    static let second = Result { try compile(verdict: 9, extraDefinition: extraProgram, capacity: 20_000) }
    /// Its table `entries` is larger.
    static let incompatible = Result { try compile(verdict: 7, extraDefinition: "", capacity: 30_000) }
    /// The verifier refuses its program: it reads the packet without having looked how long it is.
    static let unsafe = Result { try compile(verdict: 7, extraDefinition: unsafeProgram, capacity: 20_000) }

    private static func compile(verdict: Int, extraDefinition: String, capacity: Int) throws -> ObjectImage {
        let object = try compileObject(
            header: header(capacity: capacity), maps: maps,
            programs: programs.replacing("VERDICT", with: "\(verdict)") + extraDefinition)
        return ObjectImage(bytes: object.bytes, contentHash: contentHash(object.bytes))
    }

    static func compileObject(header: String, maps: String, programs: String) throws -> ObjectFile {
        let root = FileManager.default.temporaryDirectory.appending(path: "datapath-fixture-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: root) }
        let headers = root.appending(path: "CFixture/include")
        let work = root.appending(path: "work")
        try FileManager.default.createDirectory(at: headers, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
        try header.write(to: headers.appending(path: "fixture.h"), atomically: false, encoding: .utf8)
        try "module CFixture { header \"fixture.h\" export * }"
            .write(to: headers.appending(path: "module.modulemap"), atomically: false, encoding: .utf8)
        let mapsFile = root.appending(path: "maps.c")
        try maps.write(to: mapsFile, atomically: false, encoding: .utf8)
        let programsFile = root.appending(path: "Programs.swift")
        try programs.write(to: programsFile, atomically: false, encoding: .utf8)
        return try Compilation(
            swiftSources: [programsFile.path], headerDirectory: headers.path, maps: mapsFile.path,
            workDirectory: work.path, toolchain: try Toolchain(swiftc: nil, workDirectory: work.path)
        ).run()
    }

    private static func header(capacity: Int) -> String {
        """
        #pragma once
        #include <linux/bpf.h>
        struct route_key { __u32 prefix_length; __u32 address; };
        struct counters { __u64 packets; __u64 bytes; };
        struct wide { __u64 words[4]; };
        #define TABLE(name, t, k, v, n, ...) \\
            struct table_##name { int (*type)[t]; k *key; v *value; int (*max_entries)[n]; __VA_ARGS__ }; \\
            extern struct table_##name name;
        TABLE(entries, BPF_MAP_TYPE_HASH, __u32, struct wide, \(capacity), int (*map_flags)[BPF_F_NO_PREALLOC];)
        TABLE(small, BPF_MAP_TYPE_HASH, __u32, __u64, 4)
        TABLE(routes, BPF_MAP_TYPE_LPM_TRIE, struct route_key, __u32, 20000, int (*map_flags)[BPF_F_NO_PREALLOC];)
        TABLE(counts, BPF_MAP_TYPE_PERCPU_HASH, __u32, struct counters, 16)
        TABLE(slots, BPF_MAP_TYPE_ARRAY, __u32, __u32, 8)
        struct table_records { int (*type)[BPF_MAP_TYPE_RINGBUF]; int (*max_entries)[65536]; };
        extern struct table_records records;
        static void *(*const bpf_map_lookup_elem)(void *, const void *) = (void *)1;
        static long (*const bpf_skb_load_bytes)(const void *, __u32, void *, __u32) = (void *)26;
        static long (*const bpf_ringbuf_output)(void *, void *, __u64, __u64) = (void *)130;
        static inline struct counters *counters_of(__u32 key) { return bpf_map_lookup_elem(&counts, &key); }
        static inline struct wide *entry_of(__u32 key) { return bpf_map_lookup_elem(&entries, &key); }
        static inline __u32 *slot_of(__u32 key) { return bpf_map_lookup_elem(&slots, &key); }
        static inline __u32 *route_of(__u32 address) {
            struct route_key key = { 32, address };
            return bpf_map_lookup_elem(&routes, &key);
        }
        static inline __u64 *small_of(__u32 key) { return bpf_map_lookup_elem(&small, &key); }
        static inline long emit(struct __sk_buff *buffer) {
            __u8 head[16];
            long result = bpf_skb_load_bytes(buffer, 0, head, sizeof head);
            return result ? result : bpf_ringbuf_output(&records, head, sizeof head, 0);
        }
        """
    }

    private static let maps = """
        #include "fixture.h"
        #define DEFINE(name) struct table_##name name __attribute__((section(".maps"), used));
        DEFINE(entries) DEFINE(small) DEFINE(routes) DEFINE(counts) DEFINE(slots) DEFINE(records)
        char _license[] __attribute__((section("license"), used)) = "GPL";
        """

    /// `scramble` stays a subprogram and its switch becomes a table of constants; the loop would be vectorised for x86.
    private static let programs = """
        import CFixture

        @inline(never) func scramble(_ value: UInt32) -> UInt32 {
            switch value & 7 {
            case 0: return 77
            case 1: return 12345
            case 2: return 999
            case 3: return 4
            case 4: return 8812
            case 5: return 31
            case 6: return 2
            default: return 1
            }
        }

        @c @section("tc") @used public func rewrite(_ buffer: UnsafeMutablePointer<__sk_buff>) -> Int32 {
            let start = UnsafeMutableRawPointer(bitPattern: UInt(buffer.pointee.data)).unsafelyUnwrapped
            let end = UnsafeMutableRawPointer(bitPattern: UInt(buffer.pointee.data_end)).unsafelyUnwrapped
            guard start + 64 <= end else { return 2 }
            if let counters = counters_of(1) {
                counters.pointee.packets &+= 1
                counters.pointee.bytes &+= UInt64(buffer.pointee.len)
            }
            if let slot = slot_of(3) { slot.pointee = scramble(buffer.pointee.mark) }
            if let route = route_of(0x0100_000a) { buffer.pointee.mark = route.pointee }
            if let value = small_of(1) { value.pointee &+= 1 }
            var sum: UInt32 = 0
            for word in 0..<16 {
                sum = sum &+ UInt32(start.loadUnaligned(fromByteOffset: word * 2, as: UInt16.self))
            }
            start.storeBytes(of: sum, toByteOffset: 60, as: UInt32.self)
            guard let entry = entry_of(buffer.pointee.ingress_ifindex) else { return 2 }
            start.storeBytes(of: entry.pointee.words.0, toByteOffset: 40, as: UInt64.self)
            return VERDICT
        }

        @c @section("tc") @used public func tally(_ buffer: UnsafeMutablePointer<__sk_buff>) -> Int32 {
            if let counters = counters_of(VERDICT) { counters.pointee.packets &+= 1 }
            return 0
        }

        @c @section("tc") @used public func punt(_ buffer: UnsafeMutablePointer<__sk_buff>) -> Int32 {
            emit(buffer) == 0 ? 0 : 2
        }

        """

    private static let extraProgram = """
        @c @section("tc") @used public func accept(_ buffer: UnsafeMutablePointer<__sk_buff>) -> Int32 { 0 }

        """

    private static let unsafeProgram = """
        @c @section("tc") @used public func careless(_ buffer: UnsafeMutablePointer<__sk_buff>) -> Int32 {
            let start = UnsafeMutableRawPointer(bitPattern: UInt(buffer.pointee.data)).unsafelyUnwrapped
            return Int32(start.load(as: UInt8.self))
        }

        """
}
