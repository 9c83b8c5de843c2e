extension ConfigurationSchema {
    /// Every directive with its dotted path, sections before what is in them; `[]` stands for each entry of a list.
    package static let allPaths: [(path: String, directive: Directive)] = paths(of: root, below: "")

    /// Where a key belongs that stands in the wrong section.
    static func hint(forMisplaced key: String) -> String? {
        let places = allPaths.filter { $0.directive.name == key }.map { $0.path.dropLast(key.count + 1) }
        guard let place = places.first, places.count == 1 else { return nil }
        return place.isEmpty ? "`\(key)` belongs at the top of the file" : "`\(key)` belongs under `\(place)`"
    }

    private static func paths(of directives: [Directive], below prefix: String) -> [(String, Directive)] {
        directives.flatMap { directive in
            let path = prefix + directive.name
            let inner = directive.type.isListOfSections ? path + "[]." : path + "."
            return [(path, directive)] + paths(of: directive.type.directives, below: inner)
        }
    }
}

extension DirectiveType {
    /// Whether the keys below stand in the entries of a list.
    fileprivate var isListOfSections: Bool {
        switch self {
        case .list(.section, _): true
        default: false
        }
    }
}
