internal import GatehouseCore
internal import NIOCore

/// The client's side of one exchange, as its codec offers it.
///
/// Calls only note what is to be sent; the codec writes once a turn of the loop. Calls on a stream that is gone are ignored. All of
/// it is confined to one event loop. See `docs/decisions/0001-codec-neutral-exchange.md`.
protocol ClientStream: AnyObject {
    /// Sends `100 Continue`: the request was admitted and its body is wanted.
    func sendContinue()
    /// Sends an interim answer of the app.
    func send(informational head: ResponseHead)
    /// Sends the head of the app's answer with our lines added; fields marked `dropped` stay behind.
    func send(_ head: ResponseHead, adding lines: FieldLines, ends: Bool)
    /// Sends an answer of our own, whole; `lines` are all of its lines, its own included.
    func send(_ answer: LocalAnswer, lines: FieldLines)
    /// Sends content of the answer; its receiver owns the bytes and says `clientConsumed` when they have left.
    func send(body: ByteBuffer)
    /// Sends trailers; `end` follows.
    func send(trailers: FieldSection)
    /// Ends the answer.
    func end()
    /// Cuts the answer short, so that the client can tell that it is broken.
    func abort()
    /// Gives credit for so many bytes of the request's content.
    func consumed(_ bytes: Int)
    /// The exchange is over: both directions have ended, or the rest of the request is of no interest.
    func exchangeEnded(requestIsComplete: Bool)
}

/// The app's side of one exchange, as the upstream's codec offers it; the same rules as for `ClientStream` hold.
protocol AppStream: AnyObject {
    /// Sends content of the request; its receiver owns the bytes and says `appConsumed` when they have left.
    func send(body: ByteBuffer)
    /// Ends the request.
    func end()
    /// Gives the stream up: the app's request ends, and what it would still answer is of no interest.
    func abort()
    /// Gives credit for so many bytes of the answer's content.
    func consumed(_ bytes: Int)
}

/// Where exchanges get their streams to one upstream app from; one for each loop.
protocol Upstream: AnyObject {
    /// Opens a stream and sends the head on it; nothing but an `OutboundRequest` is accepted.
    ///
    /// Never fails at once: what goes wrong is reported by `appFailed`, in a later call. With `fresh` no connection is used that
    /// carried a request before.
    func open(_ request: OutboundRequest, for exchange: Exchange, fresh: Bool) -> any AppStream
}

/// How an app failed an exchange.
struct AppFailure {
    /// What happened.
    let fault: UpstreamFault
    /// Whether the app cannot have seen the request as far as anyone can tell: a connection that was kept alive went away without
    /// a byte of an answer.
    let isStaleConnection: Bool
}

/// Why the client's side ended an exchange before its time.
enum ClientFailure {
    /// The client went away.
    case closed
    /// The request's body cannot be read on.
    case refused(Refusal)
}
