/// The text that says where accounts are kept.
enum DatabaseURL {
    /// Reads `sqlite:PATH`; the path may start at the file's folder.
    ///
    /// No flaw quotes a part of the text, for another kind of URL may hold a password.
    static func path(_ text: String) throws(ScalarFlaw) -> String {
        let scheme = text.prefix { $0 != ":" }.lowercased()
        if scheme == "postgresql" || scheme == "postgres", text.contains(":") {
            throw ScalarFlaw("`\(scheme):` \(ReadingContext.notSupported)", quotesScalar: false)
        }
        guard text.hasPrefix("sqlite:") else {
            throw ScalarFlaw("it does not begin with `sqlite:`", hint: form, quotesScalar: false)
        }
        let path = String(text.dropFirst(7))
        guard !path.isEmpty, !path.hasPrefix("//"), path != ":memory:", !path.contains("?"), !path.utf8.contains(0)
        else {
            throw ScalarFlaw("`sqlite:` needs the path of a file behind it", hint: form, quotesScalar: false)
        }
        return path
    }

    private static let form = "write it like `sqlite:/var/lib/gatehouse/accounts.db`"
}
