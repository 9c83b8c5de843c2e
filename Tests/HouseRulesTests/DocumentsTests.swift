import Foundation
import Testing

@Suite struct DocumentsTests {
    @Test func `the code tour mentions every source folder`() throws {
        let checkout = Checkout.current
        #expect(
            Documents.missingFolders(in: try checkout.file("README.md"), folders: try checkout.folders(in: "Sources"))
                == []
        )
    }

    @Test func `the life of a request describes every stage in order`() throws {
        let document = try Checkout.current.file("docs/request.md")
        let pipeline = try Checkout.current.file("Sources/GatehouseCore/RequestPipeline.swift")
        #expect(Documents.missingStages(in: document, pipeline: pipeline) == [])
        #expect(Documents.misorderedStages(in: document, pipeline: pipeline) == [])
    }

    @Test func `documents have one title and decisions are numbered`() throws {
        let checkout = Checkout.current
        let documents = checkout.files(below: "docs") { $0.hasSuffix(".md") } + [try checkout.file("README.md")]
        #expect(documents.flatMap(Documents.titles) == [])
        #expect(Documents.misnumberedDecisions(documents.filter { $0.path.hasPrefix("docs/decisions/") }) == [])
    }

    @Test func `generated files are not under version control`() throws {
        let tracked = try Git.trackedFiles(in: Checkout.current.root)
        #expect(Documents.unignored(in: try Checkout.current.file(".gitignore"), tracked: tracked) == [])
    }

    @Test func `every target of the manifest is in the import table`() throws {
        let swift = try Checkout.current.folders(in: "Sources").filter { !$0.hasPrefix("C") }
        #expect(Set(swift) == ImportTable.targets)
    }

    @Test func `a planted folder that the tour leaves out is found`() {
        let readme = markdown("# Gatehouse\n`GatehouseCore` decides.")
        #expect(Documents.missingFolders(in: readme, folders: ["GatehouseCore", "GatehouseEdge"]).count == 1)
    }

    @Test func `a planted stage that is not described is found`() {
        let pipeline = SourceText(path: "P.swift", text: "// stage: match\nlet a = 1\n// stage: prepare\n")
        #expect(Documents.missingStages(in: markdown("`match`, then prepare"), pipeline: pipeline).count == 1)
        #expect(Documents.missingStages(in: markdown("`match`, then `prepare`"), pipeline: pipeline) == [])
        #expect(
            Documents.missingStages(in: markdown("all"), pipeline: SourceText(path: "P.swift", text: "")).count == 1
        )
        #expect(Documents.misorderedStages(in: markdown("`prepare`\n`match`"), pipeline: pipeline).count == 1)
        #expect(Documents.misorderedStages(in: markdown("`match`\n`prepare`"), pipeline: pipeline) == [])
    }

    @Test func `planted titles and numbers are found`() {
        #expect(Documents.titles(of: markdown("# One\n# Two")).count == 1)
        #expect(Documents.titles(of: markdown("no title")).count == 1)
        #expect(Documents.titles(of: markdown("# One\n```\n# a comment\n```")) == [])
        let first = SourceText(path: "docs/decisions/0001-a.md", text: "# 0001: A")
        let second = SourceText(path: "docs/decisions/0001-b.md", text: "# 0001: B")
        #expect(Documents.misnumberedDecisions([first]) == [])
        #expect(Documents.misnumberedDecisions([first, second]).count == 1)
    }

    @Test func `planted generated files are found`() {
        let complete = SourceText(path: ".gitignore", text: ".build/\nPackage.resolved\n")
        #expect(Documents.unignored(in: complete, tracked: ["Package.swift"]) == [])
        #expect(Documents.unignored(in: complete, tracked: ["Package.resolved", ".build/debug.yaml"]).count == 2)
        #expect(Documents.unignored(in: SourceText(path: ".gitignore", text: ".build/\n"), tracked: []).count == 1)
    }

    private func markdown(_ text: String) -> SourceText {
        SourceText(path: "a.md", text: text)
    }
}
