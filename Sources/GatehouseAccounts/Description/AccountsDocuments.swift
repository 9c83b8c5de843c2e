private import GatehouseCore

/// What the service publishes about itself, rendered once.
struct AccountsDocuments: Sendable {
    /// The JWK Set (RFC 7517 section 5).
    let keySet: [UInt8]
    /// The authorization server's metadata (RFC 8414 section 2).
    let metadata: [UInt8]
    /// The OpenAPI document.
    let description: [UInt8]

    init(_ configuration: AccountsConfiguration, _ keys: AccountsKeys) {
        self.keySet = keys.document
        self.metadata = AccountsDocuments.metadata(configuration)
        self.description = AccountsDescription().document
    }

    /// Only what is true: there is no authorization endpoint and no grant of OAuth, so both lists are empty.
    ///
    /// A token endpoint of RFC 6749 takes forms; login and refresh take JSON, so none is named. The lists must be there, because
    /// without them readers assume that codes are granted.
    private static func metadata(_ configuration: AccountsConfiguration) -> [UInt8] {
        let origin = self.origin(of: configuration.issuer)
        var scopes: [String] = []
        for scope in Role.allCases.flatMap({ configuration.scopes[$0.rawValue] ?? [] }) where !scopes.contains(scope) {
            scopes.append(scope)
        }
        var writer = JSONWriter()
        writer.object { object in
            object.member("issuer", configuration.issuer)
            object.member("jwks_uri", origin + AccountsEndpoint.keySet.path)
            object.member("service_documentation", origin + AccountsEndpoint.description.path)
            for (name, values) in [
                ("scopes_supported", scopes), ("response_types_supported", []), ("grant_types_supported", []),
            ] {
                object.name(name)
                object.array { list in
                    for value in values { list.string(value) }
                }
            }
        }
        return writer.bytes
    }

    /// Scheme and authority of a URL: the service's paths begin at the root, also where the issuer has a path.
    static func origin(of url: String) -> String {
        let bytes = Array(url.utf8)
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return url }
        let authority = min(colon + 3, bytes.count)
        let end = bytes[authority...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        return String(decoding: bytes[..<end], as: UTF8.self)
    }
}
