/// The other end of a client's connection, as the listener saw it.
///
/// Made once a connection; the texts are what goes into headers and records.
package struct Peer: Sendable {
    /// The peer's address without its port, as text; empty for a Unix socket.
    package let address: [UInt8]
    /// Whether the address is one of `trusted_proxies`, whose word about the request we take.
    package let isTrusted: Bool
    /// Whose quota a request takes from that comes from the peer itself.
    let quotaKey: QuotaKey

    /// Makes a peer.
    package init(address: [UInt8], isTrusted: Bool) {
        self.address = address
        self.isTrusted = isTrusted
        self.quotaKey = QuotaKey(addressText: address)
    }
}

/// An answer that the gate makes by itself.
package struct LocalAnswer: Sendable {
    /// The status code.
    package let status: Int
    /// Lines of its own: `Content-Type`, `WWW-Authenticate`, `Allow`, `Retry-After`, `Location`.
    package let lines: FieldLines
    /// The content, empty for none.
    package let content: [UInt8]
    /// Whether the connection must not be used again, because where the next request begins is uncertain.
    package let closesConnection: Bool

    /// Makes an answer.
    package init(status: Int, lines: FieldLines = FieldLines(), content: [UInt8] = [], closesConnection: Bool = false) {
        self.status = status
        self.lines = lines
        self.content = content
        self.closesConnection = closesConnection
    }
}
