/// The text of a `proxy.conf`, built from parts that a test changes one at a time.
///
/// Values are YAML as the file's reader takes it; nothing is checked here, for a test may want it wrong.
package struct ProxyConfiguration: Sendable {
    /// One entry of `listeners:`, without its address.
    package enum Listener: Sendable {
        /// Plain HTTP.
        case plain
        /// TLS with a certificate and a key file.
        case tls(certificate: String, key: String)
        /// Plain HTTP that answers every request with a redirect to an origin.
        case redirect(to: String)
    }

    /// `mode:`.
    package var mode = "development"
    /// `workers:`.
    package var workers = 2
    /// The listeners, in order; each gets a free port.
    package var listeners: [Listener] = [.plain]
    /// Whether there is an admin listener.
    package var hasAdmin = true
    /// The entries of `limits:`, added to the short deadlines that every test uses.
    package var limits: [String: String] = [:]
    /// The target of the upstream named `app`.
    package var target: String
    /// Further keys of the upstream, as `key: value`.
    package var upstream: [String] = []
    /// Further lines of `tokens:`, as `key: value`.
    package var tokens: [String] = []
    /// The issuers, each a YAML flow mapping.
    package var issuers: [String] = []
    /// The routes, each a YAML flow mapping.
    package var routes = [
        "{ name: open, path: /open/**, access: public }",
        "{ name: closed, path: /closed/**, access: authenticated }",
    ]
    /// Whole sections put at the end.
    package var sections: [String] = []
    /// Whether refused tokens are counted as they are without a section for quotas.
    package var countsFailures = false
    /// The value of `access_log: file`; a file in the sidecar's folder unless said.
    package var accessLog: String?

    /// Makes the configuration of a sidecar in front of one target.
    package init(target: String) { self.target = target }

    /// Makes the configuration of a sidecar in front of a scripted upstream.
    package init(upstream: ScriptedUpstream) { self.init(target: "http://127.0.0.1:\(upstream.port)") }

    /// Adds an issuer whose tokens `signer` makes.
    package mutating func trust(_ signer: TokenSigner, name: String = "test") {
        issuers.append(
            """
            { name: \(name), issuer: "\(signer.issuer)", audience: [orders], algorithms: [\(signer.algorithm.rawValue)], \
            \(signer.keySetting) }
            """
        )
    }

    /// The text of the file.
    ///
    /// - Parameters:
    ///   - ports: one for each listener, then one for the admin listener.
    ///   - file: the file of the access log when the configuration names none.
    /// - Returns: the YAML.
    package func text(ports: [Int], accessLog file: String) -> String {
        var lines = ["version: 1", "mode: \(mode)", "workers: \(workers)", "listeners:"]
        for (listener, port) in zip(listeners, ports) { lines += Self.lines(of: listener, port: port) }
        if hasAdmin, let port = ports.last { lines += ["admin:", "  address: 127.0.0.1:\(port)"] }
        lines.append("limits:")
        lines += limits.merging(Self.shortDeadlines) { own, _ in own }.sorted { $0.key < $1.key }.map {
            "  \($0): \($1)"
        }
        lines += ["upstreams:", "  - name: app", "    targets: [\"\(target)\"]"] + upstream.map { "    " + $0 }
        if !issuers.isEmpty || !tokens.isEmpty { lines.append("tokens:") }
        lines += tokens.map { "  " + $0 }
        if !issuers.isEmpty { lines += ["  issuers:"] + issuers.map { "    - " + $0 } }
        lines += ["routes:"] + routes.map { "  - " + $0 }
        lines.append("access_log: { file: \(accessLog ?? file), format: json }")
        // Refused tokens by the hundred are what many tests are about; those about quotas bring a section of their own.
        let text = (lines + sections).joined(separator: "\n") + "\n"
        return countsFailures || text.contains("\nrate_limits:") ? text : text + "rate_limits: { failures: off }\n"
    }

    private static let shortDeadlines = ["drain_delay": "50ms", "drain_timeout": "5s"]

    private static func lines(of listener: Listener, port: Int) -> [String] {
        let address = "  - address: 127.0.0.1:\(port)"
        switch listener {
        case .plain: return [address]
        case .redirect(let origin): return [address, "    redirect_to: \(origin)"]
        case .tls(let certificate, let key):
            return [address, "    tls: { certificate: \(certificate), private_key: \(key) }"]
        }
    }
}
