/// Targets near `/admin`, mutated the way that attackers do; the same for the same seed.
struct Mutations {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// The next target; it may be one that no server takes.
    mutating func target() -> String {
        let stems = [
            "/admin", "/admin/x", "/a/admin", "/x/../admin", "/users/1/profile", "//admin", "/./admin", "/%61dmin",
        ]
        var text = stems[pick(stems.count)]
        for _ in 0...pick(4) { text = mutate(text) }
        return text.hasPrefix("/") ? text : "/" + text
    }

    private mutating func mutate(_ text: String) -> String {
        let pieces = [
            "/", "//", "/./", "/../", "%2e", "%2f", "%5c", ";", "?", "%00", "%61", "\\", "%", ".", "%252e", "a", "%09",
            "#",
            "..;/", "%c0%af", "%ef%bc%8f", "%3f", "%23", "admin", "/admin", "@", "%2E%2e", "\t", " ",
        ]
        var scalars = Array(text.unicodeScalars)
        let place = pick(scalars.count + 1)
        switch pick(4) {
        case 0 where place < scalars.count:
            let digits = String(scalars[place].value, radix: 16)
            scalars.replaceSubrange(
                place...place,
                with: Array((digits.count == 1 ? "%0" : "%").unicodeScalars + digits.unicodeScalars)
            )
        case 1 where place < scalars.count: scalars.remove(at: place)
        default: scalars.insert(contentsOf: pieces[pick(pieces.count)].unicodeScalars, at: place)
        }
        return String(String.UnicodeScalarView(scalars))
    }

    private mutating func pick(_ count: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % UInt64(count))
    }
}
