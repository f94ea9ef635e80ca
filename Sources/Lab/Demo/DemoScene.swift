import Addresses

/// The sources' two sites (S0-24…S0-31): both tenants have the same addresses, the same peering subnet, and routers
/// with the same IP and MAC on one VTEP router. Only the VNI tells them apart.
struct DemoScene: Sendable {
    struct Tenant: Sendable {
        let name: String
        let vni: Int
    }

    struct Site: Sendable {
        let name: String
        let tunnelIP: String
        let wanGateway: String
        let subnet: String
        /// Of both tenants' first VM.
        let vm: String
        /// Of both tenants' routers on the peering subnet.
        let routerIP: String
        let routerMAC: String
        /// What the other site's subnets lie in.
        let remote: String
        /// Where the VMs are: at site 1 another host than the gateway, so packets cross the site's own tunnel first.
        let vmHost: String
    }

    /// A VM of the scene; `address` is the last octet in its site's subnet.
    struct VM: Sendable {
        let name: String
        let tenant: String
        let site: String
        let address: String
    }

    static let peeringSubnet = "192.168.123.0/29"
    static let gateway = "gateway"
    static let tenants = [Tenant(name: "A", vni: 10001), Tenant(name: "B", vni: 20002)]

    static let site1 = Site(
        name: "site1", tunnelIP: "200.200.200.3", wanGateway: "200.200.200.1", subnet: "10.1.0.0/24", vm: "10.1.0.3",
        routerIP: "192.168.123.1", routerMAC: "02:bb:aa:aa:dd:01", remote: "10.0.0.0/16", vmHost: "compute")
    static let site2 = Site(
        name: "site2", tunnelIP: "200.100.100.3", wanGateway: "200.100.100.1", subnet: "10.0.0.0/24", vm: "10.0.0.3",
        routerIP: "192.168.123.2", routerMAC: "02:bb:aa:aa:dd:02", remote: "10.1.0.0/16", vmHost: "gateway")
    static let sites = [site1, site2]

    /// An address of site 2 that tenant B has and tenant A has not.
    static let onlyB = "10.0.0.7"

    static let vms = [
        VM(name: "a1", tenant: "A", site: "site1", address: site1.vm),
        VM(name: "b1", tenant: "B", site: "site1", address: site1.vm),
        VM(name: "a2", tenant: "A", site: "site2", address: site2.vm),
        VM(name: "b2", tenant: "B", site: "site2", address: site2.vm),
        VM(name: "b3", tenant: "B", site: "site2", address: onlyB),
    ]

    static func peer(of site: Site) -> Site { site.name == site1.name ? site2 : site1 }

    /// The lab: hosts and empty VMs. What tenants have is made through the API, before the reader's eyes.
    static func definition(lab: String) throws(LabDefinitionError) -> LabDefinition {
        try LabDefinition(
            yaml: """
                name: \(lab)
                sites:
                  - name: site1
                    underlay: 192.168.192.0/24
                    hosts:
                      - {name: gateway, wan: {address: 200.200.200.3/24, gateway: 200.200.200.1}}
                      - {name: compute}
                    vms:
                      - {name: a1, host: \(site1.vmHost)}
                      - {name: b1, host: \(site1.vmHost)}
                  - name: site2
                    underlay: 192.168.192.0/24
                    hosts:
                      - {name: gateway, wan: {address: 200.100.100.3/24, gateway: 200.100.100.1}}
                    vms:
                      - {name: a2, host: \(site2.vmHost)}
                      - {name: b2, host: \(site2.vmHost)}
                      - {name: b3, host: \(site2.vmHost)}
                """)
    }
}
