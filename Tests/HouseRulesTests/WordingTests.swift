import Testing

@Suite struct WordingTests {
    @Test func `nothing is unfinished, vague, or tied to one machine`() {
        let folders = ["scripts", "docs", "deploy", "Benchmarks", ".ci"]
        let topLevel = Checkout.current.files(below: "") { !$0.contains("/") && $0 != "Package.resolved" }
        let others = folders.flatMap { Checkout.current.files(below: $0) { _ in true } }
        let files = Checkout.sources + Checkout.tests + topLevel + others
        #expect(files.count > 10)
        #expect(files.flatMap(Wording.unfinishedWork) == [])
        #expect(files.flatMap(Wording.machinePaths) == [])
        #expect(files.filter { $0.path.hasSuffix(".swift") }.flatMap(Wording.vagueName) == [])
        #expect(files.flatMap(Wording.misnamed) == [])
    }

    @Test func `planted marks of unfinished work are found`() {
        let marked = SourceText(path: "a.md", text: "fine\n// TO" + "DO(me): later")
        #expect(Wording.unfinishedWork(in: marked).map(\.line) == [2])
        #expect(Wording.unfinishedWork(in: SourceText(path: "a.swift", text: "// FIX" + "ME")).count == 1)
        #expect(Wording.unfinishedWork(in: SourceText(path: "a.swift", text: "// Done.")) == [])
    }

    @Test func `planted machine paths are found`() {
        #expect(Wording.machinePaths(in: SourceText(path: "run", text: "cd /wo" + "rk/main")).count == 1)
        #expect(Wording.machinePaths(in: SourceText(path: "run", text: "PATH=/opt/" + "swift/bin")).count == 1)
        #expect(Wording.machinePaths(in: SourceText(path: "run", text: "cd \"$root\"")) == [])
    }

    @Test(arguments: ["StringUtils.swift", "TestHelpers.swift", "Common.swift", "SessionManager.swift", "Misc.swift"])
    func `a planted vague name is found`(name: String) {
        #expect(Wording.vagueName(of: SourceText(path: "Sources/GatehouseCore/\(name)", text: "")).count == 1)
        #expect(Wording.vagueName(of: SourceText(path: "Sources/GatehouseCore/Route.swift", text: "")) == [])
    }

    @Test func `a file that does not hold the type of its name is found`() {
        func misnamed(_ name: String, _ text: String) -> Int {
            Wording.misnamed(SourceText(path: "Sources/GatehouseCore/\(name)", text: text)).count
        }
        #expect(misnamed("Route.swift", "struct Path {}") == 1)
        #expect(misnamed("Route.swift", "package struct Route: Sendable {}") == 0)
        #expect(misnamed("Route+Matching.swift", "extension Route {}") == 0)
        #expect(misnamed("Main.swift", "@main\nfinal class Gate {}") == 1)
        #expect(misnamed("ConstantTime.swift", "package func constantTime() {}") == 0)
    }
}
