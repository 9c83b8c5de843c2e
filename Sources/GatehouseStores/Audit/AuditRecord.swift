private import FoundationEssentials
internal import GatehouseCore
private import GatehouseCrypto
private import Glibc

/// One line of the audit log as bytes, and how it hangs on the line before it.
///
/// A line is a JSON object without white space, in ASCII, its members in one order, with a line feed behind it. `prev_hash`
/// is the SHA-256 of the bytes of the line before, without its line feed; in the first record it is 64 zeros. `hash` comes
/// last and is the SHA-256 of the line as it would be without it: of everything up to `,"hash":` and of the closing brace.
struct AuditRecord {
    /// The whole line with its line feed.
    let line: [UInt8]
    /// What the next record follows.
    let head: AuditHead

    /// Renders an event as the record after `previous`.
    init(_ event: AuditEvent, after previous: AuditHead, microseconds: Int64) {
        let sequence = previous.sequence &+ 1
        var writer = JSONWriter()
        writer.object { writer in
            writer.name("seq")
            writer.integer(sequence)
            writer.member("time", AuditRecord.time(microseconds))
            writer.member("event", event.name.rawValue)
            writer.party("actor", event.actor)
            event.target.map { writer.party("target", $0) }
            writer.member("client_address", event.clientAddress)
            writer.member("request_id", event.requestID)
            writer.member("method", event.method)
            writer.member("route", event.route)
            writer.member("path", event.path)
            if let status = event.status {
                writer.name("status")
                writer.integer(Int64(status))
            }
            writer.member("result", event.result.rawValue)
            writer.member("prev_hash", previous.hash)
        }
        let unsealed = writer.bytes
        var line = Array(unsealed.dropLast())
        line.append(contentsOf: ",\"hash\":\"\(AuditRecord.hash(of: unsealed))\"}".utf8)
        self.head = AuditHead(sequence: sequence, hash: AuditRecord.hash(of: line))
        line.append(0x0A)
        self.line = line
    }

    /// The SHA-256 of bytes in lower-case hexadecimal.
    static func hash(of bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        let text = SHA256.digest(bytes).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }
        return String(decoding: text, as: UTF8.self)
    }

    /// The time in microseconds since 1970.
    static func now() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) &* 1_000_000 &+ Int64(time.tv_nsec) / 1000
    }

    /// RFC 3339 in UTC with microseconds, such as `2026-01-31T23:59:59.123456Z`.
    static func time(_ microseconds: Int64) -> String {
        let fraction = ((microseconds % 1_000_000) &+ 1_000_000) % 1_000_000
        let second = Date(timeIntervalSince1970: Double((microseconds &- fraction) / 1_000_000))
        let digits = String(1_000_000 &+ fraction).dropFirst()
        return second.formatted(.iso8601).dropLast() + "." + digits + "Z"
    }
}

/// The end of the chain: what the next record follows.
struct AuditHead: Sendable, Equatable {
    /// The number of the last record; zero before the first.
    let sequence: Int64
    /// The SHA-256 of its line in hexadecimal.
    let hash: String

    /// Before the first record.
    static let start = AuditHead(sequence: 0, hash: String(repeating: "0", count: 64))

    /// The head after a line of the log without its line feed, or nil if that is no record.
    static func after(line: [UInt8]) -> AuditHead? {
        guard let record = try? StrictJSON.parseObject(line),
            let sequence = record["seq"]?.number?.integer, sequence > 0, sequence < .max
        else { return nil }
        return AuditHead(sequence: sequence, hash: AuditRecord.hash(of: line))
    }

    init(sequence: Int64, hash: String) {
        self.sequence = sequence
        self.hash = hash
    }
}

extension JSONWriter {
    // No text of a stranger may fill the log, so each is cut here, visibly.
    private static let bound = 1024
    private static let mark = "[truncated]"

    fileprivate mutating func member(_ name: String, _ value: String?) {
        guard let value else { return }
        self.name(name)
        guard value.utf8.count > JSONWriter.bound else { return self.text(value.utf8Span.span) }
        var kept = ""
        var room = JSONWriter.bound - JSONWriter.mark.utf8.count
        for scalar in value.unicodeScalars {
            room -= scalar.utf8.count
            guard room >= 0 else { break }
            kept.unicodeScalars.append(scalar)
        }
        kept += JSONWriter.mark
        self.text(kept.utf8Span.span)
    }

    fileprivate mutating func party(_ name: String, _ party: AuditEvent.Party) {
        self.name(name)
        self.object { writer in
            writer.member("type", party.type)
            writer.member("id", party.id)
        }
    }
}
