import ForwardingTables
import Testing

/// What an operator sees of DESIGN §11's demo. A change of these texts is a change of what hosts do: read it as one.
@Suite struct DemoTests {
    @Test("S0-30, S0-38: the compute host reaches the segment through the gateway host with the site's VNI")
    func computeHost() {
        #expect(
            ForwardingTables(Demo.site1, Demo.computeView).description == """
                interfaces 2 -> uplink 2
                interfaces 12 -> port 101 bridge 5001 fa:16:3e:00:01:03 10.1.0.3 port-security dhcp
                allowed_sources port 101 fa:16:3e:00:01:03 10.1.0.3/32
                bridges 5001 -> flood 1
                bridges 6001 -> no flood
                flood_lists 5001 0 -> port 101 interface 12 peer
                fdb 5001 fa:16:3e:00:01:01 -> router 7 port 102
                fdb 5001 fa:16:3e:00:01:03 -> port 101 interface 12 peer
                fdb 6001 02:bb:aa:aa:dd:01 -> router 7 port 103
                fdb 6001 02:bb:aa:aa:dd:02 -> tunnel site 172.16.1.1 > 172.16.1.2 vni 6001
                bridge_neighbours 5001 10.1.0.1 -> fa:16:3e:00:01:01
                bridge_neighbours 5001 10.1.0.3 -> fa:16:3e:00:01:03
                neighbours port 102 10.1.0.3 -> fa:16:3e:00:01:01 > fa:16:3e:00:01:03 mtu 1450 port 101 interface 12 peer
                neighbours port 103 192.168.123.2 -> 02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02 mtu 1450 tunnel site \
                172.16.1.1 > 172.16.1.2 vni 6001
                routes router 7 10.0.0.0/16 -> via 192.168.123.2 port 103
                routes router 7 10.1.0.0/24 -> connected port 102
                routes router 7 10.1.0.1/32 -> local port 102
                routes router 7 192.168.123.0/29 -> connected port 103
                routes router 7 192.168.123.1/32 -> local port 103
                router_ports 102 -> router 7 fa:16:3e:00:01:01 10.1.0.1
                router_ports 103 -> router 7 02:bb:aa:aa:dd:01 192.168.123.1
                tunnel_sources 172.16.1.2 > 172.16.1.1 vni 5001 -> bridge 5001 site
                tunnel_endpoints 172.16.1.1 any
                tunnel_endpoints 172.16.1.1 vni 5001
                host_addresses 172.16.1.1
                settings 0 -> lookup interface 9
                port_counters port 101 -> received 0
                port_counters uplink 2 -> received 0
                punt_budgets port 101 -> tokens 40
                punt_budgets uplink 2 -> tokens 40

                """)
    }

    @Test("S0-27, S0-30: the gateway host speaks the peering's VNI from the tunnel IP")
    func gatewayHost() {
        #expect(
            ForwardingTables(Demo.site1, Demo.gatewayView).description == """
                interfaces 2 -> uplink 2
                bridges 5001 -> flood 1
                bridges 6001 -> no flood
                flood_lists 5001 0 -> tunnel site 172.16.1.2 > 172.16.1.1 vni 5001
                fdb 5001 fa:16:3e:00:01:01 -> router 7 port 102
                fdb 5001 fa:16:3e:00:01:03 -> tunnel site 172.16.1.2 > 172.16.1.1 vni 5001
                fdb 6001 02:bb:aa:aa:dd:01 -> router 7 port 103
                fdb 6001 02:bb:aa:aa:dd:02 -> tunnel peer 200.200.200.3 > 200.100.100.3 vni 10001
                bridge_neighbours 5001 10.1.0.1 -> fa:16:3e:00:01:01
                bridge_neighbours 5001 10.1.0.3 -> fa:16:3e:00:01:03
                neighbours port 102 10.1.0.3 -> fa:16:3e:00:01:01 > fa:16:3e:00:01:03 mtu 1450 tunnel site 172.16.1.2 > \
                172.16.1.1 vni 5001
                neighbours port 103 192.168.123.2 -> 02:bb:aa:aa:dd:01 > 02:bb:aa:aa:dd:02 mtu 1450 tunnel peer \
                200.200.200.3 > 200.100.100.3 vni 10001
                routes router 7 10.0.0.0/16 -> via 192.168.123.2 port 103
                routes router 7 10.1.0.0/24 -> connected port 102
                routes router 7 10.1.0.1/32 -> local port 102
                routes router 7 192.168.123.0/29 -> connected port 103
                routes router 7 192.168.123.1/32 -> local port 103
                router_ports 102 -> router 7 fa:16:3e:00:01:01 10.1.0.1
                router_ports 103 -> router 7 02:bb:aa:aa:dd:01 192.168.123.1
                tunnel_sources 172.16.1.1 > 172.16.1.2 vni 5001 -> bridge 5001 site
                tunnel_sources 172.16.1.1 > 172.16.1.2 vni 6001 -> bridge 6001 site
                tunnel_sources 200.100.100.3 > 200.200.200.3 vni 10001 -> bridge 6001 peer
                tunnel_endpoints 172.16.1.2 any
                tunnel_endpoints 172.16.1.2 vni 5001
                tunnel_endpoints 172.16.1.2 vni 6001
                tunnel_endpoints 200.200.200.3 any
                tunnel_endpoints 200.200.200.3 vni 10001
                host_addresses 172.16.1.2
                host_addresses 200.200.200.3
                settings 0 -> lookup interface 9
                port_counters uplink 2 -> received 0
                punt_budgets uplink 2 -> tokens 40

                """)
    }

    @Test("S0-30: at site 2 one host is gateway and compute host at once")
    func site2() {
        #expect(
            ForwardingTables(Demo.site2, Demo.site2View).description == """
                interfaces 3 -> uplink 3
                interfaces 30 -> port 101 bridge 5001 fa:16:3e:00:00:05 10.0.0.5 port-security
                allowed_sources port 101 fa:16:3e:00:00:05 10.0.0.5/32
                bridges 5001 -> flood 1
                bridges 6001 -> no flood
                flood_lists 5001 0 -> port 101 interface 30
                fdb 5001 fa:16:3e:00:00:01 -> router 7 port 102
                fdb 5001 fa:16:3e:00:00:05 -> port 101 interface 30
                fdb 6001 02:bb:aa:aa:dd:01 -> tunnel peer 200.100.100.3 > 200.200.200.3 vni 10001
                fdb 6001 02:bb:aa:aa:dd:02 -> router 7 port 103
                bridge_neighbours 5001 10.0.0.1 -> fa:16:3e:00:00:01
                bridge_neighbours 5001 10.0.0.5 -> fa:16:3e:00:00:05
                neighbours port 102 10.0.0.5 -> fa:16:3e:00:00:01 > fa:16:3e:00:00:05 mtu 1450 port 101 interface 30
                neighbours port 103 192.168.123.1 -> 02:bb:aa:aa:dd:02 > 02:bb:aa:aa:dd:01 mtu 1450 tunnel peer \
                200.100.100.3 > 200.200.200.3 vni 10001
                routes router 7 10.0.0.0/24 -> connected port 102
                routes router 7 10.0.0.1/32 -> local port 102
                routes router 7 10.1.0.0/24 -> via 192.168.123.1 port 103
                routes router 7 192.168.123.0/29 -> connected port 103
                routes router 7 192.168.123.2/32 -> local port 103
                router_ports 102 -> router 7 fa:16:3e:00:00:01 10.0.0.1
                router_ports 103 -> router 7 02:bb:aa:aa:dd:02 192.168.123.2
                tunnel_sources 200.200.200.3 > 200.100.100.3 vni 10001 -> bridge 6001 peer
                tunnel_endpoints 200.100.100.3 any
                tunnel_endpoints 200.100.100.3 vni 5001
                tunnel_endpoints 200.100.100.3 vni 6001
                tunnel_endpoints 200.100.100.3 vni 10001
                host_addresses 200.100.100.3
                settings 0 -> lookup interface 9
                port_counters port 101 -> received 0
                port_counters uplink 3 -> received 0
                punt_budgets port 101 -> tokens 40
                punt_budgets uplink 3 -> tokens 40

                """)
    }
}
