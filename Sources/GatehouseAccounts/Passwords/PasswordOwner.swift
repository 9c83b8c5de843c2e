/// Whose password is judged: what an attacker would try first.
package struct PasswordOwner: Sendable, Equatable {
    /// The e-mail address.
    package let email: EmailAddress?
    /// The username.
    package let username: Username?
    /// The full name and the names of organisation and team.
    package let names: [PersonalText]

    /// Gathers what is known; a field that has a flaw of its own is left out.
    package init(email: EmailAddress?, username: Username?, names: [PersonalText]) {
        self.email = email
        self.username = username
        self.names = names
    }

    /// Each whole value and each of its words, for the estimate of strength; none twice.
    ///
    /// A word is a run of letters, marks and digits.
    package var words: [String] {
        var seen: Set<String> = []
        return values.flatMap { [$0] + Self.words(of: $0) }.filter { seen.insert($0).inserted }
    }

    private var values: [String] {
        [email?.text, email?.canonical, username?.folded].compactMap(\.self) + names.map(\.text)
    }

    private static func words(of text: String) -> [String] {
        text.unicodeScalars.split { !$0.isOfWord }.map { String($0) }
    }

    /// What a password must not contain, folded: the e-mail address, its local part, the username and the product's name.
    ///
    /// Parts under 4 characters are left out: they would be in many a good password by chance.
    var identityParts: [String] {
        let parts = [email?.text, email?.canonical, email?.localPart, username?.folded, "gatehouse"]
        return parts.compactMap { $0.flatMap(UnicodeForm.folded) }.filter { $0.unicodeScalars.count >= 4 }
    }
}

extension Unicode.Scalar {
    fileprivate var isOfWord: Bool {
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
            .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
