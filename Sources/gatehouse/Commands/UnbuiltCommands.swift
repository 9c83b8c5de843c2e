internal import ArgumentParser

/// Commands whose names are taken and whose work this version cannot do: each says so and exits 2.
enum UnbuiltCommands {
    struct Explain: UnbuiltCommand {
        static let configuration = Self.hidden("explain")
        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    }

    struct Keys: UnbuiltCommand {
        static let configuration = Self.hidden("keys")
        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    }

    struct Audit: UnbuiltCommand {
        static let configuration = Self.hidden("audit")
        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    }

    struct Database: UnbuiltCommand {
        static let configuration = Self.hidden("db")
        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    }

    struct Reload: UnbuiltCommand {
        static let configuration = Self.hidden("reload")
        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    }

    struct Drain: UnbuiltCommand {
        static let configuration = Self.hidden("drain")
        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    }

    /// `config schema`.
    struct Schema: UnbuiltCommand {
        static let configuration = Self.hidden("schema")
        static let name = "config schema"
        @Argument(parsing: .captureForPassthrough) var arguments: [String] = []
    }
}

/// A command that only says that it is not there yet, whatever arguments it gets.
protocol UnbuiltCommand: ParsableCommand {
    /// What to call it in the message.
    static var name: String { get }
}

extension UnbuiltCommand {
    static var name: String { self._commandName }

    /// A configuration that keeps the command out of `help`, which lists what works.
    static func hidden(_ name: String) -> CommandConfiguration {
        CommandConfiguration(commandName: name, abstract: "Not supported in this version.", shouldDisplay: false)
    }

    func run() throws {
        throw CommandFailure.notSupported(Self.name)
    }
}
