import Foundation
import Testing

@Suite struct MustNotCompileTests {
    static let folder = Checkout.current.root.appending(path: "Tests/MustNotCompile")

    static var files: [URL] {
        let all = try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return (all ?? []).filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
    }

    @Test func `there are probes and a control`() {
        let probes = MustNotCompileTests.files.compactMap(Probe.init(file:))
        #expect(probes.count == MustNotCompileTests.files.count)
        #expect(probes.count { $0.expected == nil } == 1)
        #expect(probes.count { $0.expected != nil } >= 5)
    }

    @Test(arguments: MustNotCompileTests.files.compactMap(Probe.init(file:)))
    func `the compiler refuses what the types forbid`(probe: Probe) throws {
        let compiler = try ProbeCompiler(checkout: .current)
        let complaint = probe.complaint(about: try compiler.compile(probe.file))
        #expect(complaint == nil)
    }

    @Test func `a planted probe that compiles is found`() throws {
        let probe = try #require(Probe(file: MustNotCompileTests.folder, firstLine: "// error: no copies"))
        #expect(probe.complaint(about: Compilation(succeeded: true, messages: "")) != nil)
        #expect(
            probe.complaint(about: Compilation(succeeded: false, messages: "a.swift:1:1: error: something else")) != nil
        )
        #expect(
            probe.complaint(about: Compilation(succeeded: false, messages: "error: no such module 'A'; no copies"))
                != nil
        )
        #expect(probe.complaint(about: Compilation(succeeded: false, messages: "a.swift:1:1: error: no copies")) == nil)
    }

    @Test func `a planted control that fails and a probe without expectation are found`() throws {
        let control = try #require(Probe(file: MustNotCompileTests.folder, firstLine: "// compiles"))
        #expect(control.complaint(about: Compilation(succeeded: false, messages: "error: anything")) != nil)
        #expect(control.complaint(about: Compilation(succeeded: true, messages: "")) == nil)
        #expect(Probe(file: MustNotCompileTests.folder, firstLine: "import GatehouseCore") == nil)
    }

    @Test func `the package's name is read from the build plan`() throws {
        let plan = #"""
            args: ["swiftc","-module-name","NIOCore","-package-name","swift_nio"]
            args: ["swiftc","-module-name","HouseRulesTests","-package-name","my_gate"]
            """#
        #expect(try ProbeCompiler.packageName(inPlan: plan) == "my_gate")
        #expect(throws: ProbeFailure.self) { try ProbeCompiler.packageName(inPlan: "") }
    }
}
