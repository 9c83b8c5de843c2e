/// Reads hexadecimal digits, for constants of our own; other characters end the reading.
func hexadecimal(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var high: Int?
    for character in text {
        guard let digit = character.hexDigitValue else { break }
        if let first = high {
            bytes.append(UInt8(truncatingIfNeeded: first << 4 | digit))
            high = nil
        } else {
            high = digit
        }
    }
    return bytes
}
