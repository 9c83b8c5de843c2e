/// The accounts service as the gate sees it.
package protocol AccountsPort: Sendable {
    /// Serves a call; `content` is the whole body, at most `AccountsEndpoint.bodyLimit` bytes.
    ///
    /// Never throws: what goes wrong is a reply. Called off the loops, any number at one time; slow work waits in bounded queues and
    /// is refused when they are full.
    func serve(_ call: AccountsCall, content: [UInt8]) async -> AccountsReply
}
