/// Reads `listeners` and `admin`.
struct ListenerReader {
    let context: ReadingContext
    let mode: Settings.Mode
    private var diagnostics: DiagnosticCollector { context.diagnostics }

    init(context: ReadingContext, mode: Settings.Mode) {
        self.context = context
        self.mode = mode
    }

    /// The listeners that are good; each flaw is said.
    func listeners(_ sections: [ResolvedSection]) -> [ListenerSettings] {
        var places: [ListenAddress: Position?] = [:]
        return sections.compactMap { section in
            let address = address(section, taken: &places)
            let service = service(section)
            if section.boolean("proxy_protocol") == true {
                diagnostics.error(
                    "proxy_protocol: true: \(ReadingContext.notSupported)",
                    at: section.place(of: "proxy_protocol")
                )
            }
            guard let address, let service else { return nil }
            let protocols = section.texts("protocols")?.compactMap { ListenerSettings.WireProtocol(rawValue: $0.text) }
            return ListenerSettings(address: address, protocols: protocols ?? [.http1], service: service)
        }
    }

    /// The admin listener, on an address that no other listener has.
    func admin(_ section: ResolvedSection?, beside listeners: [ListenerSettings]) -> AdminSettings? {
        guard let section else { return nil }
        var places: [ListenAddress: Position?] = [:]
        guard let address = address(section, taken: &places) else { return nil }
        if address.port != 0, listeners.contains(where: { $0.address == address }) {
            diagnostics.error("`\(address.text)` is a listener's address too", at: section.place(of: "address"))
        }
        return AdminSettings(address: address)
    }

    private func address(_ section: ResolvedSection, taken: inout [ListenAddress: Position?]) -> ListenAddress? {
        guard let text = section.text("address") else { return nil }
        let place = section.place(of: "address")
        do {
            let address = try ListenAddress(text)
            if address.port != 0, let earlier = taken.updateValue(place, forKey: address) {
                let first = earlier.map { "; first at \($0.line):\($0.column)" } ?? ""
                diagnostics.error("`\(address.text)` is listened on twice\(first)", at: place)
            }
            return address
        } catch {
            diagnostics.error("address: \(error.message)", at: place, hint: error.hint)
            return nil
        }
    }

    private func service(_ section: ResolvedSection) -> ListenerSettings.Service? {
        if section.isWritten("redirect_to") {
            if section.isWritten("tls") {
                diagnostics.error("a listener with `redirect_to` has no `tls`", at: section.writtenKeys["tls"])
            }
            return redirect(section)
        }
        if section.isWritten("tls") {
            return section.section("tls").flatMap(tls).map { .tls($0) }
        }
        guard mode == .development else {
            diagnostics.error(
                "a listener without `tls` serves plain HTTP, which production refuses (GH-D002)",
                at: section.position,
                hint: "add `tls`, or `redirect_to: https://...`, or say `mode: development`"
            )
            return nil
        }
        diagnostics.warning("this listener serves plain HTTP", at: section.position)
        return .plain
    }

    private func redirect(_ section: ResolvedSection) -> ListenerSettings.Service? {
        guard let text = section.text("redirect_to") else { return nil }
        do {
            return .redirect(toOrigin: try WebOrigin(text, schemes: ["https"]).text)
        } catch {
            let place = section.place(of: "redirect_to")
            diagnostics.error("redirect_to: \(error.message)", at: place, hint: error.hint)
            return nil
        }
    }

    private func tls(_ section: ResolvedSection) -> ListenerTLSSettings? {
        let isSingle = section.isWritten("certificate") || section.isWritten("private_key")
        var pairs: [ResolvedSection] = []
        if section.isWritten("certificates") {
            if isSingle {
                diagnostics.error(
                    "`certificates` stands in place of `certificate` and `private_key`",
                    at: section.writtenKeys["certificates"]
                )
            }
            pairs = section.sections("certificates") ?? []
        } else if section.isWritten("certificate"), section.isWritten("private_key") {
            pairs = [section]
        } else {
            let missing = section.isWritten("certificate") ? "private_key" : "certificate"
            diagnostics.error("`\(missing)` is missing in `tls`", at: section.position)
        }
        let loader = CertificateLoader(context: context, mode: mode)
        let certificates = pairs.compactMap { loader.pair($0) }
        guard !certificates.isEmpty, certificates.count == pairs.count,
            let version = section.text("minimum_version").flatMap(ListenerTLSSettings.Version.init)
        else { return nil }
        return ListenerTLSSettings(certificates: certificates, minimumVersion: version)
    }
}
