@testable import GatehouseCore

/// A request head in the making, filled in the way a codec does it.
struct HeadDraft {
    var method = "GET"
    var target: [UInt8] = Array("/".utf8)
    var fields: [(name: String, value: String)] = []
    var authority = "api.example.com"
    var isSecure = true
    var body = BodyLength.none
    var hasUnknownExpectation = false

    init(_ method: String = "GET", _ target: String = "/", _ fields: KeyValuePairs<String, String> = [:]) {
        self.method = method
        self.target = Array(target.utf8)
        self.fields = fields.map { (name: $0.key, value: $0.value) }
    }

    /// The head as the pipeline gets it.
    var head: RequestHead {
        let head = RequestHead()
        head.methodRange = head.appendText(Array(self.method.utf8))
        head.method = Method.allCases.first { $0.token.description == self.method } ?? .other
        head.appendText([0x20])
        head.target = head.appendText(self.target)
        let query = self.target.firstIndex(of: 0x3F) ?? self.target.count
        head.path = head.target.lowerBound..<(head.target.lowerBound + query)
        head.appendText(Array(" HTTP/1.1\r\n".utf8))
        for field in [(name: "Host", value: self.authority)] + self.fields {
            head.appendField(field.name, field.value)
        }
        head.authority = head.firstValue(.host) ?? 0..<0
        head.isSecure = self.isSecure
        head.body = self.body
        head.hasUnknownExpectation = self.hasUnknownExpectation
        return head
    }
}

extension RequestHead {
    @discardableResult
    fileprivate func appendText(_ text: [UInt8]) -> Range<Int> {
        let start = self.bytes.count
        self.bytes.append(contentsOf: text)
        return start..<self.bytes.count
    }

    fileprivate func appendField(_ name: String, _ value: String) {
        let nameRange = self.appendText(Array(name.utf8))
        self.appendText(Array(": ".utf8))
        let valueRange = self.appendText(Array(value.utf8))
        self.appendText(Array("\r\n".utf8))
        var traits: FieldTraits = []
        if name.contains("_") { traits.formUnion([.foldable, .underscored]) }
        if name.contains(".") { traits.insert(.foldable) }
        let interned = FieldName.intern(name)
        self.present.insert(interned)
        self.fields.append(
            Field(
                name: interned,
                traits: traits,
                nameStart: nameRange.lowerBound,
                nameCount: nameRange.count,
                valueStart: valueRange.lowerBound,
                valueCount: valueRange.count,
                lineEnd: self.bytes.count
            )
        )
    }

    /// What goes on to the app, names in lower case, ours behind the client's.
    var forwarded: [(name: String, value: String)] {
        let passed = self.fields.filter { !$0.traits.contains(.dropped) }
            .map { (name: self.text($0.nameRange).lowercased(), value: self.text($0.valueRange)) }
        return passed + self.added.texts
    }

    /// The values of one name on the way to the app.
    func forwarded(_ name: String) -> [String] {
        self.forwarded.filter { $0.name == name.lowercased() }.map(\.value)
    }
}

extension FieldLines {
    /// The lines as text, names in lower case.
    var texts: [(name: String, value: String)] {
        self.fields.map { field in
            (
                name: String(decoding: self.bytes[field.nameRange], as: UTF8.self).lowercased(),
                value: String(decoding: self.bytes[field.valueRange], as: UTF8.self)
            )
        }
    }

    /// The values of one name.
    func values(_ name: String) -> [String] {
        self.texts.filter { $0.name == name.lowercased() }.map(\.value)
    }
}
