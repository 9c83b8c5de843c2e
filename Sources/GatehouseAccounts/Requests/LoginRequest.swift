/// The body of a login.
///
/// Only the form is checked: a name that no account can have, and a password that none can have, are a failed login like any other.
struct LoginRequest: Sendable {
    /// Who wants to log in.
    let name: Name
    /// With which password.
    let password: NormalizedPassword

    init(reading body: consuming BodyReader) throws(Rejection) {
        // With both names the second is one that nobody asked for, whatever its type is.
        let hasBoth = body.has("email") && body.has("username")
        let email = body.optional("email") { Name(email: $0) }
        let username = hasBoth ? nil : body.optional("username") { Name(username: $0) }
        let password = body.required("password") { NormalizedPassword($0) }
        if hasBoth { body.note(.unknownField, "username") }
        if !body.has("email") && !body.has("username") { body.note(.required, "email") }
        body.refuseUnknown()
        guard let name = email ?? username, let password, body.problems.isEmpty else { throw body.rejection }
        self.name = name
        self.password = password
    }

    /// By what an account is asked for.
    enum Name: Sendable {
        case email(EmailAddress)
        case username(Username)
        /// A text that is the name of no account.
        case nobody(String)

        init(email text: String) {
            do throws(FieldFlaw) {
                self = .email(try EmailAddress(text))
            } catch {
                self = .nobody(text)
            }
        }

        init(username text: String) {
            do throws(FieldFlaw) {
                self = .username(try Username(text))
            } catch {
                self = .nobody(text)
            }
        }

        /// The name in the form in which names are compared.
        var folded: String {
            switch self {
            case .email(let email): email.folded
            case .username(let username): username.folded
            case .nobody(let text): text
            }
        }
    }
}
