/// Turns the checked tree of a file into settings, part by part, saying every flaw.
struct SettingsAssembly {
    let context: ReadingContext
    let root: ResolvedSection
    private let mode: Settings.Mode

    init(context: ReadingContext, root: ResolvedSection) {
        self.context = context
        self.root = root
        // A mode that cannot be read is judged as production, the stricter one.
        mode = root.text("mode").flatMap(Settings.Mode.init) ?? .production
    }

    /// The settings, or nothing with at least one error said.
    func settings() -> Settings? {
        let listenerReader = ListenerReader(context: context, mode: mode)
        let listeners = listenerReader.listeners(root.sections("listeners") ?? [])
        let admin = listenerReader.admin(root.section("admin"), beside: listeners)
        let trusted = trustedProxies()
        let limits = root.section("limits").flatMap(limits)
        let upstreamSections = root.sections("upstreams") ?? []
        let upstreams = UpstreamReader(context: context, mode: mode).upstreams(upstreamSections)
        let embedded = EmbeddedIssuer(root)
        let tokenReader = TokenReader(context: context, mode: mode, embedded: embedded)
        let tokens = root.section("tokens").flatMap(tokenReader.tokens)
        let crossOrigin = CrossOriginReader(context: context, mode: mode).crossOrigin(root.section("cors"))
        let headerReader = SecurityHeaderReader(context: context)
        let headers = root.section("security_headers").map(headerReader.layer) ?? .init(preset: nil, values: [:])
        headerReader.fill(root.section("security_headers"), with: headerReader.settings(headers))
        let rateLimits = rateLimits(hasAccounts: embedded != nil)
        let routes = RouteReader(
            context: context,
            baseHeaders: headers,
            upstreams: upstreamSections.compactMap { $0.text("name") },
            policies: (root.section("rate_limits")?.sections("policies") ?? []).compactMap { $0.text("name") },
            hasIssuer: embedded != nil || root.section("tokens")?.list("issuers")?.isEmpty == false
        ).routes(root.sections("routes") ?? [])
        let accounts = AccountsReader(context: context, mode: mode)
            .accounts(root.section("accounts"), issuerName: embedded?.name ?? "accounts")
        let audit = AuditReader(context: context).audit(root.section("audit"))
        let accessLog = AccessLogReader(context: context).accessLog(root)
        warnAboutEmptiness(routes: routes)
        guard let proof = context.diagnostics.proof(), let limits, let tokens, let rateLimits,
            let version = root.integer("version"), let workers, let accessLog,
            // A section that could not be read must not look like one that nobody wrote.
            accounts != nil || !root.isWritten("accounts"), audit != nil || !root.isWritten("audit")
        else { return nil }
        return Settings(
            proof,
            origin: (context.source.file, context.folder),
            general: (version, mode, workers),
            edge: (listeners, admin, trusted),
            limits: limits,
            upstreams: upstreams,
            tokens: tokens,
            policies: (crossOrigin, rateLimits, headerReader.settings(headers)),
            routes: routes,
            services: (accounts, audit),
            accessLog: accessLog
        )
    }

    private var workers: Settings.Workers? {
        if let count = root.integer("workers") {
            return .count(count)
        }
        return root["workers"]?.isWord("auto") == true ? .automatic : nil
    }

    private func rateLimits(hasAccounts: Bool) -> RateLimitSettings? {
        guard let section = root.section("rate_limits") else { return nil }
        let reader = RateLimitReader(context: context, mode: mode)
        if hasAccounts {
            reader.warnAboutLogin(section, accounts: root.writtenKeys["accounts"])
        }
        return reader.rateLimits(section)
    }

    private func trustedProxies() -> [AddressRange] {
        (root.texts("trusted_proxies") ?? []).compactMap { text, place in
            do throws(ScalarFlaw) {
                return try AddressRange(text)
            } catch {
                context.diagnostics.error("trusted_proxies: \(error.message)", at: place, hint: error.hint)
                return nil
            }
        }
    }

    private func limits(_ section: ResolvedSection) -> LimitSettings? {
        guard let requestHead = section.size("request_head"), let headerCount = section.integer("header_count"),
            let requestBody = section.size("request_body"), let connections = section.integer("connections"),
            let headerTimeout = section.duration("header_timeout"),
            let bodyIdleTimeout = section.duration("body_idle_timeout"),
            let keepAliveTimeout = section.duration("keep_alive_timeout"),
            let drainDelay = section.duration("drain_delay"), let drainTimeout = section.duration("drain_timeout")
        else { return nil }
        return LimitSettings(
            requestHead: requestHead,
            headerCount: headerCount,
            requestBody: requestBody,
            connections: connections,
            headerTimeout: headerTimeout,
            bodyIdleTimeout: bodyIdleTimeout,
            keepAliveTimeout: keepAliveTimeout,
            drainDelay: drainDelay,
            drainTimeout: drainTimeout
        )
    }

    private func warnAboutEmptiness(routes: [RouteSettings]) {
        if !root.isWritten("routes") || (root.list("routes")?.isEmpty == true) {
            context.diagnostics.warning(
                "there are no routes: every request is answered 404",
                at: root.writtenKeys["routes"]
            )
        }
    }
}
