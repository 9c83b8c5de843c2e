internal import GatehouseCore

/// What the client codec of a listener needs to know; shared by its connections.
final class HTTP1ServerSettings: Sendable {
    let head: RequestHeadParser.Limits
    /// Counts the connections of the whole process.
    let counter: ConnectionCounter
    /// Names that must not come behind a body because the app would believe them, folded.
    private let reservedNames: [[UInt8]]

    init(limits: EdgeLimits, reservedNames: [String], counter: ConnectionCounter) {
        self.counter = counter
        self.head = RequestHeadParser.Limits(headBytes: limits.requestHead, fieldCount: limits.headerCount)
        self.reservedNames = reservedNames.map { name in name.utf8.map(HTTP1ServerSettings.folded) }
    }

    /// Whether trailers hold a name that the gate sets itself (security H-13).
    func refuses(_ trailers: FieldSection) -> Bool {
        trailers.fields.contains { field in
            let range = field.nameRange
            guard range.upperBound <= trailers.bytes.count else { return true }
            let name = trailers.bytes[range].map(HTTP1ServerSettings.folded)
            return self.reservedNames.contains(name)
        }
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        byte == 0x5F || byte == 0x2E ? 0x2D : ByteScan.lowercased(byte)
    }
}
