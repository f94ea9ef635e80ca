import GRDB

extension StoreError {
    /// What an error of SQLite (https://www.sqlite.org/rescode.html) means for the store's caller.
    init(sqlite error: any Error) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .unavailable(String(describing: error))
            return
        }
        let detail = "SQLite error \(error.extendedResultCode.rawValue): \(error.message ?? "no message")"
        switch error.resultCode {
        case .SQLITE_FULL: self = .diskFull
        case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .corrupt(detail)
        default: self = .unavailable(detail)
        }
    }
}
