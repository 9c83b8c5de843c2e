/// The errors of a Redis server in the words of version 7.0, by what a client has to do.
package struct RedisErrorText: Sendable, CustomStringConvertible {
    /// The row of the list of attacks and faults, such as `B-21`.
    package let row: String
    /// The text as sent after the minus sign.
    package let text: String

    /// The row and the first word, for reports.
    package var description: String { row + " " + text.prefix { $0 != " " } }

    /// Every error of the list.
    package static let all: [RedisErrorText] = [
        noScript, busy, loading, masterDown, clusterDown, readOnly, readOnlyInScript, outOfMemory, outOfMemoryInScript,
        misconfigured, wrongType, tryAgain, crossSlot, noAuthentication, wrongPassword, noPermission,
        noPermissionInScript,
    ]

    /// The script is not known: send it whole.
    package static let noScript = RedisErrorText("B-20", "NOSCRIPT No matching script. Please use EVAL.")
    /// Another script runs too long.
    package static let busy = RedisErrorText(
        "B-21",
        "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE."
    )
    /// The server reads its files.
    package static let loading = RedisErrorText("B-21", "LOADING Redis is loading the dataset in memory")
    /// A replica lost its master.
    package static let masterDown = RedisErrorText(
        "B-21",
        "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'."
    )
    /// Slots of the cluster are not served.
    package static let clusterDown = RedisErrorText("B-21", "CLUSTERDOWN The cluster is down")
    /// A write came to a replica.
    package static let readOnly = RedisErrorText("B-23", "READONLY You can't write against a read only replica.")
    /// A script wrote on a replica.
    package static let readOnlyInScript = RedisErrorText(
        "B-23",
        "READONLY You can't write against a read only replica. script: \(digest), on @user_script:1."
    )
    /// There is no memory for a write.
    package static let outOfMemory = RedisErrorText(
        "B-24",
        "OOM command not allowed when used memory > 'maxmemory'."
    )
    /// There was no memory for a write of a script.
    package static let outOfMemoryInScript = RedisErrorText(
        "B-24",
        "OOM command not allowed when used memory > 'maxmemory'. script: \(digest), on @user_script:1."
    )
    /// The server cannot save and takes no writes.
    package static let misconfigured = RedisErrorText(
        "B-24",
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. "
            + "Commands that may modify the data set are disabled, because this instance is configured to report "
            + "errors during writes if RDB snapshotting fails (stop-writes-on-bgsave-error option). Please check the "
            + "Redis logs for details about the RDB error."
    )
    /// The key holds a value of another type.
    package static let wrongType = RedisErrorText(
        "B-24",
        "WRONGTYPE Operation against a key holding the wrong kind of value script: \(digest), on @user_script:1."
    )
    /// A slot is on its way and not all keys are on one side.
    package static let tryAgain = RedisErrorText("B-25", "TRYAGAIN Multiple keys request during rehashing of slot")
    /// The keys of one command lie in different slots.
    package static let crossSlot = RedisErrorText(
        "B-26",
        "CROSSSLOT Keys in request don't hash to the same slot"
    )
    /// Nobody logged in.
    package static let noAuthentication = RedisErrorText("B-27", "NOAUTH Authentication required.")
    /// The login failed.
    package static let wrongPassword = RedisErrorText(
        "B-27",
        "WRONGPASS invalid username-password pair or user is disabled."
    )
    /// The user may not run the command.
    package static let noPermission = RedisErrorText(
        "B-27",
        "NOPERM this user has no permissions to run the 'evalsha' command"
    )
    /// The user may not do what the script does.
    package static let noPermissionInScript = RedisErrorText(
        "B-27",
        "ERR The user executing the script can't access at least one of the keys mentioned in the command arguments "
            + "script: \(digest), on @user_script:1."
    )

    /// The slot lives elsewhere for good; an empty host means the host that answered.
    package static func moved(slot: Int, to address: String) -> RedisErrorText {
        RedisErrorText("B-25", "MOVED \(slot) \(address)")
    }

    /// The key may already be elsewhere; ask there this once.
    package static func ask(slot: Int, at address: String) -> RedisErrorText {
        RedisErrorText("B-25", "ASK \(slot) \(address)")
    }

    private init(_ row: String, _ text: String) {
        self.row = row
        self.text = text
    }

    private static let digest = "1b936e3fe509bcbc9cd0664897bbe8fd0cac101b"
}
