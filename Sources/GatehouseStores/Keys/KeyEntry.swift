private import GatehouseCore
internal import GatehouseCrypto

/// One signing key in the list of the key folder.
package struct KeyEntry: Sendable, Equatable {
    /// The `kid`: the RFC 7638 thumbprint of the public half, and the name of its file.
    package let keyID: String
    /// What it is used for now.
    package let state: State
    /// When it was made, in whole seconds since 1970.
    package let createdAt: Int64
    /// When it began to sign, in whole seconds since 1970, or nil if it has not yet.
    package let activatedAt: Int64?
    /// When it is withdrawn, in whole seconds since 1970, or nil while nobody has said so.
    package let retiresAt: Int64?

    /// The states of a key, in the order in which it passes them.
    package enum State: String, Sendable, CaseIterable {
        /// It is published and does not sign yet.
        case next
        /// It signs.
        case active
        /// It no longer signs, and its tokens are still accepted.
        case retiring
        /// It is not published any more.
        case retired
    }

    /// Gathers the members.
    package init(keyID: String, state: State, createdAt: Int64, activatedAt: Int64?, retiresAt: Int64?) {
        self.keyID = keyID
        self.state = state
        self.createdAt = createdAt
        self.activatedAt = activatedAt
        self.retiresAt = retiresAt
    }

    /// Reads a list, which names exactly one active key and none twice.
    static func parse(_ text: Secret, name: String) throws(KeyFolderFault) -> [KeyEntry] {
        let object: JSONObject
        do throws(JSONFlaw) {
            object = try StrictJSON.parseObject(text.reveal { [UInt8](copying: $0) })
        } catch {
            throw KeyFolderFault(message: "\(name) is not strict JSON: \(error.message)")
        }
        guard object["version"] == 1, let items = object["keys"]?.array else {
            throw KeyFolderFault(message: "\(name) is not a list of keys of a version that is known")
        }
        let entries = items.compactMap { $0.object.flatMap(KeyEntry.init) }
        guard entries.count == items.count else {
            throw KeyFolderFault(message: "\(name) has an entry that is not a key")
        }
        guard Set(entries.map(\.keyID)).count == entries.count,
            entries.count(where: { $0.state == .active }) == 1
        else { throw KeyFolderFault(message: "\(name) names a key twice, or not exactly one active key") }
        return entries
    }

    /// Writes a list.
    static func document(_ entries: [KeyEntry]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { list in
            list.name("version")
            list.integer(1)
            list.name("keys")
            list.array { items in
                for entry in entries { entry.write(to: &items) }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    private init?(_ object: JSONObject) {
        // The name becomes part of a path, so nothing but the 43 characters of a thumbprint will do.
        guard let keyID = object["kid"]?.string, keyID.utf8.count == 43,
            Base64URL.decode(keyID.utf8Span.span) != nil,
            object["algorithm"] == "ES256",
            let state = object["state"]?.string.flatMap(State.init),
            let createdAt = object["created_at"]?.number?.integer
        else { return nil }
        self.init(
            keyID: keyID,
            state: state,
            createdAt: createdAt,
            activatedAt: object["activated_at"]?.number?.integer,
            retiresAt: object["retires_at"]?.number?.integer
        )
    }

    private func write(to writer: inout JSONWriter) {
        writer.object { object in
            for (name, text) in [("kid", self.keyID), ("algorithm", "ES256"), ("state", self.state.rawValue)] {
                object.name(name)
                object.string(text)
            }
            for (name, time) in [
                ("created_at", self.createdAt), ("activated_at", self.activatedAt), ("retires_at", self.retiresAt),
            ] {
                object.name(name)
                if let time { object.integer(time) } else { object.null() }
            }
        }
    }
}
