// swift-tools-version:6.2
import PackageDescription

// One block of settings for every Swift target: the strictest that Swift 6.3 offers.
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

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
]

let package = Package(
    name: "gatehouse",
    products: [
        .executable(name: "gatehouse", targets: ["gatehouse"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
        .systemLibrary(name: "CZxcvbn", providers: [.apt(["libzxcvbn-dev"])]),
        .systemLibrary(name: "CIDN2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev", "libunistring-dev"])]),
        .target(name: "GatehouseCrypto", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(name: "GatehouseCore", dependencies: ["GatehouseCrypto"], swiftSettings: strict),
        .target(
            name: "GatehouseConfig",
            dependencies: ["GatehouseCore", "GatehouseCrypto", .product(name: "Yams", package: "Yams")],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseEdge",
            dependencies: nio + [
                "CHiredis",
                "GatehouseCore",
                "GatehouseCrypto",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseAccounts",
            dependencies: ["CIDN2", "GatehouseCore", "GatehouseCrypto"],
            swiftSettings: strict
        ),
        .target(
            name: "GatehouseStores",
            dependencies: [
                "CArgon2",
                "CZxcvbn",
                "GatehouseAccounts",
                "GatehouseCore",
                "GatehouseCrypto",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "gatehouse",
            dependencies: nio + [
                "GatehouseAccounts",
                "GatehouseConfig",
                "GatehouseCore",
                "GatehouseCrypto",
                "GatehouseEdge",
                "GatehouseStores",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .testTarget(name: "GatehouseCryptoTests", dependencies: ["GatehouseCrypto"], swiftSettings: strict),
        .testTarget(
            name: "GatehouseCoreTests",
            dependencies: ["GatehouseCore", "GatehouseCrypto"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseConfigTests",
            dependencies: ["GatehouseConfig", "GatehouseCore", "GatehouseCrypto"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseEdgeTests",
            dependencies: nio + [
                "GatehouseCore",
                "GatehouseCrypto",
                "GatehouseEdge",
                "TestSupport",
                .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseAccountsTests",
            dependencies: ["GatehouseAccounts", "GatehouseCore", "GatehouseCrypto"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatehouseStoresTests",
            dependencies: [
                "GatehouseAccounts",
                "GatehouseCore",
                "GatehouseCrypto",
                "GatehouseStores",
                "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(name: "EndToEndTests", dependencies: ["TestSupport"], swiftSettings: strict),
        .testTarget(name: "HouseRulesTests", dependencies: [], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
