extension RedisEndpoint {
    /// Reads `HOST[:PORT],HOST[:PORT]...`, IPv6 in brackets; at least one, each once.
    static func list(_ text: Substring, defaultPort: Int) throws(ScalarFlaw) -> [RedisEndpoint] {
        var endpoints: [RedisEndpoint] = []
        let pieces = text.split(separator: ",", omittingEmptySubsequences: false)
        for (index, piece) in pieces.enumerated() {
            let which = pieces.count == 1 ? "the server of the URL" : "server \(index + 1) of the URL"
            let endpoint = try RedisEndpoint(piece, defaultPort: defaultPort, called: which)
            guard !endpoints.contains(endpoint) else {
                throw ScalarFlaw("\(which) was listed before", quotesScalar: false)
            }
            endpoints.append(endpoint)
        }
        return endpoints
    }

    private init(_ text: Substring, defaultPort: Int, called which: String) throws(ScalarFlaw) {
        let bracket = text.hasPrefix("[") ? text.firstIndex(of: "]").map { text.index(after: $0) } : nil
        let hostText = text[..<(bracket ?? text.firstIndex(of: ":") ?? text.endIndex)]
        let rest = text[hostText.endIndex...]
        guard bracket != nil || rest.dropFirst().contains(":") == false else {
            let hint = "an IPv6 address needs brackets: `[::1]:6379`"
            throw ScalarFlaw("\(which) has more than one colon", hint: hint, quotesScalar: false)
        }
        if rest.isEmpty {
            port = defaultPort
        } else {
            guard rest.first == ":", let number = ListenAddress.port(rest.dropFirst()), number > 0 else {
                throw ScalarFlaw("\(which) has a port that is not a number from 1 to 65535", quotesScalar: false)
            }
            port = Int(number)
        }
        if bracket != nil {
            let bytes = InternetAddress.bytes(of: String(hostText.dropFirst().dropLast()))
            guard let bytes, bytes.count == 16 else {
                throw ScalarFlaw("\(which) has no IPv6 address in its brackets", quotesScalar: false)
            }
            host = InternetAddress.text(of: bytes)
            return
        }
        guard HostName.isValid(hostText) else {
            throw ScalarFlaw("\(which) has no valid host name", quotesScalar: false)
        }
        host = hostText.lowercased()
    }
}
