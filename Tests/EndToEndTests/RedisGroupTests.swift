import Testing

/// Tests that start many servers or kill them under load; one at a time, since elections take a busy machine for a dead server.
@Suite(.serialized)
struct RedisGroupTests {}
