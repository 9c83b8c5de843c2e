/// The body of a change to one's own account.
struct UpdateRequest: Sendable {
    /// What becomes of the full name.
    let fullName: Change<PersonalText>

    init(reading body: consuming BodyReader) throws(Rejection) {
        let fullName = body.change("full_name", PersonalText.init)
        body.refuseUnknown()
        guard body.problems.isEmpty else { throw body.rejection }
        self.fullName = fullName
    }
}
