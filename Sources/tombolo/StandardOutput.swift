import Foundation
import Glibc

/// Writes a line at once, also into a pipe: what takes seconds is read while it goes on.
///
/// Who reads may go away (`tombolo demo | head`). Nothing is left to tell then, which is as if the terminal had been
/// closed: `untilInterrupted` cleans up.
func say(_ line: String) {
    do { try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8)) } catch { kill(getpid(), SIGHUP) }
}

/// What is said while cleaning up. That goes on also when nobody hears of it.
func warn(_ line: String) {
    do { try FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8)) } catch { return }
}
