/// What every answer on a route gets and loses, whoever made it: security headers, CORS headers and the request id.
///
/// Made once from the configuration; immutable, shared by all loops.
package final class Decorations: Sendable {
    /// The names of the app's answer that do not go on: what tells strangers about the app, and what is set here.
    package let dropped: FieldNameSet
    private let crossOrigin: CrossOriginPolicy?
    /// The security headers over TLS, and without it: HSTS means nothing there and must not be sent (RFC 6797 section 7.2).
    private let secureLines: FieldLines
    private let plainLines: FieldLines

    /// Makes the decorations of a route, or of answers to requests that no route matched.
    package init(securityHeaders: SecurityHeaders, crossOrigin: CrossOriginPolicy?) {
        var dropped: FieldNameSet = [.server, .xPoweredBy, .xRequestID]
        var secureLines = FieldLines()
        var plainLines = FieldLines()
        for field in securityHeaders.fields {
            dropped.insert(field.name)
            secureLines.append(field.name, field.value)
            if field.name != .strictTransportSecurity { plainLines.append(field.name, field.value) }
        }
        if crossOrigin != nil { dropped.formUnion(CrossOriginPolicy.replaced) }
        self.dropped = dropped
        self.crossOrigin = crossOrigin
        self.secureLines = secureLines
        self.plainLines = plainLines
    }

    /// Marks the fields of an app's answer that do not go on; the loop is here because one over a target's border is slow.
    package func strip(_ response: ResponseHead) {
        let dropped = self.dropped
        guard response.present.intersects(dropped) else { return }
        // Taken out of the object for the loop, so that its accesses are not checked one by one.
        var fields: [Field] = []
        swap(&fields, &response.fields)
        for index in fields.indices where dropped.contains(fields[index].name) {
            fields[index].drop()
        }
        swap(&fields, &response.fields)
    }

    /// Appends the lines of an answer: security headers, CORS headers if a request could be read, and the request id.
    ///
    /// `lines` already holds the answer's own lines if the gate made it, so that a preflight's answer is recognised and its CORS
    /// lines left alone; for an app's answer it is empty or holds what the gate adds otherwise.
    package func append(to lines: inout FieldLines, head: RequestHead?, isSecure: Bool, requestID: RequestID) {
        let isComplete = !lines.isEmpty && CrossOriginPolicy.isAnswered(lines)
        lines.append(contentsOf: isSecure ? self.secureLines : self.plainLines)
        if let crossOrigin = self.crossOrigin, let head, !isComplete {
            crossOrigin.append(for: head, to: &lines)
        }
        lines.append(.xRequestID) { requestID.write(to: &$0) }
    }
}
