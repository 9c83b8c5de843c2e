/// Cuts a piece of the file down to what fits into a message.
enum Excerpt {
    /// At most 60 characters, without control characters.
    static func of(_ text: String) -> String {
        cut(text, to: 60)
    }

    /// A path, of which more is shown: at most 300 characters.
    static func path(_ text: String) -> String {
        cut(text, to: 300)
    }

    private static func cut(_ text: String, to longest: Int) -> String {
        let harmless = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? Unicode.Scalar("?") : scalar
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: harmless.prefix(longest))
        return String(view) + (harmless.count > longest ? "..." : "")
    }
}
