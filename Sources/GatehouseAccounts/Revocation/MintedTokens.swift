/// What a command may put into a token in the service's name, so that what ends an account ends the token as well.
package enum MintedTokens {
    /// The longest life of such a token in seconds: for how long the end of an account is remembered.
    package static let longestSeconds: Int64 = 31 * 86_400
    /// Claims that it never has: a token with a session ends with the session, and nobody could end one that is made up.
    package static let reservedClaims: Set<String> = ["sid"]
}
