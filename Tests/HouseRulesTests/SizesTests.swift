import Testing

@Suite struct SizesTests {
    @Test func `no file and no function is too long`() {
        let files = Checkout.sources + Checkout.tests
        #expect(files.flatMap(Sizes.longFile) == [])
        #expect(files.flatMap(Sizes.longFunctions) == [])
    }

    @Test func `a file of 401 lines is too long and one of 400 is not`() {
        let line = "let x = 1\n"
        #expect(Sizes.longFile(swift(String(repeating: line, count: 401))).count == 1)
        #expect(Sizes.longFile(swift(String(repeating: line, count: 400))) == [])
    }

    @Test(arguments: [
        "func f() {", "init(a: Int) throws {", "init?<T>(_ t: T) {", "deinit {", "subscript(i: Int) -> Int {",
        "var x: Int {", "func f(\n    a: () -> Void = {}\n)\n    async -> [Int]\n{",
    ])
    func `a function of more than 70 lines is found`(head: String) {
        let headLines = head.split(separator: "\n").count
        func text(_ count: Int) -> SourceText {
            swift("struct A {\n\(head)\n" + String(repeating: "g {\n}\n", count: (count - headLines - 1) / 2) + "}\n}")
        }
        #expect(Sizes.longFunctions(in: text(73)).count == 1)
        #expect(Sizes.longFunctions(in: text(69)) == [])
    }

    @Test func `requirements, comments and literals are not bodies`() {
        let noise = String(repeating: "    // }\n    let text = \"{\"\n", count: 40)
        #expect(
            Sizes.longFunctions(
                in: swift("protocol P {\n    func f() -> Int\n    init(a: Int)\n}\nstruct A {\n\(noise)}")
            ) == []
        )
    }

    private func swift(_ text: String) -> SourceText {
        SourceText(path: "Sources/GatehouseCore/A.swift", text: text)
    }
}
