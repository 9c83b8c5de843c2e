import GatehouseCore

/// Reads the members of a request's JSON body and gathers what is wrong with each, so that a client hears of all at once.
///
/// A member that is asked for is known; `refuseUnknown()`, called last, refuses the others. What a check yields is nil if a problem was
/// noted, so that a value of a request's type cannot be made from a body with flaws.
struct BodyReader {
    /// What is wrong so far, one a member, in the order in which it was asked for.
    var problems: [FieldProblem] { self.flaws.map { FieldProblem($0.flaw, at: [$0.name]) } }

    private var flaws: [(name: String, flaw: FieldFlaw)] = []
    private let members: JSONObject
    private var known: Set<[UInt8]> = []

    /// Takes the body apart.
    ///
    /// Throws `mediaTypeUnsupported`, `jsonMalformed`, or `fieldsInvalid` with one `wrong_type` for JSON that is no object.
    init(_ call: AccountsCall, _ content: [UInt8]) throws(Rejection) {
        guard MediaType.isJSON(call.contentTypes) else {
            // What has neither content nor type is no content of another type, but not JSON either.
            throw .refused(content.isEmpty && call.contentTypes.isEmpty ? .jsonMalformed : .mediaTypeUnsupported)
        }
        let value: JSONValue
        do throws(JSONFlaw) {
            value = try StrictJSON.parse(EscapedNUL.replaced(content), limits: BodyReader.limits)
        } catch {
            throw .refused(.jsonMalformed)
        }
        guard let members = value.object else { throw .refused(.fieldsInvalid, [FieldProblem(.wrongType, at: [])]) }
        self.members = members
    }

    /// A reader of no body, for an endpoint where one may be left out.
    init() {
        self.members = JSONObject()
    }

    /// A text that must be there and passes a check.
    mutating func required<Value>(_ name: String, _ check: (String) throws(FieldFlaw) -> Value) -> Value? {
        if self.members[name] == nil { self.note(.required, name) }
        return self.optional(name, check)
    }

    /// A text that may be left out, but is not null, and passes a check.
    mutating func optional<Value>(_ name: String, _ check: (String) throws(FieldFlaw) -> Value) -> Value? {
        guard let value = self.take(name) else { return nil }
        guard let text = value.string else {
            self.note(.wrongType, name)
            return nil
        }
        do throws(FieldFlaw) {
            return try check(text)
        } catch {
            self.note(error, name)
            return nil
        }
    }

    /// A text that may be left out, or null to take away what is there.
    mutating func change<Value>(_ name: String, _ check: (String) throws(FieldFlaw) -> Value) -> Change<Value> {
        if case .null? = self.members[name] {
            _ = self.take(name)
            return .remove
        }
        return self.optional(name, check).map { .set($0) } ?? .keep
    }

    /// Notes a flaw, also one that a check of several fields found; of several of one member the first by `FieldFlaw`'s order stays.
    mutating func note(_ flaw: FieldFlaw, _ name: String) {
        // Names are compared by their bytes, as everywhere: those of equal letters in other code points are other members.
        guard let index = self.flaws.firstIndex(where: { $0.name.utf8.elementsEqual(name.utf8) }) else {
            self.flaws.append((name, flaw))
            return
        }
        if flaw.precedes(self.flaws[index].flaw) { self.flaws[index].flaw = flaw }
    }

    /// Whether the body has that member; it counts as known from now on.
    mutating func has(_ name: String) -> Bool {
        self.take(name) != nil
    }

    /// Notes every member that nobody asked for.
    mutating func refuseUnknown() {
        for member in self.members.members where !self.known.contains(Array(member.name.utf8)) {
            self.note(.unknownField, member.name)
        }
    }

    /// The refusal with all problems.
    var rejection: Rejection {
        .refused(.fieldsInvalid, self.problems)
    }

    private mutating func take(_ name: String) -> JSONValue? {
        self.known.insert(Array(name.utf8))
        return self.members[name]
    }

    private static let limits = StrictJSON.Limits(depth: 32, members: 256)
}

/// What a body asks to be done with a value that may be absent.
enum Change<Value> {
    case keep
    case remove
    case set(Value)
}

extension Change: Sendable where Value: Sendable {}

extension FieldProblem {
    /// Makes an item for a flaw at a place in the body, given by member names (RFC 6901).
    init(_ flaw: FieldFlaw, at path: [String]) {
        let pointer = path.map { name in
            var escaped: [UInt8] = [UInt8(ascii: "/")]
            for byte in name.utf8 {
                switch byte {
                case UInt8(ascii: "~"): escaped.append(contentsOf: "~0".utf8)
                case UInt8(ascii: "/"): escaped.append(contentsOf: "~1".utf8)
                default: escaped.append(byte)
                }
            }
            return String(decoding: escaped, as: UTF8.self)
        }
        self.init(pointer: pointer.joined(), code: flaw.code, detail: flaw.detail)
    }
}
