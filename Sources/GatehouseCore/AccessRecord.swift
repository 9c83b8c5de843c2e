/// What is known of one request when its body has ended: the material of the access log line and of the metrics.
///
/// Owned by the exchange and filled in as the request passes the stages; closed exactly once. Times are nanoseconds of a
/// monotonic clock unless they say otherwise. Not `Sendable`: it refers to the head, which belongs to the loop.
package struct AccessRecord {
    /// The request id that goes to the client, to the app and into every record.
    package var requestID = RequestID()
    /// The trace that the request belongs to.
    package var trace = TraceContext()
    /// The client's address as text, without port; empty for a Unix socket.
    ///
    /// Behind a trusted proxy it is what the proxy says.
    package var clientAddress: [UInt8] = []
    /// The quota key of the client's address where it was known before; found by `addressKey` otherwise.
    var knownAddressKey: QuotaKey?
    /// The index of the matched route, or nil.
    package var route: Int?
    /// The index of the upstream that was asked, or nil.
    package var upstream: Int?
    /// The token that was accepted, or nil.
    package var token: VerifiedToken?
    /// How many claim headers the token had to do without although it has the claim; 0 unless this request had it verified, so
    /// that a token counts once.
    package var omittedClaimHeaders = 0
    /// What the gate did.
    package var decision = DecisionKind.refuse
    /// Why, where something went wrong.
    package var refusal: Refusal?
    /// How the exchange ended, if not by itself.
    package var ending = Ending.complete
    /// The status that was sent, or 0 if none was.
    package var status = 0
    /// The length of the request's body so far, in bytes.
    package var bytesIn = 0
    /// The length of the answer's body so far, in bytes.
    package var bytesOut = 0
    /// When the first byte of the request arrived.
    package var startedAt: UInt64 = 0
    /// When the head went to the app, or 0.
    package var forwardedAt: UInt64 = 0
    /// When the app's head arrived, or 0.
    package var answeredAt: UInt64 = 0

    /// An empty record.
    package init() {}

    /// Whose quotas by address the request takes from.
    var addressKey: QuotaKey {
        self.knownAddressKey ?? QuotaKey(addressText: self.clientAddress)
    }

    /// How an exchange ended.
    package enum Ending: String, Sendable {
        /// Both bodies ended as framed.
        case complete
        /// The client went away.
        case clientClosed = "client_closed"
        /// The client stopped reading or sending.
        case clientTimedOut = "client_timed_out"
        /// The upstream broke off after its head.
        case upstreamBroke = "upstream_broke"
        /// The drain deadline ended it.
        case drained = "drained"
    }
}

/// What the gate did with a request, as the access log names it.
package enum DecisionKind: String, Sendable, CaseIterable {
    /// It was sent to the app, whatever came back.
    case forward
    /// The gate answered by itself: preflight, redirect, own endpoint.
    case answer
    /// The gate refused.
    case refuse
}
