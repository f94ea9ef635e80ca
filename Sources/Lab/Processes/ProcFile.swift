import Glibc

/// Small files that others write: of /proc, and logs.
enum ProcFile {
    /// The first 64 KiB; nil when there is no such file: the process has ended.
    static func read(_ path: String) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        return text(file, 65536)
    }

    /// The last bytes of it; nil when there is no such file.
    static func read(_ path: String, last count: Int) -> String? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        // Shorter than that: from its beginning.
        if fseek(file, -count, SEEK_END) < 0 { rewind(file) }
        return text(file, count)
    }

    private static func text(_ file: UnsafeMutablePointer<FILE>, _ count: Int) -> String {
        var buffer = [UInt8](repeating: 0, count: count)
        let got = fread(&buffer, 1, count, file)
        return String(decoding: buffer.prefix(got), as: UTF8.self)
    }
}
