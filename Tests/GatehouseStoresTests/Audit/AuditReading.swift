import Foundation
import GatehouseCore
import GatehouseCrypto

/// The records of an audit log file, read without the code that wrote them.
struct AuditReading {
    /// The lines without their line feeds.
    let lines: [[UInt8]]
    /// The same, parsed.
    let records: [JSONObject]
    /// What follows the last line feed.
    let rest: [UInt8]

    /// Reads a file.
    init(_ path: String) throws {
        try self.init([path])
    }

    /// Reads files, the oldest first, as one chain.
    init(_ paths: [String]) throws {
        var bytes: [UInt8] = []
        for path in paths { bytes += try Array(Data(contentsOf: URL(filePath: path))) }
        let parts = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        self.lines = parts.dropLast()
        self.rest = parts.last ?? []
        self.records = try self.lines.map { try StrictJSON.parseObject($0) }
    }

    /// The value of a member that is a text, in each record that has it.
    func texts(_ name: String) -> [String] {
        self.records.compactMap { $0[name]?.string }
    }

    /// What is wrong with the chain, or nil if it holds from the first record to the last.
    var flaw: String? {
        var previous = String(repeating: "0", count: 64)
        for (index, line) in self.lines.enumerated() {
            let record = self.records[index]
            guard record["seq"]?.number?.integer == Int64(index + 1) else { return "line \(index + 1): seq" }
            guard record["prev_hash"]?.string == previous else { return "line \(index + 1): prev_hash" }
            // `,"hash":"` and 64 digits and `"}` are 75 bytes.
            let hash = Self.hash(line.dropLast(75) + [0x7D])
            guard record["hash"]?.string == hash else { return "line \(index + 1): hash" }
            previous = Self.hash(line)
        }
        return self.rest.isEmpty ? nil : "torn"
    }

    private static func hash(_ bytes: [UInt8]) -> String {
        SHA256.digest(bytes).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
