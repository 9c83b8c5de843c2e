internal import GatehouseAccounts

/// Sessions and their refresh tokens.
extension AccountsQueries {
    func session(_ id: Identifier) throws(StoreFault) -> Session? {
        let rows = try self.connection.run(
            """
            SELECT id, user_id, created_at, last_used_at, expires_at, client_address, user_agent
            FROM sessions WHERE id = $1
            """,
            [.id(id)]
        )
        return try rows.first.map { row throws(StoreFault) in try Session(row) }
    }

    func sessions(of user: Identifier) throws(StoreFault) -> [Session] {
        let rows = try self.connection.run(
            """
            SELECT id, user_id, created_at, last_used_at, expires_at, client_address, user_agent
            FROM sessions WHERE user_id = $1 ORDER BY id
            """,
            [.id(user)]
        )
        return try rows.map { row throws(StoreFault) in try Session(row) }
    }

    func refreshToken(hash: [UInt8]) throws(StoreFault) -> RefreshToken? {
        let rows = try self.connection.run(
            "SELECT hash, session_id, created_at, expires_at, used_at FROM refresh_tokens WHERE hash = $1",
            [.hexadecimal(hash)]
        )
        guard let row = rows.first else { return nil }
        return RefreshToken(
            hash: try row.bytes(0),
            sessionID: try row.id(1),
            createdAt: try row.integer(2),
            expiresAt: try row.integer(3),
            usedAt: try row.optionalInteger(4)
        )
    }

    func insert(_ session: Session, firstToken: RefreshToken) throws(StoreFault) {
        try self.connection.run(
            """
            INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, client_address, user_agent)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """,
            [
                .id(session.id), .id(session.userID), .integer(session.createdAt), .integer(session.lastUsedAt),
                .integer(session.expiresAt), .text(session.clientAddress), .optional(session.userAgent),
            ]
        )
        try self.insert(firstToken)
    }

    func rotate(_ parentHash: [UInt8], to child: RefreshToken) throws(StoreFault) {
        // The first use is the one that counts, so a later one leaves its time alone.
        let parents = try self.connection.run(
            "UPDATE refresh_tokens SET used_at = COALESCE(used_at, $1) WHERE hash = $2 RETURNING session_id",
            [.integer(child.createdAt), .hexadecimal(parentHash)]
        )
        guard !parents.isEmpty else { return }
        try self.insert(child)
        try self.connection.run(
            "UPDATE sessions SET last_used_at = $1, expires_at = $2 WHERE id = $3",
            [.integer(child.createdAt), .integer(child.expiresAt), .id(child.sessionID)]
        )
    }

    func deleteSession(_ id: Identifier) throws(StoreFault) {
        try self.connection.run("DELETE FROM sessions WHERE id = $1", [.id(id)])
    }

    private func insert(_ token: RefreshToken) throws(StoreFault) {
        try self.connection.run(
            """
            INSERT INTO refresh_tokens (hash, session_id, created_at, expires_at, used_at)
            VALUES ($1, $2, $3, $4, $5)
            """,
            [
                .hexadecimal(token.hash), .id(token.sessionID), .integer(token.createdAt), .integer(token.expiresAt),
                token.usedAt.map { .integer($0) } ?? .null,
            ]
        )
    }
}

extension Session {
    fileprivate init(_ row: SQLRow) throws(StoreFault) {
        self.init(
            id: try row.id(0),
            userID: try row.id(1),
            createdAt: try row.integer(2),
            lastUsedAt: try row.integer(3),
            expiresAt: try row.integer(4),
            clientAddress: try row.text(5),
            userAgent: try row.optionalText(6)
        )
    }
}
