internal import Yams

/// Turns the text of a file into a tree of nodes with places, or into diagnostics.
///
/// Anchors, aliases, explicit tags, several documents and keys that are not text are errors; YAML's own typing of
/// scalars is never asked. At most 32 levels deep.
struct DocumentParser {
    let source: SourceText
    let diagnostics: DiagnosticCollector

    /// The tree, or nothing with at least one error said.
    func parse(_ text: String) -> ConfigurationNode? {
        if let place = AnchorScan.firstUsedAnchor(in: text) {
            source.guessSecrets()
            diagnostics.error("anchors and aliases are not allowed", at: place, hint: "write the value out")
            return nil
        }
        do {
            return try compose(text)
        } catch let YamlError.duplicatedKeysInMapping(names, context) {
            reportDuplicates(names, context.mark, in: text)
        } catch let error as YamlError {
            source.guessSecrets()
            report(error)
        } catch {
            source.guessSecrets()
            diagnostics.error("the file cannot be read as YAML", at: nil)
        }
        return nil
    }

    private func compose(_ text: String) throws -> ConfigurationNode? {
        let parser = try Yams.Parser(yaml: text, resolver: .basic, encoding: .utf8)
        // Nodes hold their anchors weakly; the parser must outlive the conversion.
        return try withExtendedLifetime(parser) {
            guard let root = try parser.singleRoot() else {
                diagnostics.error("the file is empty", at: nil, hint: "`gatehouse init DIR` writes a working one")
                return nil
            }
            let errorsBefore = diagnostics.hasErrors
            let tree = NodeConverter(diagnostics: diagnostics).convert(root)
            guard diagnostics.hasErrors == errorsBefore else {
                source.guessSecrets()
                return nil
            }
            if tree?.isNull == true {
                diagnostics.error("the file is empty", at: nil, hint: "`gatehouse init DIR` writes a working one")
                return nil
            }
            return tree
        }
    }

    private func reportDuplicates(_ names: [String], _ mark: Mark, in text: String) {
        source.guessSecrets()
        let finder = DuplicateKeyFinder(text: text)
        let duplicates = finder.duplicates(of: names) {
            try Yams.Parser(yaml: $0, resolver: .basic, encoding: .utf8).singleRoot()
        }
        for duplicate in duplicates {
            let first = duplicate.first
            diagnostics.error(
                "`\(Excerpt.of(duplicate.name))` is given twice; first at \(first.line):\(first.column)",
                at: duplicate.second
            )
        }
        guard duplicates.isEmpty else { return }
        let list = names.map { "`\(Excerpt.of($0))`" }.joined(separator: ", ")
        diagnostics.error("given twice: \(list)", at: Position(mark))
    }

    private func report(_ error: YamlError) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            // What is never finished is best shown where it began; elsewhere that place is only told.
            let isUnfinished = problem.contains("end of stream")
            let position = Position(isUnfinished ? context?.mark ?? mark : mark)
            let start = context.map { " (\($0.text), begun at \($0.mark.line):\($0.mark.column))" } ?? ""
            diagnostics.error("not valid YAML: \(problem)\(start)", at: position, hint: hint(at: position, problem))
        case .reader(let problem, _, _, _):
            diagnostics.error("not valid YAML: \(problem)", at: nil)
        default:
            diagnostics.error("the file cannot be read as YAML", at: nil)
        }
    }

    private func hint(at position: Position, _ problem: String) -> String? {
        switch source.scalar(at: position) {
        case "\t":
            "indent with spaces, not tabs"
        case "@", "`", "%", "*", "&":
            "a value that begins so needs quotes"
        default:
            problem.contains("mapping values") ? "a value that holds `: ` needs quotes; check the indentation" : nil
        }
    }
}

extension Position {
    init(_ mark: Mark) {
        self.init(line: max(mark.line, 1), column: max(mark.column, 1))
    }
}
