/// Checks the methods that routes and `cors` list.
enum MethodName {
    /// Throws unless the method is registered, in upper case, and one that the gate lets pass.
    static func check(_ text: String) throws(ScalarFlaw) {
        if refused.contains(text) {
            throw ScalarFlaw("`\(text)` is refused on every path", hint: "leave it out")
        }
        guard !registered.contains(text) else { return }
        let upper = text.uppercased()
        if registered.contains(upper) {
            throw ScalarFlaw("methods are case-sensitive", hint: "did you mean `\(upper)`?")
        }
        let near = NearestName.of(text, among: registered.map { $0.lowercased() })
        let hint = near.map { "did you mean `\($0.uppercased())`?" }
        throw ScalarFlaw("`\(Excerpt.of(text))` is not a method that is known", hint: hint)
    }

    private static let refused: Set<String> = ["TRACE", "TRACK", "CONNECT"]
    /// The IANA registry without the refused ones; the usual ones first.
    private static let registered = [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY", "ACL", "BASELINE-CONTROL", "BIND",
        "CHECKIN", "CHECKOUT", "COPY", "LABEL", "LINK", "LOCK", "MERGE", "MKACTIVITY", "MKCALENDAR", "MKCOL",
        "MKREDIRECTREF", "MKWORKSPACE", "MOVE", "ORDERPATCH", "PROPFIND", "PROPPATCH", "REBIND", "REPORT", "SEARCH",
        "UNBIND", "UNCHECKOUT", "UNLINK", "UNLOCK", "UPDATE", "UPDATEREDIRECTREF", "VERSION-CONTROL",
    ]
}
