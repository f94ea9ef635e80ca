/// What `tombolo --version` says, and the metric tombolo_build_info.
package enum BuildVersion {
    package static let current = "0.1.0"
}
