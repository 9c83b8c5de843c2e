/// The body of a change of password; the new one is yet to be judged.
struct PasswordChangeRequest: Sendable {
    /// The password as it is said to be.
    let current: NormalizedPassword
    /// The password as it is to be: its form and length are good.
    let new: NormalizedPassword

    init(reading body: consuming BodyReader, by policy: PasswordPolicy) throws(Rejection) {
        let current = body.required("current_password") { NormalizedPassword($0) }
        let new = body.required("new_password") { text throws(FieldFlaw) in
            let password = NormalizedPassword(text)
            if let flaw = policy.flawWithoutOwner(of: password) { throw flaw }
            return password
        }
        body.refuseUnknown()
        guard let current, let new, body.problems.isEmpty else { throw body.rejection }
        self.current = current
        self.new = new
    }
}
