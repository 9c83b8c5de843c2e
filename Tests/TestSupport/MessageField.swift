/// One field line of a message, as received.
package struct MessageField: Sendable, Equatable {
    /// The name in the spelling that was received.
    package let name: String
    /// The value without the blanks around it, one scalar a byte.
    package let value: String

    /// Makes a field line.
    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

extension [MessageField] {
    /// The values of every line with this name in any case, in order.
    package func values(_ name: String) -> [String] {
        filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }

    /// Whether a line names this member in a comma-separated list, in any case.
    package func list(_ name: String, contains member: String) -> Bool {
        values(name).flatMap { $0.split(separator: ",") }.contains {
            $0.trimmingBlanks.lowercased() == member.lowercased()
        }
    }
}

extension StringProtocol {
    /// The text without spaces and tabs at its ends.
    package var trimmingBlanks: String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0 == " " || $0 == "\t" }
        let head = unicodeScalars.drop(while: isBlank)
        return String(String.UnicodeScalarView(head.reversed().drop(while: isBlank).reversed()))
    }
}
