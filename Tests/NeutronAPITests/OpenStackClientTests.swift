import Foundation
import Manager
import NeutronClient
import Resources
import ResourcesSupport
import Testing

/// The unmodified `openstack` command line against our API, one process for many commands.
@Suite("The openstack command line", .serialized)
struct OpenStackClientTests {
    @Test("external networks, address scopes, subnet pools and subnets out of them")
    func pools() async throws {
        try await APIHarness.run { api in
            try await openstack(
                api,
                """
                network create --external --default public
                network set --no-default public
                network set --default --description d public
                network list --external --long
                address scope create --ip-version 4 scope1
                address scope set --name scope2 scope1
                address scope list --ip-version 4
                address scope show scope2
                subnet pool create --pool-prefix 10.0.0.0/16 --default-prefix-length 24 --min-prefix-length 16 \
                --max-prefix-length 28 --address-scope scope2 --default --default-quota 100000 --tag t1 pool
                subnet pool set --pool-prefix 10.2.0.0/16 --no-default --tag t2 pool
                subnet pool unset --tag t1 pool
                subnet pool list --long --no-default
                subnet pool show pool
                network create --availability-zone-hint nova net
                subnet create --network net --subnet-pool pool --prefix-length 26 --service-type compute:nova sub1
                subnet create --network net --subnet-pool pool sub2
                subnet create --network net --ip-version 6 --subnet-range 2001:db8::/64 --ipv6-ra-mode slaac \
                --ipv6-address-mode slaac sub6
                subnet set --service-type network:dhcp --dns-publish-fixed-ip sub2
                subnet unset --service-type network:dhcp sub2
                subnet list --long --subnet-pool pool
                ! address scope delete scope2
                ! subnet pool delete pool
                ! subnet create --network net --subnet-range 192.168.0.0/24 other
                ip availability list --ip-version 4
                ip availability show net
                availability zone list --network --long
                network service provider list
                network agent list
                subnet delete sub1 sub2 sub6
                network delete net public
                subnet pool delete pool
                address scope delete scope2
                """)
            #expect(api.controller.read { $0.holdsOnlyDefaultGroups })
        }
    }

    @Test("gateways, floating IPs and trunks")
    func external() async throws {
        try await APIHarness.run { api in
            try await openstack(
                api,
                """
                network create --external public
                subnet create --network public --subnet-range 172.24.4.0/24 --no-dhcp public-subnet
                network create net
                subnet create --network net --subnet-range 10.0.0.0/24 sub
                router create --availability-zone-hint nova r
                router add subnet r sub
                router set --external-gateway public r
                router set --external-gateway public --disable-snat --fixed-ip ip-address=172.24.4.200 r
                router list --long
                router show r
                port create --network net p1
                port create --network net p2
                port create --network net p3
                floating ip create --floating-ip-address 172.24.4.77 --description d --tag t public
                floating ip set --port p1 172.24.4.77
                floating ip show 172.24.4.77
                floating ip create --port p2 --subnet public-subnet --floating-ip-address 172.24.4.78 public
                floating ip list --long --router r
                floating ip list --port p1
                ! router unset --external-gateway r
                ! router remove subnet r sub
                floating ip unset --port 172.24.4.77
                floating ip set --tag x --description y 172.24.4.77
                floating ip unset --tag x 172.24.4.77
                floating ip delete 172.24.4.77 172.24.4.78
                router unset --external-gateway r
                network trunk create --parent-port p1 --subport port=p2,segmentation-type=vlan,segmentation-id=100 t
                network trunk set --subport port=p3,segmentation-type=vlan,segmentation-id=101 --name tt t
                network trunk set --disable tt
                network trunk set --enable --description d tt
                network trunk show tt
                network subport list --trunk tt
                network trunk list --long
                port show p1
                ! port delete p2
                network trunk unset --subport p3 tt
                network trunk delete tt
                port delete p1 p2 p3
                router remove subnet r sub
                router delete r
                network delete net public
                """)
            #expect(api.controller.read { $0.holdsOnlyDefaultGroups })
        }
    }

    /// Runs command after command until one ends otherwise than it should; those after `!` should fail.
    private func openstack(_ api: APIHarness, _ commands: String) async throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let environment = root.appending(path: ".build/clients")
        let installed = try await run(
            root.appending(path: "scripts/install-clients"), [environment.path()], input: "", environment: [:])
        try #require(installed.status == 0, "\(installed.output)")
        let result = try await run(
            environment.appending(path: "bin/python"), ["-c", Self.driver], input: commands,
            environment: ["OS_AUTH_TYPE": "none", "OS_ENDPOINT": api.client.endpoint])
        #expect(result.status == 0, "\(result.output)")
    }

    private static let driver = """
        import shlex, sys
        from openstackclient.shell import OpenStackShell
        for line in sys.stdin:
            fails = line.startswith("! ")
            print("$", line, flush=True)
            status = OpenStackShell().run(shlex.split(line[2:] if fails else line))
            if (status != 0) != fails:
                sys.exit(f"{line.strip()}: ended with {status}")
        """

    /// - Returns: the exit status, and what it wrote.
    private func run(
        _ program: URL, _ arguments: [String], input: String, environment: [String: String]
    ) async throws -> (status: Int32, output: String) {
        let directory = FileManager.default.temporaryDirectory.appending(path: "tombolo-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let (given, written) = (directory.appending(path: "input"), directory.appending(path: "output"))
        try Data(input.utf8).write(to: given)
        try Data().write(to: written)
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = try FileHandle(forReadingFrom: given)
        let output = try FileHandle(forWritingTo: written)
        process.standardOutput = output
        process.standardError = output
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        return (status, String(decoding: try Data(contentsOf: written), as: UTF8.self))
    }
}
