import Foundation
import Glibc

/// This process, by the names that Prometheus' own client libraries use.
package enum ProcessMetrics {
    package static func add(to exposition: inout Exposition) {
        exposition.add(
            "tombolo_build_info", .gauge, "The program's version; always 1",
            [.init(1, ["version": BuildVersion.current])])
        if let stat = Stat.current {
            exposition.add(
                "process_cpu_seconds_total", .counter, "User and system CPU time spent", [.init(stat.cpuSeconds)])
            exposition.add(
                "process_virtual_memory_bytes", .gauge, "Virtual memory size", [.init(stat.virtualBytes)])
            exposition.add(
                "process_resident_memory_bytes", .gauge, "Resident memory size", [.init(stat.residentBytes)])
            exposition.add("process_threads", .gauge, "Threads of the process", [.init(stat.threads)])
        }
        if let open = openDescriptors() {
            exposition.add("process_open_fds", .gauge, "Open file descriptors", [.init(open)])
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            exposition.add("process_max_fds", .gauge, "Most open file descriptors allowed", [.init(limit.rlim_cur)])
        }
    }

    /// One of them is the listing's own.
    private static func openDescriptors() -> Int? {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") else { return nil }
        return max(0, names.count - 1)
    }

    /// proc(5), /proc/self/stat.
    struct Stat {
        var cpuSeconds: Double
        var virtualBytes: UInt64
        var residentBytes: UInt64
        var threads: Int

        static var current: Stat? {
            guard let file = FileHandle(forReadingAtPath: "/proc/self/stat"), let data = try? file.readToEnd() else {
                return nil
            }
            return Stat(line: String(decoding: data, as: UTF8.self))
        }

        init?(line: String) {
            // The second field is the command's name in parentheses and may hold anything.
            guard let end = line.lastIndex(of: ")") else { return nil }
            let fields = line[line.index(after: end)...].split(separator: " ")
            guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
                let threads = Int(fields[17]), let virtual = UInt64(fields[20]), let pages = UInt64(fields[21])
            else { return nil }
            cpuSeconds = (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
            virtualBytes = virtual
            residentBytes = pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
            self.threads = threads
        }
    }
}
