import Testing

@Suite struct ImportTableTests {
    @Test func `each target imports only what the table allows`() {
        let files = Checkout.sources + Checkout.tests
        #expect(!files.isEmpty)
        #expect(files.flatMap(ImportTable.violations) == [])
    }

    @Test(arguments: [
        ("Sources/GatehouseCore/A.swift", "import NIOCore"),
        ("Sources/GatehouseCore/A.swift", "import GatehouseEdge"),
        ("Sources/GatehouseCore/Deep/Folder/A.swift", "package import Foundation"),
        ("Sources/GatehouseCrypto/A.swift", "@preconcurrency internal import struct Foundation.Data"),
        ("Sources/GatehouseConfig/A.swift", "private import GatehouseEdge"),
        ("Sources/GatehouseEdge/HTTP1/A.swift", "import NIOHTTP1"),
        ("Sources/gatehouse/A.swift", "import Yams"),
        ("Sources/SomethingNew/A.swift", ""),
        ("Tests/GatehouseCoreTests/A.swift", "import XCTest"),
    ])
    func `a planted import is refused`(path: String, text: String) {
        #expect(ImportTable.violations(in: SourceText(path: path, text: text)).count == 1)
    }

    @Test(arguments: [
        (
            "Sources/GatehouseCore/A.swift",
            "package import GatehouseCrypto\n// import NIOCore\nlet text = \"import NIOCore\""
        ),
        ("Sources/GatehouseEdge/Admin/A.swift", "import NIOCore\ninternal import NIOHTTP1"),
        ("Tests/GatehouseCoreTests/A.swift", "import Testing"),
    ])
    func `an allowed import is not`(path: String, text: String) {
        #expect(ImportTable.violations(in: SourceText(path: path, text: text)) == [])
    }
}
