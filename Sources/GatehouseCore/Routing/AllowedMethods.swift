/// The methods that the routes of one path take together, as `Allow` lists them (RFC 9110 section 10.2.1).
///
/// Made once a path when the table is made; immutable.
package struct AllowedMethods: Sendable, Equatable {
    /// The methods with a case of their own, HEAD wherever GET is.
    package private(set) var known: MethodSet
    /// The tokens of the others that are listed, in the order of the file, each once.
    package private(set) var others: [[UInt8]]
    /// Whether a route without `methods` is among them, which takes every method but the forbidden three.
    package private(set) var includesUnlisted: Bool

    /// What a path without a limit names.
    package static let all = AllowedMethods(known: .all, others: [], includesUnlisted: true)

    /// What one route takes.
    init(_ route: Route) {
        self.init(known: route.methods ?? .all, others: route.otherMethods, includesUnlisted: route.methods == nil)
        if self.known.contains(.get) { self.known.formUnion(MethodSet([.head])) }
    }

    private init(known: MethodSet, others: [[UInt8]], includesUnlisted: Bool) {
        self.known = known
        self.others = others
        self.includesUnlisted = includesUnlisted
    }

    /// Adds what another route of the path takes.
    mutating func formUnion(_ other: AllowedMethods) {
        self.known.formUnion(other.known)
        self.others += other.others.filter { !self.others.contains($0) }
        self.includesUnlisted = self.includesUnlisted || other.includesUnlisted
    }

    /// Whether a method without a case of its own is taken.
    func containsOther(_ token: ArraySlice<UInt8>) -> Bool {
        self.includesUnlisted || self.others.contains { $0.elementsEqual(token) }
    }

    /// Appends the methods as a list, for `Allow`.
    package func write(to bytes: inout [UInt8]) {
        self.known.write(to: &bytes)
        for (index, token) in self.others.enumerated() {
            if index > 0 || self.known.bits != 0 { bytes.append(contentsOf: [Byte.comma, 0x20]) }
            bytes.append(contentsOf: token)
        }
    }
}
