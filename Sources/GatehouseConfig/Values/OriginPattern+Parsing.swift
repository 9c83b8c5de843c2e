extension OriginPattern {
    /// Reads an origin as browsers send it, or one whose first label is `*`.
    init(_ text: String) throws(ScalarFlaw) {
        guard text != "null" else {
            throw ScalarFlaw("`null` is sent by sandboxed pages of any site and is refused")
        }
        guard text.unicodeScalars.allSatisfy({ $0.isASCII }) else {
            throw ScalarFlaw("`\(Excerpt.of(text))` is not ASCII", hint: "write the host in its xn-- form")
        }
        let stars = text.filter { $0 == "*" }.count
        guard stars > 0 else {
            self = .exact(try Self.checkedOrigin(text))
            return
        }
        guard stars == 1, let range = text.firstRange(of: "://*.") else {
            throw ScalarFlaw(
                "`\(Excerpt.of(text))`: `*` stands for the whole first label",
                hint: "write it like `https://*.example.com`"
            )
        }
        let prefix = text[..<range.lowerBound] + "://"
        // The check of an origin wants a label where the star is.
        let whole = try Self.checkedOrigin(prefix + "a." + text[range.upperBound...])
        let suffix = whole.dropFirst(prefix.count + 1)
        let host = suffix.dropFirst().prefix { $0 != ":" }
        guard host.contains(".") else {
            throw ScalarFlaw(
                "`\(Excerpt.of(text))` lets in every site below `\(host)`",
                hint: "two labels at least must follow the star"
            )
        }
        guard !host.allSatisfy({ $0.isNumber || $0 == "." }) else {
            throw ScalarFlaw("`\(Excerpt.of(text))`: an address has no labels")
        }
        self = .oneLabel(prefix: String(prefix), suffix: String(suffix))
    }

    /// Browsers send lower case, no default port and no slash (RFC 6454 section 6.2); nothing else can match.
    private static func checkedOrigin(_ text: String) throws(ScalarFlaw) -> String {
        let origin: WebOrigin
        do {
            origin = try WebOrigin(text, schemes: ["https", "http"], allowsSlash: false)
        } catch {
            let hint = text.hasSuffix("/") ? "an origin has no slash at its end" : error.hint
            throw ScalarFlaw(error.message, hint: hint)
        }
        let isDefault = origin.port == (origin.scheme == "https" ? 443 : 80)
        let spelled = isDefault ? String(origin.text.dropLast(portLength(origin))) : origin.text
        guard spelled == text else {
            throw ScalarFlaw("browsers never send `\(Excerpt.of(text))`", hint: "did you mean `\(spelled)`?")
        }
        return text
    }

    private static func portLength(_ origin: WebOrigin) -> Int {
        origin.port.map { String($0).count + 1 } ?? 0
    }
}
