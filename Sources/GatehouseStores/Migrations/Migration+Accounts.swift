/// The first step: users with their organisations, sessions, revocations, and counters of failed logins.
extension Migration {
    // Times are microseconds since 1970 unless the column's name says otherwise; digests are lower-case hexadecimal.
    static let accounts = Migration(
        number: 1,
        name: "accounts",
        statements: users + sessions + revocations + loginFailures
    )

    private static let users: [StaticString] = [
        """
        CREATE TABLE users (
            id TEXT PRIMARY KEY NOT NULL,
            email TEXT NOT NULL,
            email_key TEXT NOT NULL UNIQUE,
            username TEXT NOT NULL,
            username_key TEXT NOT NULL UNIQUE,
            full_name TEXT,
            password_hash TEXT NOT NULL,
            roles TEXT NOT NULL,
            is_disabled INTEGER NOT NULL,
            created_at BIGINT NOT NULL,
            updated_at BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE organizations (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT,
            created_at BIGINT NOT NULL
        )
        """,
        """
        CREATE TABLE teams (
            id TEXT PRIMARY KEY NOT NULL,
            organization_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
            name TEXT NOT NULL,
            created_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX teams_by_organization ON teams (organization_id)",
        // The primary key says that an account belongs to one organisation.
        """
        CREATE TABLE memberships (
            user_id TEXT PRIMARY KEY NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            organization_id TEXT NOT NULL REFERENCES organizations (id),
            role TEXT NOT NULL,
            team_id TEXT REFERENCES teams (id) ON DELETE SET NULL,
            created_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX memberships_by_organization ON memberships (organization_id)",
        "CREATE INDEX memberships_by_team ON memberships (team_id)",
        """
        CREATE VIEW accounts AS
        SELECT u.id, u.email, u.email_key, u.username, u.username_key, u.full_name, u.roles, u.is_disabled,
            u.created_at, m.organization_id, m.role AS organization_role, o.name AS organization_name, t.name AS team_name
        FROM users u
        JOIN memberships m ON m.user_id = u.id
        JOIN organizations o ON o.id = m.organization_id
        LEFT JOIN teams t ON t.id = m.team_id
        """,
    ]

    private static let sessions: [StaticString] = [
        """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY NOT NULL,
            user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
            created_at BIGINT NOT NULL,
            last_used_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            client_address TEXT NOT NULL,
            user_agent TEXT
        )
        """,
        "CREATE INDEX sessions_by_user ON sessions (user_id)",
        "CREATE INDEX sessions_by_expiry ON sessions (expires_at)",
        """
        CREATE TABLE refresh_tokens (
            hash TEXT PRIMARY KEY NOT NULL,
            session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            created_at BIGINT NOT NULL,
            expires_at BIGINT NOT NULL,
            used_at BIGINT
        )
        """,
        "CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session_id)",
        "CREATE INDEX refresh_tokens_by_expiry ON refresh_tokens (expires_at)",
    ]

    private static let revocations: [StaticString] = [
        // `issued_up_to` and `valid_until` are seconds, as the times in tokens are.
        """
        CREATE TABLE revocations (
            sequence BIGINT PRIMARY KEY NOT NULL,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            issued_up_to BIGINT NOT NULL,
            valid_until BIGINT NOT NULL,
            created_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX revocations_by_end ON revocations (valid_until)",
        "CREATE TABLE counters (name TEXT PRIMARY KEY NOT NULL, value BIGINT NOT NULL)",
        "INSERT INTO counters (name, value) VALUES ('revocations', 0)",
    ]

    private static let loginFailures: [StaticString] = [
        """
        CREATE TABLE login_failures (
            account TEXT NOT NULL,
            address TEXT NOT NULL,
            failures BIGINT NOT NULL,
            last_at BIGINT NOT NULL,
            PRIMARY KEY (account, address)
        )
        """,
        "CREATE INDEX login_failures_by_time ON login_failures (last_at)",
        """
        CREATE TABLE login_failure_totals (
            account TEXT PRIMARY KEY NOT NULL,
            failures BIGINT NOT NULL,
            last_at BIGINT NOT NULL
        )
        """,
        "CREATE INDEX login_failure_totals_by_time ON login_failure_totals (last_at)",
        """
        CREATE TABLE known_addresses (
            account TEXT NOT NULL,
            address TEXT NOT NULL,
            seen_at BIGINT NOT NULL,
            PRIMARY KEY (account, address)
        )
        """,
        "CREATE INDEX known_addresses_by_time ON known_addresses (seen_at)",
    ]
}
