extension LabDescription {
    /// For people; with line ends.
    package var text: String {
        var lines = ["lab \(name)", "  wan  \(wan.netns)  \(wan.addresses.joined(separator: " "))"]
        for site in sites {
            let manager = site.manager
            lines.append("  site \(site.name)")
            lines.append(
                "    manager  \(manager.netns)  \(manager.endpoint)" + (manager.running ? "" : "  NOT RUNNING"))
            lines.append("      OS_CLIENT_CONFIG_FILE=\(manager.clouds) openstack --os-cloud tombolo …")
            for host in site.hosts {
                lines.append(
                    "    host \(host.name)  \(host.netns)  \(host.addresses.joined(separator: " "))"
                        + (host.running ? "" : "  NOT RUNNING"))
                for vm in site.vms where vm.host == host.name {
                    let port = vm.port_id.map { "  port \($0)" } ?? ""
                    lines.append("      vm \(vm.name)  \(vm.netns)  \(vm.addresses.joined(separator: " "))\(port)")
                }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
