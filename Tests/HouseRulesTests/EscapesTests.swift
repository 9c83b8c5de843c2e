import Testing

@Suite struct EscapesTests {
    @Test func `escapes have reasons and are few`() {
        let sources = Checkout.sources
        let tests = Checkout.tests
        #expect((sources + tests).flatMap(Escapes.unexplained) == [])
        #expect(Escapes.overBudget(in: sources) == [])
    }

    @Test(arguments: [
        "final class A: @unchecked Sendable {}", "nonisolated(unsafe) var x = 1", "let x = try! f()",
        "fatalError(\"no\")",
        "let x = y as! Int", "unowned(unsafe) let x: A",
    ])
    func `a planted escape needs a reason`(text: String) {
        #expect(Escapes.unexplained(in: source(text)).count == 1)
        #expect(Escapes.unexplained(in: source("// house:\n" + text)).count == 1)
        #expect(Escapes.unexplained(in: source("// house: the lock is `lock`.\n" + text)) == [])
        #expect(Escapes.unexplained(in: source("// house: a long reason that\n// goes on here.\n" + text)) == [])
        #expect(Escapes.unexplained(in: source(text + "  // house: only this loop sees it.")) == [])
        #expect(Escapes.unexplained(in: source("// house: another line's.\nlet y = 2\n" + text)).count == 1)
    }

    @Test func `words in comments and literals are no escapes`() {
        #expect(
            Escapes.all(in: source("// Never fatalError(.\nlet text = \"as! \\(x) try!\"\nlet raw = #\"as! \"try! \"#"))
                == []
        )
    }

    @Test func `a sixth escape is over the budget`() {
        let one = source("// house: a reason.\nfatalError(\"no\")")
        #expect(Escapes.overBudget(in: Array(repeating: one, count: 5)) == [])
        #expect(Escapes.overBudget(in: Array(repeating: one, count: 6)).count == 1)
    }

    private func source(_ text: String) -> SourceText {
        SourceText(path: "Sources/GatehouseCore/A.swift", text: text)
    }
}
