// swift-tools-version:6.2
import PackageDescription

// Fuzz targets in a package of their own: the fuzzer's flags must reach every target, and tests cannot be linked with them.
// `scripts/fuzz` builds and runs them. `Libraries` is a link to the sources of the gate, so that the targets see what is `package`.
let strict: [SwiftSetting] = [
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
]

// The fuzzer brings its own `main`.
let fuzzed: [SwiftSetting] = strict + [.unsafeFlags(["-parse-as-library"])]

let package = Package(
    name: "gatehouse-fuzz",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2")
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", path: "Libraries/COpenSSL", pkgConfig: "libcrypto"),
        .target(
            name: "GatehouseCrypto",
            dependencies: ["COpenSSL"],
            path: "Libraries/GatehouseCrypto",
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseCore",
            dependencies: ["GatehouseCrypto"],
            path: "Libraries/GatehouseCore",
            swiftSettings: strict
        ),
        // The parsers alone: what needs channels or TLS is left out.
        .target(
            name: "GatehouseEdge",
            dependencies: ["GatehouseCore", .product(name: "NIOCore", package: "swift-nio")],
            path: "Libraries/GatehouseEdge/HTTP1",
            sources: [
                "Authority.swift", "BodyReader.swift", "ByteScan.swift", "ChunkedDecoder.swift",
                "FieldSectionParser.swift", "RequestFraming+Interpret.swift", "RequestHeadParser.swift",
                "RequestLine.swift", "ResponseHeadParser.swift",
            ],
            swiftSettings: strict
        ),
        .target(name: "FuzzDriver", swiftSettings: strict),
        .executableTarget(
            name: "FuzzRequest",
            dependencies: [
                "FuzzDriver", "GatehouseCore", "GatehouseEdge", .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: fuzzed
        ),
        .executableTarget(
            name: "FuzzResponse",
            dependencies: [
                "FuzzDriver", "GatehouseCore", "GatehouseEdge", .product(name: "NIOCore", package: "swift-nio"),
            ],
            swiftSettings: fuzzed
        ),
        .executableTarget(name: "FuzzJSON", dependencies: ["FuzzDriver", "GatehouseCore"], swiftSettings: fuzzed),
        .executableTarget(
            name: "FuzzToken",
            dependencies: ["FuzzDriver", "GatehouseCore", "GatehouseCrypto"],
            swiftSettings: fuzzed
        ),
        .executableTarget(name: "FuzzPath", dependencies: ["FuzzDriver", "GatehouseCore"], swiftSettings: fuzzed),
    ],
    swiftLanguageModes: [.v6]
)
