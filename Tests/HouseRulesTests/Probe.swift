import Foundation
import Testing

/// A file that must not compile, and the compiler that must refuse it.
struct Probe: CustomTestStringConvertible, Sendable {
    /// Where the probe is.
    let file: URL
    /// What the compiler must say; nil for the control, which compiles and so proves that the others fail for their reason.
    let expected: String?

    /// Reads the expectation from the first line: `// error: TEXT` or `// compiles`; nil if it holds neither.
    init?(file: URL) {
        guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
        self.init(file: file, firstLine: text.prefix { $0 != "\n" })
    }

    /// Takes the expectation from a first line.
    init?(file: URL, firstLine: Substring) {
        let marker = "// error: "
        guard firstLine == "// compiles" || (firstLine.hasPrefix(marker) && firstLine.count > marker.count) else {
            return nil
        }
        self.file = file
        self.expected = firstLine == "// compiles" ? nil : String(firstLine.dropFirst(marker.count))
    }

    var testDescription: String { file.lastPathComponent }

    /// What is wrong with what the compiler did; nil if it did what the probe expects.
    func complaint(about compilation: Compilation) -> String? {
        guard let expected else {
            return compilation.succeeded ? nil : "the control does not compile:\n\(compilation.messages)"
        }
        if compilation.succeeded { return "compiles, but must fail with: \(expected)" }
        guard !compilation.messages.contains("error: no such module") else {
            return "modules are missing:\n\(compilation.messages)"
        }
        return compilation.messages.contains(expected)
            ? nil : "fails, but not with: \(expected)\n\(compilation.messages)"
    }
}

/// What came of compiling one file.
struct Compilation {
    let succeeded: Bool
    let messages: String
}

/// Compiles single files as if they were part of this package, against the modules that were built with these tests.
struct ProbeCompiler {
    private let modules: URL
    private let moduleMaps: [URL]
    private let packageName: String

    /// Finds the modules beside the running test program; throws if they are not there.
    init(checkout: Checkout) throws {
        let build = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
        self.modules = build.appending(path: "Modules")
        self.moduleMaps = ["COpenSSL", "CIDN2"].map { name in
            checkout.root.appending(path: "Sources/\(name)/module.modulemap")
        }
        let plan = build.deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: build.lastPathComponent + ".yaml")
        self.packageName = try ProbeCompiler.packageName(inPlan: try String(contentsOf: plan, encoding: .utf8))
    }

    /// The name that the build gave to this package.
    ///
    /// It comes from the folder of the checkout, not from the manifest, so it is read and not assumed.
    static func packageName(inPlan plan: String) throws -> String {
        for line in plan.split(separator: "\n") where line.contains(#""-module-name","HouseRulesTests""#) {
            if let match = line.firstMatch(of: #/"-package-name","([^"]+)"/#) { return String(match.1) }
        }
        throw ProbeFailure(description: "the build plan names no package for these tests")
    }

    /// Compiles as far as the checks of ownership, which come after those of types.
    func compile(_ file: URL) throws -> Compilation {
        let command = Process()
        command.executableURL = URL(filePath: "/usr/bin/env")
        command.arguments = [
            "swiftc", "-emit-sil", "-o", "/dev/null", "-swift-version", "6", "-package-name", packageName, "-I",
            modules.path, file.path,
        ]
        for map in moduleMaps { command.arguments? += ["-Xcc", "-fmodule-map-file=\(map.path)"] }
        let output = Pipe()
        command.standardOutput = FileHandle.nullDevice
        command.standardError = output
        try command.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        command.waitUntilExit()
        return Compilation(succeeded: command.terminationStatus == 0, messages: String(decoding: bytes, as: UTF8.self))
    }
}

/// Why the probes cannot be run.
struct ProbeFailure: Error, CustomStringConvertible {
    let description: String
}
