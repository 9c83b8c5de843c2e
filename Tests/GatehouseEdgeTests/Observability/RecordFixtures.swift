import Foundation
import GatehouseCore

@testable import GatehouseEdge

/// Requests and records for the tests of logs and metrics.
enum RecordFixtures {
    static let names = RecordNames(routes: ["health", "api"], upstreams: ["app", "other"], issuers: ["corporate"])
    static let now = RecordTime(wallMilliseconds: 1_700_000_000_123, monotonicNanoseconds: 50_000_000_000)

    /// A head with a path and a user agent, whatever their bytes.
    static func head(
        method: Method = .get,
        spelled: String = "GET",
        path: [UInt8] = Array("/api/orders".utf8),
        agent: [UInt8]? = Array("curl/8.5.0".utf8)
    ) -> RequestHead {
        let head = RequestHead()
        func add(_ bytes: [UInt8]) -> Range<Int> {
            let start = head.bytes.count
            head.bytes += bytes
            return start..<head.bytes.count
        }
        head.method = method
        head.methodRange = add(Array(spelled.utf8))
        head.path = add(path)
        _ = add(Array("?access_token=hidden".utf8))
        head.target = head.path.lowerBound..<head.bytes.count
        head.isSecure = true
        if let agent {
            let value = add(agent)
            head.fields.append(
                Field(
                    name: .userAgent,
                    nameStart: 0,
                    nameCount: 0,
                    valueStart: value.lowerBound,
                    valueCount: value.count,
                    lineEnd: value.upperBound
                )
            )
            head.present.insert(.userAgent)
        }
        return head
    }

    /// A request that was forwarded and answered 200 after 12.345 ms, 10 of them at the app.
    static func forwarded() -> AccessRecord {
        var record = AccessRecord()
        record.requestID = RequestID(high: 0x0123_4567_89AB_CDEF, low: 0xFEDC_BA98_7654_3210)
        record.trace.traceHigh = 1
        record.trace.traceLow = 2
        record.route = 1
        record.upstream = 0
        record.decision = .forward
        record.status = 200
        record.bytesIn = 7
        record.bytesOut = 1024
        record.startedAt = self.now.monotonicNanoseconds - 12_345_678
        record.forwardedAt = record.startedAt + 1_000_000
        record.answeredAt = record.forwardedAt + 10_000_999
        return record
    }

    /// A request that was refused.
    static func refused(_ refusal: Refusal, status: Int = 401) -> AccessRecord {
        var record = AccessRecord()
        record.decision = .refuse
        record.refusal = refusal
        record.status = status
        record.startedAt = self.now.monotonicNanoseconds - 50_000
        return record
    }

    /// The text of one line.
    static func line(
        _ record: AccessRecord,
        head: RequestHead? = RecordFixtures.head(),
        client: String = "192.0.2.7",
        protocolName: ProtocolName = .http1
    ) -> [UInt8] {
        var timestamp = TimestampText()
        timestamp.update(wallMilliseconds: self.now.wallMilliseconds)
        var text = JSONText()
        let around = AccessLogLine.Circumstances(
            head: head,
            headBytes: head?.bytes ?? [],
            client: Array(client.utf8),
            names: self.names,
            protocolName: protocolName,
            now: self.now
        )
        AccessLogLine.render(record, into: &text, timestamp: timestamp.bytes, around)
        return text.bytes
    }

    /// A line as another parser reads it.
    static func parsed(_ line: [UInt8]) throws -> [String: Any] {
        let object = try JSONSerialization.jsonObject(with: Data(line))
        guard let members = object as? [String: Any] else { throw NotAnObject() }
        return members
    }

    struct NotAnObject: Error {}
}
