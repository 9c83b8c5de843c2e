package import GatehouseCrypto

private import GatehouseCore

/// The public half of a P-256 key as it stands in the JWK Set (RFC 7517, RFC 7518 section 6.2).
package struct PublishedKey: Sendable {
    /// The `kid`: the thumbprint of RFC 7638 with SHA-256, in base64url.
    package let keyID: String
    private let x: String
    private let y: String

    /// Takes the coordinates out of a key.
    ///
    /// - Throws: `unsupportedKey` for any other kind of key.
    package init(_ key: VerificationKey) throws(KeyFlaw) {
        guard key.kind == .ellipticCurve(.p256), let pem = key.publicPEM else { throw .unsupportedKey }
        // SubjectPublicKeyInfo of a P-256 key always has 91 bytes (RFC 5480 section 2), of which the last 65 are the point: 4, x, y.
        let info = try PublishedKey.contents(pem: pem)
        guard info.count == 91, info[26] == 4 else { throw .malformed }
        self.x = Base64URL.string(Array(info[27..<59]))
        self.y = Base64URL.string(Array(info[59..<91]))
        // The order of the members and the lack of blanks are part of RFC 7638 section 3.
        let thumbprint = #"{"crv":"P-256","kty":"EC","x":"\#(self.x)","y":"\#(self.y)"}"#
        self.keyID = Base64URL.string(SHA256.digest(Array(thumbprint.utf8)))
    }

    static func document(_ keys: [PublishedKey]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { document in
            document.name("keys")
            document.array { list in
                for key in keys { key.write(to: &list) }
            }
        }
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        let members = [
            ("kty", "EC"), ("crv", "P-256"), ("x", self.x), ("y", self.y),
            ("use", "sig"), ("alg", "ES256"), ("kid", self.keyID),
        ]
        writer.object { object in
            for (name, value) in members {
                object.name(name)
                object.string(value)
            }
        }
    }

    /// The bytes that a PEM text armours; it is libcrypto's own and not a stranger's.
    private static func contents(pem: [UInt8]) throws(KeyFlaw) -> [UInt8] {
        let lines = pem.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "-") }
        let text: [UInt8] = lines.joined().compactMap { byte in
            switch byte {
            case UInt8(ascii: "+"): UInt8(ascii: "-")
            case UInt8(ascii: "/"): UInt8(ascii: "_")
            case UInt8(ascii: "="): nil
            default: byte
            }
        }
        guard let bytes = Base64URL.decode(text.span) else { throw .malformed }
        return bytes
    }
}
