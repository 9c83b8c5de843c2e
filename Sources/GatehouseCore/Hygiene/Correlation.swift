/// What ties a request to those before and after it: its id, its trace and the client that it comes from.
///
/// Immutable; shared by all loops.
package struct Correlation: Sendable {
    /// The proxies whose word about a request is taken.
    package let trustedProxies: AddressSet

    /// Makes the rules.
    package init(trustedProxies: AddressSet) {
        self.trustedProxies = trustedProxies
    }

    /// Fills in the record's request id, trace and client address, before any stage runs.
    ///
    /// A request id is taken from a trusted peer only and made from `random`, 128 fresh bits, otherwise. A trace goes on
    /// whoever began it, if its `traceparent` is well-formed (W3C Trace Context section 3.2); else a new one begins, and
    /// `tracestate`, which belongs to the old one, is marked as dropped. `head` is nil where none could be read.
    package func adopt(
        _ head: RequestHead?,
        _ peer: Peer,
        record: inout AccessRecord,
        random: (high: UInt64, low: UInt64)
    ) {
        record.requestID = RequestID(high: random.high, low: random.low)
        record.trace = TraceContext(beginning: random)
        record.clientAddress = peer.address
        // Reading an address again for each request would cost more than the rest of the quotas.
        record.knownAddressKey = peer.quotaKey
        guard let head, head.present.intersects(Correlation.names) else { return }
        if peer.isTrusted {
            record.knownAddressKey = nil
            record.clientAddress = ClientAddress.find(head, from: peer, trusting: self.trustedProxies)
            if let range = Correlation.onlyValue(.xRequestID, of: head),
                let id = RequestID(adopting: head.bytes[range])
            {
                record.requestID = id
            }
        }
        if let range = Correlation.onlyValue(.traceparent, of: head),
            let trace = TraceContext(continuing: head.bytes, range, span: record.trace.span)
        {
            record.trace = trace
        } else {
            Correlation.dropTraceState(head)
        }
    }

    private static let names: FieldNameSet = [.xRequestID, .traceparent, .tracestate, .xForwardedFor]

    /// The value of a field that stands on exactly one line.
    private static func onlyValue(_ name: FieldName, of head: RequestHead) -> Range<Int>? {
        guard let range = head.firstValue(name), head.count(of: name) == 1 else { return nil }
        return range.clamped(to: head.bytes.indices)
    }

    private static func dropTraceState(_ head: RequestHead) {
        guard head.present.contains(.tracestate) else { return }
        for index in head.fields.indices where head.fields[index].name == .tracestate {
            head.fields[index].drop()
        }
    }
}
