/// The `curl` program, the client that our users have.
package enum Curl {
    /// Runs curl without any configuration of the user's; it fails after a minute.
    package static func run(_ arguments: [String], seconds: Double = 60) throws -> Command {
        try Command.run(
            ["curl", "--disable", "--silent", "--show-error", "--noproxy", "*", "--max-time", "\(Int(seconds))"]
                + arguments,
            seconds: seconds + 5
        )
    }

    /// The status of an answer, whatever its body.
    package static func status(_ arguments: [String]) throws -> Int {
        let command = try run(["--output", "/dev/null", "--write-out", "%{http_code}"] + arguments)
        guard let status = Int(command.output) else { throw SupportFailure("curl: \(command.errors)") }
        return status
    }
}
