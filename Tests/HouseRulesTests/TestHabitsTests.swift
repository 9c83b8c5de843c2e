import Testing

@Suite struct TestHabitsTests {
    @Test func `tests wait for conditions and never for time`() {
        #expect(Checkout.tests.flatMap(TestHabits.pauses) == [])
    }

    @Test(arguments: ["usleep(1)", "Thread.sleep(forTimeInterval: 1)", "try await Task.sleep(for: .seconds(1))"])
    func `a planted pause is found in a test and allowed where conditions are polled`(text: String) {
        #expect(TestHabits.pauses(in: SourceText(path: "Tests/EndToEndTests/A.swift", text: text)).count == 1)
        #expect(TestHabits.pauses(in: SourceText(path: "Tests/TestSupport/A.swift", text: text)) == [])
        let slow = "// house: the client is slow.\n" + text
        #expect(TestHabits.pauses(in: SourceText(path: "Tests/EndToEndTests/A.swift", text: slow)) == [])
    }
}
