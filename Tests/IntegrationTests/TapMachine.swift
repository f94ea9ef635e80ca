import Addresses
import Glibc
import Lab
import LinuxNetworking
import NeutronClient
import Testing

/// A virtual machine on a tap, with a namespace as the guest: a process stands for QEMU, which copies frames between the
/// port's tap on the host and a tap that is the guest's interface, with the virtio header in front of each. What the host's
/// kernel leaves undone in a frame (segments, checksums), and says so in that header, the guest's kernel has to bear.
struct TapMachine: Sendable {
    let port: NeutronClient.Port
    let lab: TestLab
    let site: String
    /// The host's interface.
    let tap: String
    private let hypervisor: ChildProcess

    /// What the guest's driver agreed upon with the hypervisor.
    enum Driver: Int {
        /// Whole segments with whole checksums only.
        case plain = 0
        /// TCP super-packets and unfinished checksums, both ways.
        case modern = 15  // TUN_F_CSUM, TSO4, TSO6, TSO_ECN
        /// UDP super-packets besides.
        case datagrams = 111  // and USO4, USO6
    }

    /// Makes a port and a machine that has it. Returns when the port forwards.
    static func start(
        _ lab: TestLab, _ vm: String, at site: String, network: String, address: String, gateway: String, mtu: Int,
        driver: Driver
    ) async throws -> TapMachine {
        let networkID = try await lab.named(NeutronClient.Network.self, network, at: site).id
        let port = try await lab.api(site).create(
            NeutronClient.Port.self,
            .init(networkID: networkID, name: vm, fixedIPs: [.init(ipAddress: address)], deviceOwner: "compute:test"))
        let tap = "tap" + port.id.prefix(11)
        let place = try lab.lab.vm(vm, at: site)
        var spawner = ProcessSpawner(
            "/usr/bin/python3",
            [
                "-c", script, try lab.lab.host(place.host, at: site).netns, tap, place.netns, "eth0",
                "\(driver.rawValue)",
            ])
        spawner.output = .capture
        spawner.error = .capture
        spawner.deathSignal = SIGKILL
        let hypervisor = try spawner.spawn()
        var isReady = false
        for await line in try #require(hypervisor.standardOutput).lines where line == "ready" {
            isReady = true
            break
        }
        if !isReady {
            throw TestLab.Missing(
                description:
                    "the hypervisor said: \(String(decoding: await hypervisor.standardError?.collect() ?? [], as: UTF8.self))"
            )
        }
        try await lab.shell(
            "\(site)/\(vm)",
            """
            ip link set eth0 address \(port.macAddress) mtu \(mtu) up
            ip address add \(address)/24 dev eth0
            ip route add default via \(gateway)
            """)
        let machine = TapMachine(port: port, lab: lab, site: site, tap: tap, hypervisor: hypervisor)
        try await lab.eventually("\(vm)'s port is ACTIVE") {
            try await lab.api(site).get(NeutronClient.Port.self, port.id).status == "ACTIVE"
        }
        return machine
    }

    /// Super-packets that the guest sent and got.
    struct SuperPackets: Sendable {
        var sent: Int
        var received: Int
    }

    /// - Returns: what the virtio headers said in all that time.
    @discardableResult
    func stop() async throws -> SuperPackets {
        try hypervisor.kill(SIGTERM)
        let said = String(decoding: await hypervisor.standardError?.collect() ?? [], as: UTF8.self)
        _ = try await hypervisor.wait()
        try await lab.api(site).delete(NeutronClient.Port.self, port.id)
        let numbers = said.split { !$0.isNumber }.compactMap { Int($0) }
        try #require(numbers.count == 2, "the hypervisor said: \(said)")
        return SuperPackets(sent: numbers[0], received: numbers[1])
    }

    /// TUNSETIFF, TUNSETVNETHDRSZ and TUNSETOFFLOAD of linux/if_tun.h; 12 bytes are virtio_net_hdr_mrg_rxbuf.
    private static let script = """
        import ctypes, errno, fcntl, os, select, signal, struct, sys
        host, port, guest, device, offloads = sys.argv[1:]
        libc = ctypes.CDLL(None, use_errno=True)
        def tap(namespace, name):
            fd = os.open("/run/netns/" + namespace, os.O_RDONLY)
            if libc.setns(fd, 0x40000000) != 0: raise OSError(ctypes.get_errno(), "setns")
            os.close(fd)
            fd = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(fd, 0x400454ca, struct.pack("16sH22x", name.encode(), 0x0002 | 0x1000 | 0x4000))
            fcntl.ioctl(fd, 0x400454d8, struct.pack("i", 12))
            fcntl.ioctl(fd, 0x400454d0, int(offloads))
            return fd
        inside, outside = tap(guest, device), tap(host, port)
        other = {inside: outside, outside: inside}
        poll = select.poll()
        for fd in other: poll.register(fd, select.POLLIN)
        super_packets = {inside: 0, outside: 0}
        def report(*_):
            print("%d %d" % (super_packets[inside], super_packets[outside]), file=sys.stderr)
            sys.exit()
        signal.signal(signal.SIGTERM, report)
        print("ready", flush=True)
        while True:
            for fd, _ in poll.poll():
                for _ in range(64):
                    try: frame = os.read(fd, 70000)
                    except BlockingIOError: break
                    super_packets[fd] += frame[1] != 0  # gso_type
                    # A device that is down takes nothing (EIO); neither end is for long.
                    try: os.write(other[fd], frame)
                    except OSError as error:
                        if error.errno != errno.EIO: raise
        """
}
