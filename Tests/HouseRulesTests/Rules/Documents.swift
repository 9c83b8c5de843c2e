/// Documents that must move with the code.
enum Documents {
    /// The source folders that the code tour leaves out.
    static func missingFolders(in readme: SourceText, folders: [String]) -> [Violation] {
        folders.filter { folder in !readme.lines.contains { $0.contains(folder) } }.map {
            readme.violation(at: 0, "the code tour does not mention `\($0)`")
        }
    }

    /// The stages of the pipeline that the life of a request leaves out, or that are not marked at all.
    static func missingStages(in document: SourceText, pipeline: SourceText) -> [Violation] {
        let stages = pipeline.lines.compactMap { $0.firstMatch(of: #/\/\/ stage: (\w+)/#).map { String($0.1) } }
        if stages.isEmpty { return [pipeline.violation(at: 0, "no stage is marked with `// stage: NAME`")] }
        return stages.filter { stage in !document.lines.contains { $0.contains("`\(stage)`") } }.map {
            document.violation(at: 0, "the stage `\($0)` is not described")
        }
    }

    /// Stages that the document names in another order than the pipeline runs them in.
    static func misorderedStages(in document: SourceText, pipeline: SourceText) -> [Violation] {
        let stages = pipeline.lines.compactMap { $0.firstMatch(of: #/\/\/ stage: (\w+)/#).map { String($0.1) } }
        let places = stages.compactMap { stage in document.lines.firstIndex { $0.contains("`\(stage)`") } }
        return zip(places, places.dropFirst()).filter { $0 > $1 }.map {
            document.violation(at: $1, "a stage is described before the one that runs before it")
        }
    }

    /// A Markdown file with no title or with several.
    static func titles(of file: SourceText) -> [Violation] {
        var isFenced = false
        var titles: [Int] = []
        for (index, line) in file.lines.enumerated() {
            if line.hasPrefix("```") { isFenced.toggle() }
            if !isFenced, line.hasPrefix("# ") { titles.append(index) }
        }
        guard titles.count != 1 else { return [] }
        return [file.violation(at: titles.last ?? 0, "\(titles.count) titles (`# `); a document has one")]
    }

    /// A decision whose number is missing, taken, or not that of its title.
    static func misnumberedDecisions(_ decisions: [SourceText]) -> [Violation] {
        decisions.enumerated().compactMap { index, file in
            let number = String(index + 1)
            let wanted = String(repeating: "0", count: max(0, 4 - number.count)) + number
            let isNamed = file.fileName.hasPrefix("\(wanted)-")
            let isTitled = file.lines.first?.hasPrefix("# \(wanted): ") == true
            guard !isNamed || !isTitled else { return nil }
            return file.violation(at: 0, "should be number \(wanted), in its name and in its title")
        }
    }

    /// Built and resolved files that are, or could be, under version control.
    static func unignored(in gitignore: SourceText, tracked: [String]) -> [Violation] {
        let missing = [".build/", "Package.resolved"].filter { !gitignore.lines.contains(Substring($0)) }.map {
            gitignore.violation(at: 0, "must list `\($0)`")
        }
        let wrong = tracked.filter { $0.hasSuffix("Package.resolved") || $0.hasPrefix(".build") }.map {
            Violation(path: $0, line: 0, message: "is generated and must not be under version control")
        }
        return missing + wrong
    }
}
