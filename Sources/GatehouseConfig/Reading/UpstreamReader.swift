/// Reads `upstreams`.
struct UpstreamReader {
    let context: ReadingContext
    let mode: Settings.Mode

    /// The upstreams that are good; each flaw is said.
    func upstreams(_ sections: [ResolvedSection]) -> [UpstreamSettings] {
        var names = UniqueNames(what: "upstream", diagnostics: context.diagnostics)
        return sections.compactMap { section in
            let name = section.text("name")
            if let name {
                names.add(name, at: section.place(of: "name"))
            }
            let target = readTarget(section)
            let tls = target.flatMap { readTLS(section, $0) }
            guard let name, let target, let connect = section.duration("connect_timeout"),
                let response = section.duration("response_timeout"), let idle = section.duration("idle_timeout"),
                let retries = section.integer("retries")
            else { return nil }
            return UpstreamSettings(
                name: name,
                target: target,
                connectTimeout: connect,
                responseTimeout: response,
                idleTimeout: idle,
                retries: retries,
                tls: tls
            )
        }
    }

    private func readTarget(_ section: ResolvedSection) -> UpstreamSettings.Target? {
        guard let targets = section.texts("targets"), let first = targets.first else { return nil }
        if targets.count > 1 {
            context.diagnostics.error("several targets: \(ReadingContext.notSupported)", at: targets[1].position)
        }
        do {
            return try target(first.text)
        } catch {
            context.diagnostics.error("targets: \(error.message)", at: first.position, hint: error.hint)
            return nil
        }
    }

    private func target(_ text: String) throws(ScalarFlaw) -> UpstreamSettings.Target {
        if text.hasPrefix("h2c:") {
            throw ScalarFlaw("`h2c:` \(ReadingContext.notSupported)")
        }
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            guard !path.isEmpty, !path.hasPrefix("//") else {
                throw ScalarFlaw("`\(Excerpt.of(text))` names no socket", hint: "write it like `unix:/run/app.sock`")
            }
            let absolute = context.absolute(String(path))
            // The address of a Unix socket has room for 107 bytes and a NUL.
            guard absolute.utf8.count <= 107 else {
                throw ScalarFlaw("the path of the socket is longer than 107 bytes")
            }
            return .unix(path: absolute)
        }
        guard text.contains("://") else {
            let hint = "write it like `http://127.0.0.1:3000`, `https://host` or `unix:/path`"
            throw ScalarFlaw("`\(Excerpt.of(text))` is not a target", hint: hint)
        }
        let origin = try WebOrigin(text, schemes: ["http", "https"])
        return origin.scheme == "https"
            ? .https(host: origin.host, port: origin.port ?? 443)
            : .http(host: origin.host, port: origin.port ?? 80)
    }

    private func readTLS(_ section: ResolvedSection, _ target: UpstreamSettings.Target) -> UpstreamTLSSettings? {
        guard case .https(let host, _) = target else {
            if section.isWritten("tls") {
                context.diagnostics.warning(
                    "`tls` has no effect without an `https:` target",
                    at: section.writtenKeys["tls"],
                    hint: "write `https:` in `targets`, or remove it"
                )
            }
            return nil
        }
        guard let tls = section.section("tls") else {
            return UpstreamTLSSettings(authorityPath: nil, clientCertificate: nil, serverName: host)
        }
        let loader = CertificateLoader(context: context, mode: mode)
        let hasAuthority = tls.isWritten("ca") && loader.isAuthorityFile(tls, "ca")
        return UpstreamTLSSettings(
            authorityPath: hasAuthority ? tls.text("ca") : nil,
            clientCertificate: loader.optionalPair(tls),
            serverName: serverName(tls, host)
        )
    }

    private func serverName(_ tls: ResolvedSection, _ host: String) -> String {
        guard let name = tls.text("server_name") else {
            if !tls.isWritten("server_name") {
                tls.fill("server_name", .text(host))
            }
            return host
        }
        guard HostName.isValid(name[...]) || InternetAddress.bytes(of: name) != nil else {
            let message = "server_name: `\(Excerpt.of(name))` is not a host name"
            context.diagnostics.error(message, at: tls.place(of: "server_name"))
            return host
        }
        return name.lowercased()
    }
}
