extension Unicode.Scalar {
    /// A control character: U+0000 to U+001F, DELETE and U+0080 to U+009F.
    var isControl: Bool { properties.generalCategory == .control }

    /// What no one sees or what turns the text around: controls, line and paragraph separators, bidirectional marks,
    /// embeddings, overrides and isolates.
    var isHidden: Bool {
        switch properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: properties.isBidiControl
        }
    }

    /// What an e-mail address must not hold: also spaces of every kind, format characters such as those of no width,
    /// and code points without a meaning.
    var isBlankOrHidden: Bool {
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .spaceSeparator, .surrogate, .privateUse,
            .unassigned:
            true
        default: properties.isDefaultIgnorableCodePoint
        }
    }
}
