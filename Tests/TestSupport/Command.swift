/// A program run to its end.
package struct Command: Sendable {
    /// The status that the program returned; 128 and the signal when one ended it.
    package let status: Int32
    /// What it wrote to standard output.
    package let output: String
    /// What it wrote to standard error.
    package let errors: String

    /// Runs a program to its end and returns what it wrote, whatever its status.
    ///
    /// - Throws: `SupportFailure` when it cannot be started or still runs at the deadline; it is then killed.
    package static func run(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        folder: String? = nil,
        seconds: Double = 30
    ) throws -> Command {
        let child = try ChildProcess(arguments, environment: environment, input: input, folder: folder)
        let status: Int32 =
            switch try child.waitUntilExit(seconds: seconds) {
            case .exited(let code): code
            case .killed(let signal): 128 + signal
            }
        return Command(status: status, output: child.output, errors: child.errors)
    }

    /// Runs a program that must succeed and returns its standard output.
    package static func output(_ arguments: [String], input: [UInt8] = [], seconds: Double = 30) throws -> String {
        let command = try run(arguments, input: input, seconds: seconds)
        guard command.status == 0 else {
            throw SupportFailure("\(arguments) ended with \(command.status): \(command.errors)")
        }
        return command.output
    }
}
