/// What each target may import; everything else is refused.
///
/// The package manager does not hold this: it lets a target import what some other target declared.
enum ImportTable {
    private static let byTarget: [String: Set<String>] = [
        "GatehouseCrypto": ["COpenSSL", "Glibc", "Synchronization"],
        "GatehouseCore": ["GatehouseCrypto", "Synchronization"],
        "GatehouseConfig": ["GatehouseCore", "GatehouseCrypto", "Yams", "Foundation", "FoundationEssentials", "Glibc"],
        "GatehouseEdge": [
            "CHiredis", "GatehouseCore", "GatehouseCrypto", "NIOCore", "NIOPosix", "NIOSSL", "NIOTLS", "Logging",
            "Foundation", "FoundationEssentials", "Dispatch", "Glibc", "Synchronization",
        ],
        "GatehouseAccounts": [
            "CIDN2", "GatehouseCore", "GatehouseCrypto", "Foundation", "FoundationEssentials", "Glibc",
            "Synchronization",
        ],
        "GatehouseStores": [
            "CArgon2", "CZxcvbn", "GRDB", "GatehouseAccounts", "GatehouseCore", "GatehouseCrypto", "Dispatch",
            "Foundation",
            "FoundationEssentials", "Glibc", "Synchronization",
        ],
        "gatehouse": [
            "GatehouseAccounts", "GatehouseStores", "GatehouseConfig", "GatehouseCore", "GatehouseCrypto",
            "GatehouseEdge", "NIOCore", "NIOPosix", "NIOHTTP1",
            "Logging", "ArgumentParser", "ServiceLifecycle", "UnixSignals",
            "Foundation", "FoundationEssentials", "Glibc", "Synchronization",
        ],
    ]

    /// Modules that only the files below one folder may import, by target.
    private static let byFolder: [String: (folder: String, modules: Set<String>)] = [
        "GatehouseEdge": ("Sources/GatehouseEdge/Admin/", ["NIOHTTP1"])
    ]

    /// The targets that the table knows.
    static var targets: Set<String> { Set(byTarget.keys) }

    /// The imports of a file that its target may not have.
    static func violations(in file: SourceText) -> [Violation] {
        guard file.path.hasPrefix("Sources/") else { return importsOfXCTest(in: file) }
        guard let target = file.target, var allowed = byTarget[target] else {
            return [file.violation(at: 0, "this target is not in the import table; add it with what it needs")]
        }
        if let extra = byFolder[target], file.path.hasPrefix(extra.folder) { allowed.formUnion(extra.modules) }
        return imports(of: file).filter { !allowed.contains($0.module) }.map {
            file.violation(at: $0.line, "\(target) must not import \($0.module)")
        }
    }

    private static func importsOfXCTest(in file: SourceText) -> [Violation] {
        imports(of: file).filter { $0.module == "XCTest" }.map {
            file.violation(at: $0.line, "tests are written with Swift Testing")
        }
    }

    private static func imports(of file: SourceText) -> [(line: Int, module: String)] {
        let pattern =
            #/
            ^\s* (?: @\w+ (?:\([^)]*\))? \s+ | \w+\s+ )* import\s+
            (?: (?: struct|class|enum|func|let|var|protocol|typealias ) \s+ )? (\w+)
            /#
        return file.code.enumerated().compactMap { index, line in
            line.firstMatch(of: pattern).map { (index, String($0.1)) }
        }
    }
}
