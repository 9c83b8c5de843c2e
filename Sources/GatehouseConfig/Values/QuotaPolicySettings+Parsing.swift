extension QuotaPolicySettings.Subject {
    /// Reads `caller`, `address`, `claim:NAME` or `header:NAME`.
    init(_ text: String) throws(ScalarFlaw) {
        switch text {
        case "caller":
            self = .caller
        case "address":
            self = .address
        case _ where text.hasPrefix("claim:") && text.utf8.count > 6:
            self = .claim(String(text.dropFirst(6)))
        case _ where text.hasPrefix("header:"):
            let name = String(text.dropFirst(7))
            guard FieldToken.isValid(name) else {
                throw ScalarFlaw("`\(Excerpt.of(name))` is not a header name")
            }
            self = .header(name)
        default:
            let nearest = NearestName.of(text, among: ["caller", "address"]).map { "did you mean `\($0)`?" }
            throw ScalarFlaw(
                "`\(Excerpt.of(text))` is not `caller`, `address`, `claim:NAME` or `header:NAME`",
                hint: nearest
            )
        }
    }
}

extension QuotaLimitSettings {
    /// How many requests a limit may allow.
    static let requestRange = 1...1_000_000_000

    /// Reads `60/1m`.
    init(_ text: String) throws(ScalarFlaw) {
        guard let slash = text.firstIndex(of: "/") else {
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a quota", hint: "write it like `60/1m`")
        }
        let behind = String(text[text.index(after: slash)...])
        let requests = try ScalarParsing.integer(String(text[..<slash]), within: Self.requestRange)
        let per = try ScalarParsing.duration(behind, within: ConfigurationSchema.tick...ConfigurationSchema.day)
        self.init(requests: requests, per: per)
    }
}
