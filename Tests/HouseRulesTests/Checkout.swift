import Foundation

/// The files of this checkout that people wrote.
struct Checkout {
    let root: URL

    /// The checkout that holds this file.
    static let current = Checkout(
        root: URL(filePath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    )

    /// Every Swift file of the current checkout below `Sources`.
    static let sources = current.swiftFiles(below: "Sources")

    /// Every Swift file of the current checkout below `Tests`.
    static let tests = current.swiftFiles(below: "Tests")

    /// Every Swift file below a folder.
    func swiftFiles(below folder: String) -> [SourceText] {
        files(below: folder) { $0.hasSuffix(".swift") }
    }

    /// Every file below a folder whose path the filter takes, in the order of their paths.
    ///
    /// Hidden folders and files that are not UTF-8 are left out; a folder that does not exist has no files.
    func files(below folder: String, where takes: (String) -> Bool) -> [SourceText] {
        let base = root.appending(path: folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        var paths: [String] = []
        for case let path as String in walk {
            if path.split(separator: "/").contains(where: { $0.hasPrefix(".build") || $0 == ".git" }) {
                walk.skipDescendants()
            } else if takes(path) {
                paths.append(path)
            }
        }
        return paths.sorted().compactMap { path in
            guard let data = FileManager.default.contents(atPath: base.appending(path: path).path) else { return nil }
            guard let text = String(data: data, encoding: .utf8) else { return nil }
            return SourceText(path: folder.isEmpty ? path : "\(folder)/\(path)", text: text)
        }
    }

    /// One file, by its path from the root.
    func file(_ path: String) throws -> SourceText {
        SourceText(path: path, text: try String(contentsOf: root.appending(path: path), encoding: .utf8))
    }

    /// The names of the folders directly in a folder.
    func folders(in folder: String) throws -> [String] {
        let base = root.appending(path: folder)
        return try FileManager.default.contentsOfDirectory(atPath: base.path).filter { name in
            let attributes = try? FileManager.default.attributesOfItem(atPath: base.appending(path: name).path)
            return attributes?[.type] as? FileAttributeType == .typeDirectory
        }
        .sorted()
    }
}
