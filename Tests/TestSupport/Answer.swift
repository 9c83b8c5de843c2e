/// One answer, parsed strictly.
package struct Answer: Sendable {
    /// How the end of the body was told.
    package enum Framing: Sendable, Equatable {
        /// The answer cannot have a body.
        case none
        /// `Content-Length` told it.
        case length(Int)
        /// The body was chunked.
        case chunked
        /// The end of the connection told it.
        case close
    }

    /// `HTTP/1.1` or `HTTP/1.0`.
    package let version: String
    /// The status code.
    package let status: Int
    /// The reason phrase, which may be empty.
    package let reason: String
    /// The field lines in the order received.
    package let fields: [MessageField]
    /// How the end of the body was told.
    package let framing: Framing
    /// The body without its framing.
    package internal(set) var body: [UInt8] = []
    /// The trailer lines of a chunked body.
    package internal(set) var trailers: [MessageField] = []
    /// The 1xx answers that came before this one.
    package internal(set) var interim: [Answer] = []

    /// The first value of a field, or nil.
    package subscript(_ name: String) -> String? { fields.values(name).first }

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Whether the answer says that the connection ends after it.
    package var closes: Bool {
        fields.list("Connection", contains: "close")
            || version == "HTTP/1.0" && !fields.list("Connection", contains: "keep-alive")
    }

    /// The body read as JSON, or nil when it is none.
    package var json: JSONValue? { JSONValue(parsing: text) }

    /// The `code` of a problem document, or nil when the body is none.
    package var code: String? {
        guard self["Content-Type"] == "application/problem+json" else { return nil }
        return json?["code"]?.string
    }
}
