import Glibc
import Testing

@testable import LinuxNetworking

@Suite("network namespaces") struct NamespaceTests {
    @Test("a namespace made here is one that ip netns knows, and the other way round") func interoperates() async throws
    {
        try await NamespaceFixture.with(1) { namespaces in
            let name = try #require(namespaces[0].name)
            let listed = try await ProcessSpawner.run("ip", ["netns", "list"])
            #expect(listed.outputText.contains(name))
            #expect(try NetworkNamespace.list().contains(name))
            let inside = try await ProcessSpawner.run("ip", ["netns", "exec", name, "readlink", "/proc/self/ns/net"])
            #expect(inside.outputText == "net:[\(namespaces[0].inode)]\n")

            let theirs = name + "x"
            #expect(try await ProcessSpawner.run("ip", ["netns", "add", theirs]).isSuccess)
            #expect(NetworkNamespace.exists(named: theirs))
            #expect(try NetworkNamespace.open(named: theirs) != namespaces[0])
            try NetworkNamespace.delete(named: theirs)
            #expect(!NetworkNamespace.exists(named: theirs))
            #expect(access("/run/netns/\(theirs)", F_OK) != 0)
        }
    }

    @Test("work happens inside and its thread's namespace stays its own") func perform() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let before = try NetworkNamespace.current
            let inside = try namespaces[0].perform { try NetworkNamespace.current }
            #expect(inside == namespaces[0])
            #expect(try NetworkNamespace.current == before)
            #expect(inside != before)
        }
    }

    @Test("an error thrown inside comes out") func errors() async throws {
        struct Mine: Error {}
        try await NamespaceFixture.with(1) { namespaces in
            #expect(throws: Mine.self) { try namespaces[0].perform { throw Mine() } }
        }
    }

    @Test("a taken name, a missing one and an unfit one are errors") func names() async throws {
        try await NamespaceFixture.with(1) { namespaces in
            let name = try #require(namespaces[0].name)
            let taken = #expect(throws: SystemError.self) { try NetworkNamespace.create(named: name) }
            #expect(taken?.errno == EEXIST)
            #expect(try NetworkNamespace.open(named: name) == namespaces[0])
            let missing = #expect(throws: SystemError.self) { try NetworkNamespace.open(named: "tbtest-none") }
            #expect(missing?.errno == ENOENT)
            for name in ["", ".", "..", "a/b"] {
                #expect(throws: SystemError.self) { try NetworkNamespace.create(named: name) }
                #expect(!NetworkNamespace.exists(named: name))
            }
        }
    }

    @Test("sysctls of the network are the namespace's own") func sysctl() async throws {
        try await NamespaceFixture.with(2) { namespaces in
            try namespaces[0].perform { try Sysctl.write("net.ipv4.ip_forward", "1") }
            try namespaces[1].perform { try Sysctl.write("net.ipv4.ip_forward", "0") }
            #expect(try namespaces[0].perform { try Sysctl.read("net.ipv4.ip_forward") } == "1")
            #expect(try namespaces[1].perform { try Sysctl.read("net.ipv4.ip_forward") } == "0")
            #expect(throws: SystemError.self) { try Sysctl.write("net.ipv4.no_such_thing", "1") }
            #expect(Sysctl.path("net.ipv4.conf.eth0/5.rp_filter") == "/proc/sys/net/ipv4/conf/eth0.5/rp_filter")
        }
    }

    @Test("a BPF filesystem is mounted, recognised and unmounted") func bpf() throws {
        try #require(geteuid() == 0, "this test mounts: run it as root")
        var template = Array("/tmp/tbtest-bpf-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer { rmdir(path) }
        #expect(!Mount.isBPFFilesystem(path))
        try Mount.mountBPF(at: path)
        #expect(Mount.isBPFFilesystem(path))
        try Mount.unmount(path)
        #expect(!Mount.isBPFFilesystem(path))
        #expect(throws: SystemError.self) { try Mount.unmount(path) }
        #expect(!Mount.isBPFFilesystem("/no/such/place"))
    }
}
