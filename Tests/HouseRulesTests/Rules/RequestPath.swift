/// What the files that see requests must not use.
enum RequestPath {
    /// Parsers and containers that trap, allocate or are laxer than the wire may be.
    static func bannedCalls(in file: SourceText) -> [Violation] {
        guard file.target == "GatehouseCore" || file.target == "GatehouseEdge" else { return [] }
        let banned =
            #/
            \bData\( | \bJSONSerialization\b | \bJSONDecoder\b | \bU?Int\d*\((?:String\(|Substring\()
            | \.(?:first|last)! | \bNSRegularExpression\b
            /#
        return file.matches(banned).map {
            file.violation(at: $0.line, "`\($0.text)` is not for the request path: parse the bytes, checked")
        }
    }

    /// Decisions never wait.
    ///
    /// What may wait is parked by the exchange. A port only says what another target does.
    static func suspensions(in file: SourceText) -> [Violation] {
        guard file.target == "GatehouseCore", !file.fileName.hasSuffix("Port.swift") else { return [] }
        return file.matches(#/\b(?:async|await)\b|\bTask\s*(?:\{|\.detached)/#).map {
            file.violation(at: $0.line, "`\($0.text)`: nothing in GatehouseCore suspends")
        }
    }

    /// Pipeline and exchange are the same for every protocol.
    static func namedProtocols(in file: SourceText) -> [Violation] {
        let isExchange = file.target == "GatehouseEdge" && file.fileName.hasPrefix("Exchange")
        guard isExchange || file.target == "GatehouseCore" else { return [] }
        return file.matches(#/\b(?:\w*Channel\w*|\w*HTTP[12]\w*)\b/#).map {
            file.violation(at: $0.line, "`\($0.text)`: pipeline and exchange know no codec and no channel")
        }
    }
}
