package import GatehouseCore

/// The access log of one event loop: renders lines into a buffer and hands full buffers to the writer.
///
/// Loop-confined: created and used on one loop, never shared. Rendering a line copies prepared pieces and escapes what
/// a client sent; it makes no allocation once the buffer has its size. Lines reach the file when 32 KiB are full or
/// when the loop calls `flushIfDue(_:)`, and are dropped and counted by the writer when the file cannot take them.
package final class AccessLogBuffer {
    /// The number of bytes at which a batch is handed over.
    package static let batchSize = 32 * 1024

    private let writer: AccessLogWriter
    private var page = Page()

    /// Makes the buffer of a loop.
    package init(writer: AccessLogWriter) {
        self.writer = writer
        self.page.text.bytes.reserveCapacity(AccessLogBuffer.capacity)
    }

    /// Appends the line of a request whose body has ended (CONTRACT "Access log").
    ///
    /// `head` is nil if none could be read; `client` is the text of the client's address, empty for a Unix socket.
    package func append(
        _ record: borrowing AccessRecord,
        head: RequestHead?,
        client: [UInt8],
        names: RecordNames,
        protocolName: ProtocolName,
        now: RecordTime
    ) {
        let around = AccessLogLine.Circumstances(
            head: head,
            headBytes: head?.bytes ?? [],
            client: client,
            names: names,
            protocolName: protocolName,
            now: now
        )
        if self.page.append(record, around) >= AccessLogBuffer.batchSize { self.flush() }
    }

    /// Hands over whatever there is; for the sweep of the loop, every 100 to 250 ms.
    package func flushIfDue(_ now: RecordTime) {
        self.flush()
    }

    /// Hands over whatever there is; before the loop ends.
    package func flush() {
        guard self.page.lines > 0 else { return }
        self.writer.submit(&self.page.text.bytes, lines: self.page.lines)
        self.page.lines = 0
    }

    /// Room for a batch and the longest line that may come on top of it, so that a buffer never grows.
    static let capacity = batchSize + 16 * 1024

    /// The lines of a batch; one value, so that a line takes one exclusive access to the buffer.
    private struct Page {
        var text = JSONText()
        var timestamp = TimestampText()
        var lines = 0

        /// Adds a line and returns the size of the batch.
        mutating func append(_ record: borrowing AccessRecord, _ around: AccessLogLine.Circumstances) -> Int {
            self.timestamp.update(wallMilliseconds: around.now.wallMilliseconds)
            AccessLogLine.render(record, into: &self.text, timestamp: self.timestamp.bytes, around)
            self.lines &+= 1
            return self.text.bytes.count
        }
    }
}

/// The protocol that carried a request, as records name it.
package enum ProtocolName: String, Sendable, CaseIterable {
    /// HTTP/1.1 and HTTP/1.0 alike.
    case http1 = "HTTP/1.1"
    /// HTTP/2.
    case http2 = "HTTP/2"
}
