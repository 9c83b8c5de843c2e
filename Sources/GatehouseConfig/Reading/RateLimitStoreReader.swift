internal import GatehouseCrypto

/// Reads `rate_limits.store` and the keys that belong to it.
struct RateLimitStoreReader {
    let context: ReadingContext
    let mode: Settings.Mode
    private var diagnostics: DiagnosticCollector { context.diagnostics }

    init(context: ReadingContext, mode: Settings.Mode) {
        self.context = context
        self.mode = mode
    }

    /// The store, or nothing with each flaw said.
    func store(_ section: ResolvedSection) -> RateLimitSettings.Store? {
        let written = writtenTarget(section)
        let isOverridden = section.position != nil && !context.environment["REDIS_URL", default: ""].isEmpty
        let target = isOverridden ? variableTarget(section) : written
        let password = secret(section, "store_password")
        let sentinelPassword = secret(section, "sentinel_password")
        let tls = tls(section)
        guard let target else { return nil }
        warnAboutNoEffect(section, target)
        guard case .redis(let url) = target else { return .memory }
        return .redis(
            RedisSettings(
                layout: url.layout,
                isSecure: url.isSecure,
                user: url.user,
                password: url.password ?? password,
                sentinelPassword: url.hasSentinels ? sentinelPassword : nil,
                authorityPath: url.isSecure ? tls.authorityPath : nil,
                certificatePath: url.isSecure ? tls.pair?.certificatePath : nil,
                privateKeyPath: url.isSecure ? tls.pair?.privateKeyPath : nil
            )
        )
    }

    private enum Target {
        case memory
        case redis(RedisURL)
    }

    /// What the file says, checked even where a variable overrides it.
    private func writtenTarget(_ section: ResolvedSection) -> Target? {
        guard let text = section.text("store") else { return nil }
        let origin = section["store"]?.origin ?? .builtIn
        let place = section.place(of: "store")
        guard text != "memory" else {
            section.fill("store", .text(text), origin: origin)
            return .memory
        }
        do {
            let url = try RedisURL(text)
            section.fill("store", .text(url.masked), origin: origin)
            if url.password != nil {
                checkLiteral(section, at: place)
            }
            return .redis(url)
        } catch {
            let nearest = NearestName.of(text, among: ["memory"]).map { "did you mean `\($0)`?" }
            diagnostics.error("store: \(error.message)", at: place, hint: nearest ?? error.hint)
            return nil
        }
    }

    private func variableTarget(_ section: ResolvedSection) -> Target? {
        do {
            let url = try RedisURL(context.environment["REDIS_URL", default: ""])
            section.fill("store", .text(url.masked), origin: .environment("REDIS_URL"))
            return .redis(url)
        } catch {
            diagnostics.error("REDIS_URL: \(error.message)", at: nil, hint: error.hint)
            return nil
        }
    }

    /// A password in the URL of the file is a literal secret like any other, and the only one.
    private func checkLiteral(_ section: ResolvedSection, at place: Position?) {
        if let other = ["store_password_file", "store_password"].first(where: section.isWritten) {
            diagnostics.error(
                "a password comes from one place, not the URL of `store` and `\(other)`",
                at: section.writtenKeys[other]
            )
        }
        guard mode == .development else {
            diagnostics.error(
                "store: a password in the URL is refused in production (GH-D008)",
                at: place,
                hint: "put it into a file and name that: `store_password_file: PATH`, or set REDIS_URL"
            )
            return
        }
        diagnostics.warning("store: a password stands in the URL; production refuses that", at: place)
    }

    private func secret(_ section: ResolvedSection, _ key: String) -> Secret? {
        let fileKey = "\(key)_file"
        if section.isWritten(key), section.isWritten(fileKey) {
            diagnostics.error(
                "a password comes from one place, not `\(fileKey)` and `\(key)`",
                at: section.writtenKeys[key]
            )
            return nil
        }
        let isFile = section.isWritten(fileKey)
        let read =
            isFile
            ? context.secretFile(section, key, mode) : context.literalSecret(section, key, mode)
        guard let bytes = read else { return nil }
        guard !bytes.isEmpty else {
            diagnostics.error("\(fileKey): the file is empty", at: section.place(of: fileKey))
            return nil
        }
        return Secret(bytes)
    }

    private func tls(_ section: ResolvedSection) -> (authorityPath: String?, pair: CertificatePair?) {
        guard let tls = section.section("tls") else { return (nil, nil) }
        let loader = CertificateLoader(context: context, mode: mode)
        let hasAuthority = tls.isWritten("ca") && loader.isAuthorityFile(tls, "ca")
        return (hasAuthority ? tls.text("ca") : nil, loader.optionalPair(tls))
    }

    private func warnAboutNoEffect(_ section: ResolvedSection, _ target: Target) {
        var reasons: [String: String] = [:]
        switch target {
        case .memory:
            for key in Self.keysOfRedis {
                reasons[key] = "while counts are kept in memory"
            }
        case .redis(let url):
            if !url.isSecure {
                reasons["tls"] = "without a `rediss` URL"
            }
            if !url.hasSentinels {
                for key in Self.keysOfRedis where key.hasPrefix("sentinel") {
                    reasons[key] = "without sentinels"
                }
            }
        }
        for key in Self.keysOfRedis where section.isWritten(key) {
            guard let reason = reasons[key] else { continue }
            diagnostics.warning("`\(key)` has no effect \(reason)", at: section.writtenKeys[key])
        }
    }

    private static let keysOfRedis = [
        "store_password_file", "store_password", "sentinel_password_file", "sentinel_password", "tls",
    ]
}

extension RedisURL {
    /// Whether it names sentinels.
    fileprivate var hasSentinels: Bool {
        if case .sentinel = layout { true } else { false }
    }
}
