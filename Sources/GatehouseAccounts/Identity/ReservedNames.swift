/// Usernames that would be taken for the service, for a role or for a part of a path; only commands give them.
enum ReservedNames {
    static let all: Set<String> = [
        // Roles, and who speaks for the service.
        "admin", "admins", "administrator", "administrators", "root", "superuser", "sysadmin",
        "system", "official", "support", "help", "helpdesk", "security", "abuse", "gatehouse",
        // Mailboxes that RFC 2142 and certificate authorities give a meaning.
        "hostmaster", "postmaster", "webmaster", "noreply", "no-reply", "mailer-daemon", "ssladmin",
        // Parts of paths.
        "me", "self", "api", "auth", "login", "logout", "signup", "register", "oauth", "openid", "users", "sessions",
        "organizations", "password", "token", "well-known", ".well-known",
        // Words that stand for nobody.
        "anonymous", "anybody", "everybody", "everyone", "nobody", "none", "null", "nil", "undefined", "unknown", "all",
        "true", "false", "nan", "deleted", "command",
    ]
}
