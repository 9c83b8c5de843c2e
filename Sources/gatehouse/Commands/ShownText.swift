/// A stranger's text for a terminal: what would move the cursor, hide or turn text around is shown as its code point.
struct ShownText {
    /// What to print; one line.
    let text: String

    init(_ text: String) {
        var shown = ""
        for scalar in text.unicodeScalars {
            if Self.isHarmless(scalar) {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        self.text = shown
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: false
        default: true
        }
    }
}
