/// One request as an upstream received it.
package struct ReceivedRequest: Sendable {
    /// The method.
    package let method: String
    /// The request target, byte for byte.
    package let target: String
    /// The protocol version.
    package let version: String
    /// The field lines in the order received.
    package let fields: [MessageField]
    /// The body without its framing.
    package internal(set) var body: [UInt8] = []
    /// The trailer lines of a chunked body.
    package internal(set) var trailers: [MessageField] = []

    /// The first value of a field, or nil.
    package subscript(_ name: String) -> String? { fields.values(name).first }
}
