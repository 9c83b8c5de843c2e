/// One key of `proxy.conf`: the row that checking, dump and documentation come from.
package struct Directive: Sendable {
    /// The key.
    package let name: String
    /// What may stand behind it.
    package let type: DirectiveType
    /// What happens when it is not in the file.
    package let presence: Presence
    /// Whether this version can do it.
    package let availability: Availability
    /// Whether its value must never be shown.
    package let isSecret: Bool
    /// What it does, in one line.
    package let help: String

    /// What happens when a key is not in the file.
    package enum Presence: Sendable, Hashable {
        /// Its absence is an error.
        case required
        /// Its absence is an error, unless this other key of the section is in the file.
        case requiredUnless(String)
        /// Its absence is an error, unless this variable stands for it.
        case requiredUnlessVariable(String)
        /// Nothing: the feature is off, or another key is used.
        case optional
        /// This text is read as if it stood there.
        case defaults(to: String)
        /// These items are read as if they stood there.
        case defaultsToList([String])
        /// The section is read as if it stood there empty.
        case defaultsToEmptySection
    }

    /// Whether this version can do what a key says.
    package enum Availability: Sendable, Hashable {
        /// It can.
        case built
        /// It cannot: the key is an error, never ignored.
        case notSupportedYet
    }

    init(
        _ name: String,
        _ type: DirectiveType,
        _ presence: Presence,
        secret isSecret: Bool = false,
        _ help: String
    ) {
        self.init(name: name, type: type, presence: presence, availability: .built, isSecret: isSecret, help: help)
    }

    /// A key that may be left out.
    init(_ name: String, _ type: DirectiveType, secret isSecret: Bool = false, _ help: String) {
        self.init(name: name, type: type, presence: .optional, availability: .built, isSecret: isSecret, help: help)
    }

    private init(
        name: String,
        type: DirectiveType,
        presence: Presence,
        availability: Availability,
        isSecret: Bool,
        help: String
    ) {
        self.name = name
        self.type = type
        self.presence = presence
        self.availability = availability
        self.isSecret = isSecret
        self.help = help
    }

    /// A key that the format knows and this version does not.
    static func later(_ name: String, _ type: DirectiveType, secret isSecret: Bool = false, _ help: String) -> Self {
        Directive(
            name: name,
            type: type,
            presence: .optional,
            availability: .notSupportedYet,
            isSecret: isSecret,
            help: help
        )
    }
}
