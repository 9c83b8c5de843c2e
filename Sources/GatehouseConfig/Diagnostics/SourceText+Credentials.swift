/// Users and passwords in URLs.
extension SourceText {
    /// Marks what stands before the `@` of a URL, whose text is `text`, as secret.
    func markCredentials(of text: String, from start: Position, to end: Position?) {
        guard text.contains("@") else {
            if Self.mayLackItsHost(text) {
                markSecret(from: start, to: end)
            }
            return
        }
        let stretch = scalars(from: start, to: end)
        let hasEscapes = stretch.contains { $0.scalar == "\\" }
        guard let at = stretch.last(where: { $0.scalar == "@" }), !hasEscapes else {
            return markSecret(from: start, to: end)
        }
        let slashes = stretch.indices.first { index in
            stretch[index...].prefix(3).map(\.scalar).elementsEqual("://".unicodeScalars)
        }
        let behind = slashes.map { stretch[$0...].dropFirst(3).first?.position ?? start } ?? start
        markSecret(from: min(behind, at.position), to: at.position)
    }

    /// Whether something that is no port stands behind a colon, as in `redis://user:password`.
    private static func mayLackItsHost(_ text: String) -> Bool {
        guard let slashes = text.firstRange(of: "://") else { return false }
        let authority = text[slashes.upperBound...].prefix { $0 != "/" }
        return authority.split(separator: ",").contains { server in
            let name = server.hasPrefix("[") ? server.drop { $0 != "]" } : server
            return name.drop { $0 != ":" }.dropFirst().contains { !("0"..."9").contains($0) }
        }
    }

    /// What stands from `start` up to `end`, line breaks left out.
    private func scalars(from start: Position, to end: Position?) -> [(scalar: Unicode.Scalar, position: Position)] {
        let last = min(end?.line ?? lines.count, lines.count)
        guard start.line >= 1, start.line <= last else { return [] }
        return (start.line...last).flatMap { line in
            lines[line - 1].enumerated().compactMap { index, scalar in
                let position = Position(line: line, column: index + 1)
                guard position >= start, end.map({ position < $0 }) ?? true else { return nil }
                return (scalar, position)
            }
        }
    }
}
