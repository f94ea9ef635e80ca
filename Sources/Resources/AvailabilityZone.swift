/// Every host carries every network and every router, so a site is one zone.
package enum AvailabilityZone {
    /// Neutron's own name for the zone of those who configure none.
    package static let name = "nova"

    static func hints(_ hints: [String]) throws(ResourceError) -> [String] {
        for hint in hints where hint != name {
            throw .notFound("AvailabilityZoneNotFound", "AvailabilityZone \(hint) could not be found.")
        }
        return hints
    }
}
