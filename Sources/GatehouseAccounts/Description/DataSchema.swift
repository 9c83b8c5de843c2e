import GatehouseCore

/// The form of a value in the OpenAPI document (JSON Schema 2020-12), as far as the service needs it.
indirect enum DataSchema: Sendable {
    /// A text with the bounds of its length in code points.
    case text(
        _ meaning: String,
        minimum: Int? = nil,
        maximum: Int? = nil,
        pattern: String? = nil,
        format: String? = nil,
        example: String? = nil
    )
    /// One of some texts.
    case choice(_ meaning: String, [String])
    /// A whole number.
    case integer(_ meaning: String)
    /// A truth value.
    case boolean(_ meaning: String)
    /// A text, or null.
    case nullable(DataSchema)
    /// An array.
    case list(_ meaning: String, of: DataSchema)
    /// An object; `isClosed` ones have no other members.
    case object(_ meaning: String, [Member], isClosed: Bool = false)
    /// One of several objects that exclude each other.
    case either(_ meaning: String, [DataSchema])
    /// A schema of the document by its name.
    case reference(String)

    /// A member of an object.
    struct Member: Sendable {
        let name: String
        let schema: DataSchema
        let isRequired: Bool

        init(_ name: String, _ schema: DataSchema, isRequired: Bool = true) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
        }
    }

    /// The schema as JSON.
    var json: JSONObject {
        switch self {
        case .text(let meaning, let minimum, let maximum, let pattern, let format, let example):
            var object = DataSchema.typed("string", meaning)
            object["minLength"] = minimum.map { .number(JSONNumber(Int64($0))) }
            object["maxLength"] = maximum.map { .number(JSONNumber(Int64($0))) }
            object["pattern"] = pattern.map { .string($0) }
            object["format"] = format.map { .string($0) }
            object["examples"] = example.map { .array([.string($0)]) }
            return object
        case .choice(let meaning, let values):
            var object = DataSchema.typed("string", meaning)
            object["enum"] = .array(values.map { .string($0) })
            return object
        case .integer(let meaning): return DataSchema.typed("integer", meaning)
        case .boolean(let meaning): return DataSchema.typed("boolean", meaning)
        case .nullable(let schema):
            var object = schema.json
            object["type"] = .array(["string", "null"])
            return object
        case .list(let meaning, let item):
            var object = DataSchema.typed("array", meaning)
            object["items"] = .object(item.json)
            return object
        case .object(let meaning, let members, let isClosed):
            return DataSchema.object(meaning, members, isClosed: isClosed)
        case .either(let meaning, let schemas):
            var object = JSONObject()
            object["description"] = .string(meaning)
            object["oneOf"] = .array(schemas.map { .object($0.json) })
            return object
        case .reference(let name):
            var object = JSONObject()
            object["$ref"] = .string("#/components/schemas/\(name)")
            return object
        }
    }

    private static func object(_ meaning: String, _ members: [Member], isClosed: Bool) -> JSONObject {
        var object = self.typed("object", meaning)
        var properties = JSONObject()
        for member in members { properties[member.name] = .object(member.schema.json) }
        object["properties"] = .object(properties)
        let required = members.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { object["required"] = .array(required) }
        if isClosed { object["additionalProperties"] = false }
        return object
    }

    private static func typed(_ type: String, _ meaning: String) -> JSONObject {
        var object = JSONObject()
        object["type"] = .string(type)
        object["description"] = .string(meaning)
        return object
    }
}
