/// Somebody with an account, with what answers and tokens say about them; a value, read whole.
///
/// The hash of the password is not in it: it is read by itself, where it is compared.
package struct User: Sendable, Equatable {
    /// The id, the claim `sub`.
    package let id: Identifier
    /// The address as it is shown and written to: `EmailAddress.canonical`.
    package var email: String
    /// `EmailAddress.folded`, unique among the accounts.
    package var emailKey: String
    /// The username as it is shown: `Username.text`.
    package var username: String
    /// `Username.folded`, unique among the accounts.
    package var usernameKey: String
    /// The name of the person, or nil.
    package var fullName: String?
    /// The organisation that the account belongs to.
    package var organizationID: Identifier
    /// The name of that organisation, or nil if nobody gave it one.
    package var organizationName: String?
    /// What the account may do in that organisation.
    package var organizationRole: OrganizationRole
    /// The name of the team in that organisation, or nil for none.
    package var teamName: String?
    /// The platform roles in the order of `Role.allCases`; at least one.
    package var roles: [Role]
    /// Whether the account is disabled: it cannot log in and none of its tokens is accepted.
    package var isDisabled: Bool
    /// When the account was made, in microseconds since 1970.
    package let createdAt: Int64

    /// Gathers what the store read.
    package init(
        id: Identifier,
        email: String,
        emailKey: String,
        username: String,
        usernameKey: String,
        fullName: String?,
        organizationID: Identifier,
        organizationName: String?,
        organizationRole: OrganizationRole,
        teamName: String?,
        roles: [Role],
        isDisabled: Bool,
        createdAt: Int64
    ) {
        self.id = id
        self.email = email
        self.emailKey = emailKey
        self.username = username
        self.usernameKey = usernameKey
        self.fullName = fullName
        self.organizationID = organizationID
        self.organizationName = organizationName
        self.organizationRole = organizationRole
        self.teamName = teamName
        self.roles = roles
        self.isDisabled = isDisabled
        self.createdAt = createdAt
    }
}

/// A role on the platform, by its name in the claim `roles`.
package enum Role: String, Sendable, CaseIterable {
    case user, admin
}

/// A role in an organisation, by its name in the claim `org_role`; never among the platform roles.
package enum OrganizationRole: String, Sendable, CaseIterable {
    case owner, admin, member
}
