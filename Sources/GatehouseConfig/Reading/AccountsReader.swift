/// Reads `accounts`.
struct AccountsReader {
    let context: ReadingContext
    let mode: Settings.Mode
    private var diagnostics: DiagnosticCollector { context.diagnostics }

    init(context: ReadingContext, mode: Settings.Mode) {
        self.context = context
        self.mode = mode
    }

    /// The section, or nothing if it is not there or with each flaw said; `issuerName` is what logs call its issuer.
    func accounts(_ section: ResolvedSection?, issuerName: String) -> AccountsSettings? {
        guard let section else { return nil }
        let database = database(section)
        let issuer = issuer(section)
        let audience = section.texts("audience")?.map(\.text) ?? []
        let signing = section.section("signing").flatMap(signing)
        let scopes = scopes(section)
        let passwords = section.section("passwords").flatMap(passwords)
        checkEmail(section.section("email"))
        guard let database, let issuer, !audience.isEmpty, let signing, let scopes, let passwords,
            let accessTokenLifetime = section.duration("access_token_lifetime"),
            let refreshTokenLifetime = section.duration("refresh_token_lifetime")
        else { return nil }
        return AccountsSettings(
            database: database,
            issuer: issuer,
            audience: audience,
            issuerName: issuerName,
            signing: signing,
            accessTokenLifetime: accessTokenLifetime,
            refreshTokenLifetime: refreshTokenLifetime,
            scopes: scopes,
            passwords: passwords
        )
    }

    private func database(_ section: ResolvedSection) -> AccountsSettings.Database? {
        let written = section.text("database").flatMap { text in
            database(section, text, "database", at: section.place(of: "database"))
        }
        guard let variable = context.environment["DATABASE_URL"], !variable.isEmpty else { return written }
        return database(section, variable, "DATABASE_URL", at: nil)
    }

    private func database(
        _ section: ResolvedSection,
        _ text: String,
        _ key: String,
        at place: Position?
    ) -> AccountsSettings.Database? {
        do {
            let path = context.absolute(try DatabaseURL.path(text))
            let fromFile = section["database"]?.origin ?? .builtIn
            let origin = key == "database" ? fromFile : ValueOrigin.environment(key)
            section.fill("database", .text("sqlite:\(path)"), origin: origin)
            return context.canHold(path, key, at: place) ? .sqlite(path: path) : nil
        } catch {
            diagnostics.error("\(key): \(error.message)", at: place, hint: error.hint)
            return nil
        }
    }

    private func issuer(_ section: ResolvedSection) -> String? {
        guard let text = section.text("issuer") else { return nil }
        do {
            try TokenIssuerURL.check(text, allowsPlain: mode == .development)
            return text
        } catch {
            diagnostics.error("issuer: \(error.message)", at: section.place(of: "issuer"), hint: error.hint)
            return nil
        }
    }

    private func signing(_ section: ResolvedSection) -> SigningSettings? {
        guard let written = section.text("keys"), let rotateEvery = section.duration("rotate_every"),
            let activateAfter = section.duration("activate_after")
        else { return nil }
        var path = written[...]
        while path.count > 1, path.hasSuffix("/") {
            path = path.dropLast()
        }
        guard context.canBeFolder(String(path), "keys", at: section.place(of: "keys"), mode) else { return nil }
        return SigningSettings(keysPath: String(path), rotateEvery: rotateEvery, activateAfter: activateAfter)
    }

    /// The scopes of each role, none without the key; nothing after an error.
    private func scopes(_ section: ResolvedSection) -> [(role: String, scopes: [String])]? {
        guard section.isWritten("scopes") else { return [] }
        return section.map("scopes")?.map { pair in
            var scopes: [String] = []
            if case .list(let items) = pair.value.content {
                for item in items {
                    guard case .text(let text) = item.content, !scopes.contains(text) else { continue }
                    ScopeName.check(text, "scopes", at: item.position, diagnostics)
                    scopes.append(text)
                }
            }
            return (pair.key, scopes)
        }
    }

    private func passwords(_ section: ResolvedSection) -> PasswordSettings? {
        guard let minimumLength = section.integer("minimum_length"),
            let minimumStrength = section.integer("minimum_strength"),
            let argon2 = section.section("argon2").flatMap(argon2), let concurrency = section.integer("concurrency"),
            let queue = section.integer("queue")
        else { return nil }
        return PasswordSettings(
            minimumLength: minimumLength,
            minimumStrength: minimumStrength,
            argon2: argon2,
            concurrency: concurrency,
            queue: queue
        )
    }

    private func argon2(_ section: ResolvedSection) -> Argon2Settings? {
        guard let memory = section.size("memory"), let iterations = section.integer("iterations"),
            let parallelism = section.integer("parallelism")
        else { return nil }
        // RFC 9106 section 3.1: at least 8 KiB for each lane.
        guard memory >> 10 >= 8 * parallelism else {
            diagnostics.error(
                "memory: \(parallelism) lanes need at least \(8 * parallelism)KiB",
                at: section.place(of: "memory")
            )
            return nil
        }
        return Argon2Settings(memoryKiB: memory >> 10, iterations: iterations, parallelism: parallelism)
    }

    private func checkEmail(_ section: ResolvedSection?) {
        guard let section, section.boolean("verification") == true else { return }
        diagnostics.error(
            "verification: on: \(ReadingContext.notSupported)",
            at: section.place(of: "verification")
        )
    }
}
