/// Recognises keys whose value is likely to be a secret, where the schema cannot tell: misspelt keys and broken files.
enum SecretNames {
    /// Whether a key with this name must not have its value shown.
    static func isTelling(_ name: String) -> Bool {
        let lowered = name.lowercased()
        guard !lowered.hasSuffix("_file"), !lowered.hasSuffix("_lifetime") else { return false }
        return telling.contains { lowered.contains($0) }
    }

    private static let telling = ["secr", "pass", "token", "credential", "key"]
}
