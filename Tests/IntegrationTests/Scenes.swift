/// The labs' definitions.
enum Scenes {
    /// The sources' two sites (S0-24…S0-31), tenants A and B equal in everything; site 1 has a host beside its gateway.
    static let peering = """
        sites:
          - name: site1
            underlay: 192.168.192.0/24
            hosts:
              - {name: gateway, wan: {address: 200.200.200.3/24, gateway: 200.200.200.1}}
              - {name: compute}
            networks:
              - {name: a, project: A, subnets: [{cidr: 10.1.0.0/24}]}
              - {name: b, project: B, subnets: [{cidr: 10.1.0.0/24}]}
            routers:
              - {name: vtep}
              - {name: A, project: A, interfaces: [a]}
              - {name: B, project: B, interfaces: [b]}
            peerings:
              - {router: A, vtep: vtep, vni: 10001, tunnel_ip: 200.200.200.3, \(nearEnd)}
              - {router: B, vtep: vtep, vni: 20002, tunnel_ip: 200.200.200.3, \(nearEnd)}
            vms:
              - {name: a1, host: compute, network: a, address: 10.1.0.3, mac: "02:00:00:00:01:03"}
              - {name: b1, host: compute, network: b, address: 10.1.0.3, mac: "02:00:00:00:01:03"}
              - {name: c1, host: compute}
          - name: site2
            underlay: 192.168.192.0/24
            hosts:
              - {name: gateway, wan: {address: 200.100.100.3/24, gateway: 200.100.100.1}}
            networks:
              - {name: a, project: A, subnets: [{cidr: 10.0.0.0/24}]}
              - {name: b, project: B, subnets: [{cidr: 10.0.0.0/24}]}
            routers:
              - {name: vtep}
              - {name: A, project: A, interfaces: [a]}
              - {name: B, project: B, interfaces: [b]}
            peerings:
              - {router: A, vtep: vtep, vni: 10001, tunnel_ip: 200.100.100.3, \(farEnd)}
              - {router: B, vtep: vtep, vni: 20002, tunnel_ip: 200.100.100.3, \(farEnd)}
            vms:
              - {name: a2, host: gateway, network: a, address: 10.0.0.3, mac: "02:00:00:00:02:03"}
              - {name: b2, host: gateway, network: b, address: 10.0.0.3, mac: "02:00:00:00:02:03"}
              - {name: b3, host: gateway, network: b, address: 10.0.0.7}
              - {name: c2, host: gateway}
        """

    /// The same, with a WAN link of the other host, and hosts that send A's packets to the other site by themselves.
    static let offRamp =
        peering
        .replacing("{name: compute}", with: "{name: compute, wan: {address: 200.200.200.4/24, gateway: 200.200.200.1}}")
        .replacing("tunnel_ip: 200.200.200.3, ", with: "tunnel_ip: 200.200.200.3, off_ramp: true, ", maxReplacements: 1)

    private static let nearEnd = """
        subnet: 192.168.123.0/29, address: 192.168.123.1, mac: "02:bb:aa:aa:dd:01", \
        routes: [{cidr: 10.0.0.0/16, gateway: 192.168.123.2, gateway_mac: "02:bb:aa:aa:dd:02", remote_vtep: 200.100.100.3}]
        """
    private static let farEnd = """
        subnet: 192.168.123.0/29, address: 192.168.123.2, mac: "02:bb:aa:aa:dd:02", \
        routes: [{cidr: 10.1.0.0/16, gateway: 192.168.123.1, gateway_mac: "02:bb:aa:aa:dd:01", remote_vtep: 200.200.200.3}]
        """

    /// Three sites whose tenant routers share one segment, VNI 777. Router M of site 1 has two possible peers, equal but
    /// for their sites.
    static let threeSites = "sites:\n" + (1...3).map(site).joined()

    private static func site(_ number: Int) -> String {
        let others = (1...3).filter { $0 != number }.map {
            """
            {cidr: 10.\($0).0.0/16, gateway: 192.168.123.\($0), gateway_mac: "02:cc:00:00:00:0\($0)", \
            remote_vtep: 200.0.\($0).3}
            """
        }
        // Site 1's way to the peer of M is made by the test.
        let moving =
            number == 1
            ? "subnet: 192.168.99.0/29, address: 192.168.99.1, mac: \"02:dd:00:00:00:01\""
            : """
            subnet: 192.168.99.0/29, address: 192.168.99.2, mac: "02:dd:00:00:00:02", routes: [{cidr: 10.8.0.0/24, \
            gateway: 192.168.99.1, gateway_mac: "02:dd:00:00:00:01", remote_vtep: 200.0.1.3}]
            """
        return """
              - name: site\(number)
                underlay: 192.168.192.0/24
                hosts:
                  - {name: gateway, wan: {address: 200.0.\(number).3/24, gateway: 200.0.\(number).1}}
                networks:
                  - {name: t, project: T, subnets: [{cidr: 10.\(number).0.0/24}]}
                  - {name: m, project: M, subnets: [{cidr: 10.\(number == 1 ? 8 : 9).0.0/24}]}
                routers:
                  - {name: vtep}
                  - {name: T, project: T, interfaces: [t]}
                  - {name: M, project: M, interfaces: [m]}
                peerings:
                  - router: T
                    vtep: vtep
                    vni: 777
                    tunnel_ip: 200.0.\(number).3
                    subnet: 192.168.123.0/29
                    address: 192.168.123.\(number)
                    mac: "02:cc:00:00:00:0\(number)"
                    routes: [\(others.joined(separator: ", "))]
                  - {router: M, vtep: vtep, vni: 999, tunnel_ip: 200.0.\(number).3, \(moving)}
                vms:
                  - {name: t\(number), host: gateway, network: t, address: 10.\(number).0.3}
                  - {name: m\(number), host: gateway, network: m, address: 10.\(number == 1 ? 8 : 9).0.3}

            """
    }

    /// One site, three hosts, two networks on one router. `free` VMs have no port yet.
    static let oneSite = """
        sites:
          - name: site1
            underlay: 192.168.192.0/24
            hosts: [{name: h1}, {name: h2}, {name: h3}]
            networks:
              - {name: front, project: T, subnets: [{cidr: 10.1.0.0/24}]}
              - {name: back, project: T, subnets: [{cidr: 10.2.0.0/24}]}
            routers:
              - {name: R, project: T, interfaces: [front, back]}
            vms:
              - {name: f1, host: h1, network: front, address: 10.1.0.11, mac: "02:00:00:00:01:11"}
              - {name: f2, host: h2, network: front, address: 10.1.0.12, mac: "02:00:00:00:01:12"}
              - {name: f3, host: h3, network: front, address: 10.1.0.13, mac: "02:00:00:00:01:13"}
              - {name: b1, host: h1, network: back, address: 10.2.0.21}
              - {name: b2, host: h2, network: back, address: 10.2.0.22}
              - {name: free1, host: h1}
              - {name: free2, host: h2}
        """
}
