/// The two sites of the operations guide's chapter on router peering (S1-11), with the guide's names and numbers.
///
/// Its tunnel IPs stand at the ends of two point-to-point links of the WAN: they need not share a subnet (S1-12). Its
/// peer router's MAC at site B, 6F:E4:5A:FA:8E:09, is a group address; 6E is what it must have meant.
struct GuideScene: Sendable {
    struct Site: Sendable {
        /// In the lab.
        let name: String
        /// In the guide.
        let title: String
        let tunnelIP: String
        /// Of the tenant.
        let subnet: String
        let gateway: String
        let vm: String
        let vmAddress: String
        let vmHost: String
        /// The tenant router's port on the multi-site network.
        let peerIP: String
        let peerMAC: String
    }

    static let multiSiteSubnet = "192.168.0.0/24"
    static let vni = 100
    static let printedMAC = "6F:E4:5A:FA:8E:09"

    static let siteA = Site(
        name: "sitea", title: "SiteA", tunnelIP: "200.200.0.1", subnet: "10.0.0.0/24", gateway: "10.0.0.1", vm: "vma",
        vmAddress: "10.0.0.3", vmHost: "compute", peerIP: "192.168.0.1", peerMAC: "16:b7:b5:a4:57:75")
    static let siteB = Site(
        name: "siteb", title: "SiteB", tunnelIP: "200.200.0.2", subnet: "10.0.1.0/24", gateway: "10.0.1.1", vm: "vmb",
        vmAddress: "10.0.1.3", vmHost: "gateway", peerIP: "192.168.0.2", peerMAC: "6e:e4:5a:fa:8e:09")
    static let sites = [siteA, siteB]

    static func peer(of site: Site) -> Site { site.name == siteA.name ? siteB : siteA }

    /// Hosts and empty VMs; all else is made through the API.
    static func definition(lab: String) throws(LabDefinitionError) -> LabDefinition {
        try LabDefinition(yaml: "name: \(lab)\n" + yaml)
    }

    /// At site A the VM is on another host than the gateway, so packets cross the site's own tunnel first.
    static let yaml = """
        sites:
          - name: sitea
            underlay: 192.168.192.0/24
            hosts:
              - {name: gateway, wan: {address: 200.200.0.1/31, gateway: 200.200.0.0}}
              - {name: compute}
            vms:
              - {name: vma, host: compute}
              - {name: wide, host: gateway}
          - name: siteb
            underlay: 192.168.192.0/24
            hosts:
              - {name: gateway, wan: {address: 200.200.0.2/31, gateway: 200.200.0.3}}
            vms:
              - {name: vmb, host: gateway}
        """
}
