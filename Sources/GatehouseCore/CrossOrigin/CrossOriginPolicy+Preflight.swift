extension CrossOriginPolicy {
    /// Whether the request asks for permission for another one: OPTIONS with `Origin` and `Access-Control-Request-Method`.
    ///
    /// Anything less is an ordinary request (Fetch section 3.2.2).
    package func isPreflight(_ head: RequestHead) -> Bool {
        head.method == .options && head.present.contains(.origin)
            && head.present.contains(.accessControlRequestMethod)
    }

    /// Answers a preflight: 204, and the permission if origin, method and every header are allowed.
    ///
    /// `methods` is what the routes of the path take. A refused preflight gets no permission at all and no reason: the browser
    /// stops there (Fetch section 4.8). Decorations leave the answer's CORS lines alone.
    package func answer(_ head: RequestHead, methods: AllowedMethods) -> LocalAnswer {
        var lines = FieldLines()
        if self.permits(head, methods: methods) {
            self.appendOrigin(of: head, to: &lines)
            if self.credentials { lines.append(.accessControlAllowCredentials, "true") }
            lines.append(.accessControlAllowMethods) { self.writeMethods(on: methods, to: &$0) }
            if !self.allowHeadersLine.isEmpty {
                lines.append(.accessControlAllowHeaders, self.allowHeadersLine)
            }
            lines.append(.accessControlMaxAge, String(self.maxAgeSeconds))
        }
        lines.append(.vary, CrossOriginPolicy.preflightVary)
        return LocalAnswer(status: 204, lines: lines)
    }

    /// Whether the lines are those of a preflight's answer, which is complete.
    static func isAnswered(_ lines: borrowing FieldLines) -> Bool {
        lines.fields.contains { field in
            guard field.name == .vary else { return false }
            return unsafe lines.bytes.span.bytes.extracting(field.valueRange).spells(self.preflightVary)
        }
    }

    private static var preflightVary: StaticString {
        "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"
    }

    private func permits(_ head: RequestHead, methods: AllowedMethods) -> Bool {
        self.allows(head) && self.permitsMethod(head, on: methods) && self.permitsHeaders(head)
    }

    private func permitsMethod(_ head: RequestHead, on route: AllowedMethods) -> Bool {
        guard let range = head.firstValue(.accessControlRequestMethod),
            head.count(of: .accessControlRequestMethod) == 1
        else { return false }
        let token = head.bytes[range.clamped(to: head.bytes.indices)]
        switch unsafe Method(token.span.bytes) {
        case .other: return route.containsOther(token) && self.otherMethods.contains { $0.elementsEqual(token) }
        case .head: return route.known.contains(.head) && !self.methods.isDisjoint(with: MethodSet([.get, .head]))
        case let method: return route.known.contains(method) && self.methods.contains(method)
        }
    }

    private func permitsHeaders(_ head: RequestHead) -> Bool {
        for field in head.fields where field.name == .accessControlRequestHeaders {
            guard self.headers.containsAll(of: head.bytes, field.valueRange) else { return false }
        }
        return true
    }

    private func writeMethods(on route: AllowedMethods, to bytes: inout [UInt8]) {
        var isFirst = true
        for method in Method.allCases where self.methods.contains(method) && route.known.contains(method) {
            if !isFirst { bytes.append(contentsOf: [Byte.comma, 0x20]) }
            bytes.append(contentsOf: method.token.description.utf8)
            isFirst = false
        }
        for token in self.otherMethods where route.containsOther(token[...]) {
            if !isFirst { bytes.append(contentsOf: [Byte.comma, 0x20]) }
            bytes.append(contentsOf: token)
            isFirst = false
        }
    }
}

extension FieldLines {
    /// Appends a line with a known name and a constant value.
    mutating func append(_ name: FieldName, _ value: StaticString) {
        self.append(name) {
            unsafe $0.append(
                contentsOf: UnsafeBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount)
            )
        }
    }
}

extension MethodSet {
    /// Whether no method is in both sets.
    func isDisjoint(with other: MethodSet) -> Bool {
        self.bits & other.bits == 0
    }
}
