/// What is known of the embedded accounts service before its section is read: its name and its `iss`.
struct EmbeddedIssuer {
    /// The name of the entry `accounts: true` in `tokens.issuers`, else `accounts`.
    let name: String
    /// Whether that entry is there.
    let isListed: Bool
    /// `accounts.issuer`, if it is there.
    let issuer: String?
    /// Its place.
    let place: Position?

    /// Nothing if the file has no `accounts`.
    init?(_ root: ResolvedSection) {
        guard root.isWritten("accounts") else { return nil }
        let listed = root.section("tokens")?.sections("issuers")?.first { $0.boolean("accounts") == true }
        name = listed?.text("name") ?? "accounts"
        isListed = listed != nil
        issuer = root.section("accounts")?.text("issuer")
        place = root.section("accounts")?.place(of: "issuer") ?? root.writtenKeys["accounts"]
    }
}
