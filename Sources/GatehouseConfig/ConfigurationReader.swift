private import Glibc

/// Reads `proxy.conf` into settings, or says everything that is wrong with it.
///
/// The files that the configuration names are read and checked too. Nothing is written, no connection is made. Blocks on
/// the file system, so it has no place on an event loop.
package enum ConfigurationReader {
    /// Reads the file at `path`, which messages call by that name.
    ///
    /// A file that is missing, larger than 1 MiB, not UTF-8, or not a regular file is an error like any other.
    package static func read(path: String, environment: [String: String]) -> ConfigurationResult {
        let folder = folder(of: path)
        do {
            let file = try BoundedFile.read(path, limit: largestFile)
            return read(bytes: file.bytes, fileName: path, folder: folder, environment: environment)
        } catch {
            let hint = error.reason.contains("no such file") ? "`gatehouse init DIR` writes a working one" : nil
            return refused(path, "cannot read the configuration: \(error.reason)", hint: hint)
        }
    }

    /// Reads a text that is not in a file; relative paths start at `folder`, which must be absolute.
    package static func read(
        text: String,
        fileName: String,
        folder: String,
        environment: [String: String]
    ) -> ConfigurationResult {
        read(bytes: Array(text.utf8), fileName: fileName, folder: folder, environment: environment)
    }

    /// Reads bytes that are not in a file, with every check of `read(path:environment:)`.
    package static func read(
        bytes: [UInt8],
        fileName: String,
        folder: String,
        environment: [String: String]
    ) -> ConfigurationResult {
        guard bytes.count <= largestFile else {
            return refused(fileName, "cannot read the configuration: it is larger than 1024 KiB", hint: nil)
        }
        guard let whole = String(validating: bytes, as: UTF8.self) else {
            return invalidEncoding(bytes, fileName)
        }
        // Some editors put a byte order mark in front; it is no part of the text.
        let text = whole.unicodeScalars.first == "\u{FEFF}" ? String(whole.unicodeScalars.dropFirst()) : whole
        let source = SourceText(file: fileName, text: text)
        let diagnostics = DiagnosticCollector(source: source)
        let context = ReadingContext(
            source: source,
            diagnostics: diagnostics,
            folder: folder,
            environment: environment
        )
        if let place = source.firstForbidden() {
            source.guessSecrets()
            diagnostics.error("a control character is not allowed here", at: place)
            return ConfigurationResult(settings: nil, dump: nil, diagnostics: diagnostics.finish())
        }
        guard let tree = DocumentParser(source: source, diagnostics: diagnostics).parse(text) else {
            return ConfigurationResult(settings: nil, dump: nil, diagnostics: diagnostics.finish())
        }
        return read(tree, context)
    }

    private static func read(_ tree: ConfigurationNode, _ context: ReadingContext) -> ConfigurationResult {
        guard case .mapping(let entries) = tree.content else {
            context.diagnostics.error("the file must be a section of keys, such as `version: 1`", at: tree.position)
            return ConfigurationResult(settings: nil, dump: nil, diagnostics: context.diagnostics.finish())
        }
        let reader = SchemaReader(context: context)
        let root = reader.section(ConfigurationSchema.root, entries, at: tree.position, name: "")
        EnvironmentOverrides(context: context, root: root).report()
        let settings = SettingsAssembly(context: context, root: root).settings()
        if settings == nil, !context.diagnostics.hasErrors {
            context.diagnostics.error("the configuration cannot be used", at: nil)
        }
        return ConfigurationResult(
            settings: settings,
            dump: settings.map { _ in ConfigurationDump(root, file: context.source.file) },
            diagnostics: context.diagnostics.finish()
        )
    }

    private static func invalidEncoding(_ bytes: [UInt8], _ fileName: String) -> ConfigurationResult {
        // The replacement characters of a lossy reading show where the first bad byte is.
        var line = 1
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A), String(validating: rest[...end], as: UTF8.self) != nil {
            rest = rest[(end + 1)...]
            line += 1
        }
        let bad = rest.prefix { $0 != 0x0A }
        let good = bad.indices.last { String(validating: bad[bad.startIndex..<$0], as: UTF8.self) != nil }
        let text = good.map { String(decoding: bad[bad.startIndex..<$0], as: UTF8.self) } ?? ""
        let diagnostic = Diagnostic(
            file: fileName,
            line: line,
            column: text.unicodeScalars.count + 1,
            severity: .error,
            message: "the file is not valid UTF-8 here",
            hint: nil,
            sourceLine: nil
        )
        return ConfigurationResult(settings: nil, dump: nil, diagnostics: [diagnostic])
    }

    private static func refused(_ fileName: String, _ message: String, hint: String?) -> ConfigurationResult {
        let diagnostic = Diagnostic(
            file: fileName,
            line: 0,
            column: 0,
            severity: .error,
            message: message,
            hint: hint,
            sourceLine: nil
        )
        return ConfigurationResult(settings: nil, dump: nil, diagnostics: [diagnostic])
    }

    /// The absolute folder of a file, without asking the file system more than for the current folder.
    private static func folder(of path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if path.hasPrefix("/") {
            return folder.isEmpty ? "/" : folder
        }
        let current = currentFolder()
        return folder == "." ? current : "\(current)/\(folder)"
    }

    private static func currentFolder() -> String {
        guard let pointer = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(pointer) }
        return unsafe String(cString: pointer)
    }

    private static let largestFile = 1 << 20
}
