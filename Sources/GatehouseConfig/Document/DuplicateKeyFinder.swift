internal import Yams

/// Finds both places of each key that is given twice in one mapping.
///
/// Yams only says the names. So each spot of the text that may be such a key gets a first letter of its own, from a
/// private plane of Unicode; then the text parses, every node keeps its place, and the letters tell which spots were
/// keys of the same mapping.
struct DuplicateKeyFinder {
    let text: String

    struct Duplicate {
        let name: String
        let first: Position
        let second: Position
    }

    /// The duplicates in the order of the file; empty when the keys are written in a way that defeats this search.
    func duplicates(of names: [String], compose: (String) throws -> Yams.Node?) -> [Duplicate] {
        guard !text.unicodeScalars.contains(where: { $0.value >= Self.firstMarker }) else { return [] }
        var names = Set(names)
        // Composing stops at the first mapping with duplicates: each round may bring up more names.
        for _ in 0..<Self.mostRounds {
            let marked = markedText(names)
            do {
                guard let root = try compose(marked.text) else { return [] }
                var found: [Duplicate] = []
                collect(root, marked.letters, into: &found, depth: 0)
                return found.sorted { $0.second < $1.second }
            } catch YamlError.duplicatedKeysInMapping(let more, _) {
                let before = names.count
                names.formUnion(more)
                guard names.count > before else { return [] }
            } catch {
                return []
            }
        }
        return []
    }

    private func markedText(_ names: Set<String>) -> (text: String, letters: [Unicode.Scalar: Unicode.Scalar]) {
        let scalars = Array(text.unicodeScalars)
        var marked = scalars
        var letters: [Unicode.Scalar: Unicode.Scalar] = [:]
        var next = Self.firstMarker
        for name in names.map({ Array($0.unicodeScalars) }) {
            guard let letter = name.first else { continue }
            for index in scalars.indices where scalars[index] == letter && isKey(name, at: index, in: scalars) {
                guard let marker = Unicode.Scalar(next) else { break }
                marked[index] = marker
                letters[marker] = letter
                next += 1
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: marked)
        return (String(view), letters)
    }

    private func isKey(_ name: [Unicode.Scalar], at index: Int, in scalars: [Unicode.Scalar]) -> Bool {
        guard index == 0 || Self.before.contains(scalars[index - 1]) else { return false }
        guard scalars[index...].starts(with: name) else { return false }
        let rest = scalars[(index + name.count)...].drop { $0 == " " || $0 == "\"" || $0 == "'" }
        return rest.first == ":"
    }

    private func collect(
        _ node: Yams.Node,
        _ letters: [Unicode.Scalar: Unicode.Scalar],
        into found: inout [Duplicate],
        depth: Int
    ) {
        guard depth <= Self.deepest, node.anchor == nil else { return }
        switch node {
        case .mapping(let mapping):
            var places: [String: Position] = [:]
            for (key, value) in mapping {
                collect(value, letters, into: &found, depth: depth + 1)
                guard let name = key.scalar?.string, let mark = key.mark else { continue }
                let original = unmarked(name, letters)
                if let first = places[original] {
                    found.append(Duplicate(name: original, first: first, second: Position(mark)))
                } else {
                    places[original] = Position(mark)
                }
            }
        case .sequence(let sequence):
            for item in sequence {
                collect(item, letters, into: &found, depth: depth + 1)
            }
        case .scalar, .alias:
            break
        }
    }

    private func unmarked(_ name: String, _ letters: [Unicode.Scalar: Unicode.Scalar]) -> String {
        guard let first = name.unicodeScalars.first, let letter = letters[first] else { return name }
        return String(letter) + String(name.unicodeScalars.dropFirst())
    }

    private static let before: Set<Unicode.Scalar> = [" ", "\n", "\r", "\t", "\"", "'", "{", ",", "[", "-", "?"]
    private static let firstMarker: UInt32 = 0xF_0000
    private static let mostRounds = 16
    private static let deepest = 64
}
