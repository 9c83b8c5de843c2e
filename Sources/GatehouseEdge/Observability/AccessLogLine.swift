internal import GatehouseCore

/// The rendering of one access log line; its members and their order are CONTRACT's.
enum AccessLogLine {
    /// What a line tells beside the record.
    struct Circumstances {
        let head: RequestHead?
        /// The head's bytes, asked for once.
        let headBytes: [UInt8]
        let client: [UInt8]
        let names: RecordNames
        let protocolName: ProtocolName
        let now: RecordTime
    }

    /// Appends the line and its LF.
    static func render(
        _ record: borrowing AccessRecord,
        into text: inout JSONText,
        timestamp: [UInt8],
        _ around: Circumstances
    ) {
        text.append("{\"time\":\"")
        text.bytes.append(contentsOf: timestamp)
        text.append("\",\"request_id\":\"")
        record.requestID.write(to: &text.bytes)
        text.append("\"")
        if record.trace.traceHigh | record.trace.traceLow != 0 {
            text.append(",\"trace_id\":\"")
            record.trace.writeTraceID(to: &text.bytes)
            text.append("\"")
        }
        if !around.client.isEmpty {
            text.append(",\"client_address\":")
            text.appendString(around.client.span)
        }
        self.renderRequest(record, into: &text, around)
        self.renderDecision(record, into: &text, around.names)
        self.renderFigures(record, into: &text, around)
        text.append("}\n")
    }

    private static func renderRequest(
        _ record: borrowing AccessRecord,
        into text: inout JSONText,
        _ around: Circumstances
    ) {
        if let head = around.head {
            self.renderMethod(head, into: &text, around)
        }
        if let route = record.route {
            self.append(around.names.routeMembers, route, to: &text)
        }
        if let head = around.head, !head.path.isEmpty {
            text.append(",\"path\":")
            text.appendString(around.headBytes, head.path)
        }
        switch around.protocolName {
        case .http1: text.append(",\"protocol\":\"HTTP/1.1\"")
        case .http2: text.append(",\"protocol\":\"HTTP/2\"")
        }
    }

    private static func renderMethod(_ head: RequestHead, into text: inout JSONText, _ around: Circumstances) {
        switch head.method {
        case .get:
            text.append(",\"method\":\"GET\"")
        case .other:
            guard !head.methodRange.isEmpty else { return }
            text.append(",\"method\":")
            text.appendString(around.headBytes, head.methodRange)
        default:
            text.append(",\"method\":\"")
            text.append(head.method.token)
            text.append("\"")
        }
    }

    private static func renderDecision(
        _ record: borrowing AccessRecord,
        into text: inout JSONText,
        _ names: RecordNames
    ) {
        if record.status != 0 {
            text.append(",\"status\":")
            text.appendInteger(UInt64(clamping: record.status))
        }
        switch record.decision {
        case .forward: text.append(",\"decision\":\"forward\"")
        case .answer: text.append(",\"decision\":\"answer\"")
        case .refuse: text.append(",\"decision\":\"refuse\"")
        }
        if let refusal = record.refusal {
            self.append(names.reasonMembers, RefusalCatalogue.number(refusal), to: &text)
        } else {
            self.renderEnding(record.ending, into: &text)
        }
        if let token = record.token {
            if let subject = token.subject {
                text.append(",\"subject\":")
                text.appendString(subject)
            }
            self.append(names.issuerMembers, token.issuerIndex, to: &text)
        }
        if let upstream = record.upstream {
            self.append(names.upstreamMembers, upstream, to: &text)
        }
    }

    private static func renderEnding(_ ending: AccessRecord.Ending, into text: inout JSONText) {
        switch ending {
        case .complete: break
        case .clientClosed: text.append(",\"reason\":\"client_closed\"")
        case .clientTimedOut: text.append(",\"reason\":\"client_timed_out\"")
        case .upstreamBroke: text.append(",\"reason\":\"upstream_broke\"")
        case .drained: text.append(",\"reason\":\"drained\"")
        }
    }

    private static func renderFigures(
        _ record: borrowing AccessRecord,
        into text: inout JSONText,
        _ around: Circumstances
    ) {
        if record.startedAt != 0 {
            text.append(",\"duration_ms\":")
            text.appendMilliseconds(nanoseconds: around.now.nanoseconds(since: record.startedAt))
        }
        if record.forwardedAt != 0, record.answeredAt >= record.forwardedAt {
            text.append(",\"upstream_ms\":")
            text.appendMilliseconds(nanoseconds: record.answeredAt &- record.forwardedAt)
        }
        text.append(",\"bytes_in\":")
        text.appendInteger(UInt64(clamping: record.bytesIn))
        text.append(",\"bytes_out\":")
        text.appendInteger(UInt64(clamping: record.bytesOut))
        if let head = around.head, let agent = head.firstValue(.userAgent), !agent.isEmpty {
            text.append(",\"user_agent\":")
            text.appendString(around.headBytes, agent)
        }
    }

    private static func append(_ members: [[UInt8]], _ index: Int, to text: inout JSONText) {
        guard members.indices.contains(index) else { return }
        text.bytes.append(contentsOf: members[index])
    }
}
