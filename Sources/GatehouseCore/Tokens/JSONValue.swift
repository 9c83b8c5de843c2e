/// A JSON value as the strict reader yields it (RFC 8259).
///
/// Strings are compared by their bytes, never by canonical equivalence: `é` in one and in two code points differ, as they do
/// for every other reader of the document. Numbers keep the text they had.
package enum JSONValue: Sendable {
    case null
    case bool(Bool)
    case number(JSONNumber)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)

    /// The text, if the value is a string.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The number, if the value is one.
    package var number: JSONNumber? {
        if case .number(let number) = self { number } else { nil }
    }

    /// The items, if the value is an array.
    package var array: [JSONValue]? {
        if case .array(let items) = self { items } else { nil }
    }

    /// The members, if the value is an object.
    package var object: JSONObject? {
        if case .object(let object) = self { object } else { nil }
    }

    /// An estimate of the heap memory in bytes that the value holds, for bounded caches.
    var heapCount: Int {
        switch self {
        case .null, .bool: 0
        case .number(let number): GatehouseCore.heapCount(of: number.text)
        case .string(let text): GatehouseCore.heapCount(of: text)
        case .array(let items):
            items.reduce(heapOverhead + items.capacity * MemoryLayout<JSONValue>.stride) { $0 + $1.heapCount }
        case .object(let object): object.heapCount
        }
    }
}

extension JSONValue: Equatable {
    /// Whether both are the same value, strings byte for byte, numbers text for text, members in the same order.
    package static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let first), .bool(let second)): first == second
        case (.number(let first), .number(let second)): first == second
        case (.string(let first), .string(let second)): sameBytes(first, second)
        case (.array(let first), .array(let second)): first == second
        case (.object(let first), .object(let second)): first == second
        default: false
        }
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByArrayLiteral
{
    /// A string.
    package init(stringLiteral value: String) {
        self = .string(value)
    }

    /// A truth value.
    package init(booleanLiteral value: Bool) {
        self = .bool(value)
    }

    /// A whole number.
    package init(integerLiteral value: Int64) {
        self = .number(JSONNumber(value))
    }

    /// An array.
    package init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }
}

/// The members of a JSON object, in the order of the document and without duplicates.
package struct JSONObject: Sendable, Equatable {
    /// The members in order.
    package private(set) var members: [Member]

    /// One name with its value.
    package struct Member: Sendable, Equatable {
        /// The name, unescaped.
        package let name: String
        /// The value.
        package var value: JSONValue

        /// Makes a member.
        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }

        /// Whether both have the same name, byte for byte, and the same value.
        package static func == (left: Member, right: Member) -> Bool {
            sameBytes(left.name, right.name) && left.value == right.value
        }
    }

    /// An object without members.
    package init() {
        self.members = []
    }

    /// An object of members whose names differ; the reader has checked that.
    ///
    /// The members are copied to where they have no room to grow: claims live long in caches.
    init(distinct members: [Member]) {
        self.members = []
        self.members.reserveCapacity(members.count)
        self.members.append(contentsOf: members)
    }

    /// The value of the member with exactly that name; setting one that is new appends it.
    package subscript(_ name: String) -> JSONValue? {
        get {
            for member in self.members where sameBytes(member.name, name) {
                return member.value
            }
            return nil
        }
        set {
            let place = self.members.firstIndex { sameBytes($0.name, name) }
            switch (place, newValue) {
            case (let index?, let value?): self.members[index].value = value
            case (let index?, nil): self.members.remove(at: index)
            case (nil, let value?): self.members.append(Member(name: name, value: value))
            case (nil, nil): break
            }
        }
    }

    var heapCount: Int {
        self.members.reduce(heapOverhead + self.members.capacity * MemoryLayout<Member>.stride) {
            $0 + GatehouseCore.heapCount(of: $1.name) + $1.value.heapCount
        }
    }
}

/// Whether two strings have the same UTF-8 bytes.
///
/// `==` on strings is canonical equivalence, under which two different subjects could be one.
@inline(__always)
func sameBytes(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    let first = left.utf8Span.span
    let second = right.utf8Span.span
    guard first.count == second.count else { return false }
    for index in first.indices where first[index] != second[index] {
        return false
    }
    return true
}

/// What an array or a string costs beside its elements: header, counts, the allocator's own word and what it rounds up.
let heapOverhead = 48

/// An estimate of the heap memory of a string; up to 15 bytes are held inline.
func heapCount(of text: String) -> Int {
    let count = text.utf8.count
    return count > 15 ? heapOverhead + count : 0
}
