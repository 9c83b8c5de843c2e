/// The head of an answer from the upstream app, independent of the protocol that carried it.
///
/// Filled by the upstream codec under the same rules as `RequestHead`; not `Sendable`, used again for the next answer.
package final class ResponseHead {
    /// The bytes of the head as received.
    package var bytes: [UInt8] = []
    /// The field lines in the order received.
    package var fields: [Field] = []
    /// The names that occur, dropped ones included.
    package var present = FieldNameSet()
    /// The status code, 100 to 999.
    package var status = 0
    /// The reason phrase of HTTP/1, possibly empty.
    package var reason = 0..<0
    /// How long the body is, `HEAD`, 204 and 304 already considered.
    package var body = BodyLength.none
    /// The `Content-Length` that goes on although no body follows: an answer to `HEAD`, or a 304.
    package var announcedLength: Int?

    /// Makes an empty head.
    package init() {}

    /// Empties the head and keeps its storage.
    package func reset() {
        self.bytes.removeAll(keepingCapacity: true)
        self.fields.removeAll(keepingCapacity: true)
        self.present.removeAll()
        self.status = 0
        self.reason = 0..<0
        self.body = .none
        self.announcedLength = nil
    }
}
