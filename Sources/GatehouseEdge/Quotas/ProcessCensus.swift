/// How the processes that share a store count each other: a sorted set of names with the server's time.
enum ProcessCensus {
    static let key = Array("gh:processes".utf8)

    /// Writes a name down, forgets whoever was silent for ten seconds, and answers how many are left.
    static let text = """
        local now=redis.call('TIME')[1]
        redis.call('ZADD',KEYS[1],now,ARGV[1])
        redis.call('ZREMRANGEBYSCORE',KEYS[1],'-inf','('..(now-10))
        return redis.call('ZCARD',KEYS[1])
        """
}
