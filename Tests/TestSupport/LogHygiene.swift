import Synchronization

/// What must never stand in a log: tokens, credentials, passwords, secrets and query strings.
///
/// Every token that the tests sign and every secret that they make is registered here; queries in tests begin with
/// `queryMarker`. Each sidecar checks its own logs when it ends, so the order of the tests does not matter.
package enum LogHygiene {
    /// The beginning of every query string that a test sends.
    package static let queryMarker = "hush="

    private static let forbidden = Mutex<Set<String>>([queryMarker, "Authorization:", "authorization:"])

    /// Adds a text that may stand in no log.
    package static func forbid(_ text: String) {
        guard text.utf8.count >= 8 else { return }
        forbidden.withLock { _ = $0.insert(text) }
    }

    /// Adds a token: the whole of it and its signature alone.
    package static func forbid(token: String) {
        forbid(token)
        if let signature = token.split(separator: ".").last { forbid(String(signature)) }
    }

    /// The secrets that stand in a log, one sentence each.
    package static func findings(in log: String, named name: String, isAccessLog: Bool = false) -> [String] {
        guard !log.isEmpty else { return [] }
        let bytes = Array(log.utf8)
        var findings = forbidden.withLock { $0 }.filter { Wire.index(of: Array($0.utf8), in: bytes) != nil }
            .map { "\(name) holds '\($0.prefix(24))'" }
        for sign in ["Bearer ey", "bearer ey", "eyJhbGci"] where Wire.index(of: Array(sign.utf8), in: bytes) != nil {
            findings.append("\(name) holds a token: '\(sign)'")
        }
        if isAccessLog {
            for line in log.split(separator: "\n") {
                guard let path = JSONValue(parsing: String(line))?["path"]?.string, path.contains("?") else { continue }
                findings.append("\(name) holds a query: \(path)")
            }
        }
        return findings
    }
}
