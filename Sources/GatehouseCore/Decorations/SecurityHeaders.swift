/// The headers by which an answer tells browsers what it must not be used for.
///
/// A value: a preset, with single headers set or left out. What is left out is the app's own business.
package struct SecurityHeaders: Sendable, Equatable {
    /// The headers that are set, in the order in which they are sent.
    package private(set) var fields: [Field]

    /// One header that is set.
    package struct Field: Sendable, Equatable {
        /// Which one.
        package let name: FieldName
        /// Its value, free of control bytes.
        package let value: String

        /// Makes a header; configuration has checked the value.
        package init(name: FieldName, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// A set of headers; names that are none of the eight are ignored.
    package init(_ fields: [Field]) {
        self.fields = fields.filter { SecurityHeaders.names.contains($0.name) }
    }

    /// All eight, for an API that serves no pages.
    package static let strict = SecurityHeaders([
        Field(name: .strictTransportSecurity, value: "max-age=31536000; includeSubDomains"),
        Field(name: .xContentTypeOptions, value: "nosniff"),
        Field(name: .xFrameOptions, value: "DENY"),
        Field(name: .referrerPolicy, value: "no-referrer"),
        Field(name: .contentSecurityPolicy, value: "default-src 'none'; frame-ancestors 'none'"),
        Field(name: .permissionsPolicy, value: "camera=(), microphone=(), geolocation=(), payment=()"),
        Field(name: .crossOriginOpenerPolicy, value: "same-origin"),
        Field(name: .crossOriginResourcePolicy, value: "same-origin"),
    ])

    /// The first two, for apps that serve pages and bring their own.
    package static let api = SecurityHeaders(Array(SecurityHeaders.strict.fields.prefix(2)))

    /// None.
    package static let off = SecurityHeaders([])

    /// These headers with one set to another value, or left out for nil.
    ///
    /// `key` is the configuration's: the name in lower case with `_`. Yields nil for a key that is none of the eight.
    package func overriding(_ key: String, _ value: String?) -> SecurityHeaders? {
        guard let name = FieldName.allCases.first(where: { SecurityHeaders.key(of: $0) == key }),
            SecurityHeaders.names.contains(name)
        else { return nil }
        var fields = self.fields
        let place = fields.firstIndex { $0.name == name }
        switch (place, value) {
        case (let place?, let value?): fields[place] = Field(name: name, value: value)
        case (let place?, nil): fields.remove(at: place)
        case (nil, let value?): fields.append(Field(name: name, value: value))
        case (nil, nil): break
        }
        return SecurityHeaders(fields)
    }

    /// The headers that configuration knows.
    package static let names: FieldNameSet = [
        .strictTransportSecurity, .xContentTypeOptions, .xFrameOptions, .referrerPolicy, .contentSecurityPolicy,
        .permissionsPolicy, .crossOriginOpenerPolicy, .crossOriginResourcePolicy,
    ]

    private static func key(of name: FieldName) -> String {
        String(name.spelling.description.lowercased().map { $0 == "-" ? "_" : $0 })
    }
}
