import Testing

@Suite struct DocumentationTests {
    @Test func `what crosses a target is documented`() {
        let files = Checkout.sources
        #expect(files.flatMap(Documentation.missing) == [])
        #expect(files.flatMap(Documentation.needlesslyPublic) == [])
    }

    @Test(arguments: [
        "package struct A {}", "package func f() {}", "    package static func f() {}", "public enum A {}",
        "package final class A {}",
        "package init(a: Int) {}", "@safe\npackage struct A {}",
        "/// About B.\nstruct B {}\n@inlinable\npackage func f() {}",
        "package mutating func f() {}", "nonisolated package func f() {}",
        "// Not a doc comment.\npackage protocol P {}",
    ])
    func `a planted declaration without a doc comment is found`(text: String) {
        #expect(Documentation.missing(in: source(text)).count == 1)
    }

    @Test(arguments: [
        "/// An A.\npackage struct A {}",
        "/// Does f.\n///\n/// More.\n@inlinable\n@inline(__always)\npublic func f() {}",
        "struct A { func f() {} }", "let text = \"\"\"\n    package struct A {}\n    \"\"\"", "package let x = 1",
        "package init(rawValue: UInt8) {}",
        "/// An A.\n// house: because.\n@safe\npackage final class A {}",
    ])
    func `what is documented or private is not`(text: String) {
        #expect(Documentation.missing(in: source(text)) == [])
    }

    @Test func `a public function that is not inlinable is found`() {
        #expect(Documentation.needlesslyPublic(in: source("/// Does f.\npublic func f() {}")).count == 1)
        #expect(Documentation.needlesslyPublic(in: source("/// Does f.\n@inlinable\npublic func f() {}")) == [])
        #expect(Documentation.needlesslyPublic(in: source("/// Makes it.\n@inlinable public init() {}")) == [])
    }

    private func source(_ text: String) -> SourceText {
        SourceText(path: "Sources/GatehouseCore/A.swift", text: text)
    }
}
