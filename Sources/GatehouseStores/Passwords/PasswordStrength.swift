private import CZxcvbn
package import GatehouseAccounts
private import GatehouseCrypto
private import Glibc

/// The estimate of zxcvbn: how many guesses a password would survive.
package enum PasswordStrength {
    /// How many characters are looked at: the work grows with the square of their number and more.
    package static let examinedCharacters = 100

    /// Estimates, in bits, for someone who knows the words; blocks.
    ///
    /// What comes after a NUL does not count; the policy refuses such a password anyway.
    package static func bits(of password: NormalizedPassword, told words: [String]) -> Double {
        unsafe withWords(words) { words in
            unsafe withText(password) { text in unsafe ZxcvbnMatch(text, words, nil) }
        }
    }

    // The copy with the NUL that the library needs at its end is wiped before its memory is given back.
    private static func withText(
        _ password: NormalizedPassword,
        _ body: (UnsafePointer<CChar>?) -> Double
    ) -> Double {
        password.secret.reveal { span in
            let count = examined(span)
            return unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: count + 1) { buffer in
                guard let start = buffer.baseAddress else { return 0 }
                for index in 0..<count { unsafe buffer[index] = CChar(bitPattern: span[index]) }
                unsafe buffer[count] = 0
                defer { unsafe explicit_bzero(start, buffer.count) }
                return unsafe body(start)
            }
        }
    }

    // The bytes of the characters that are looked at; none is cut in two.
    private static func examined(_ span: borrowing Span<UInt8>) -> Int {
        var characters = 0
        for index in span.indices where span[index] & 0xc0 != 0x80 {
            if characters == examinedCharacters { return index }
            characters += 1
        }
        return span.count
    }

    // The library takes an array of C strings that ends with a null pointer.
    private static func withWords(
        _ words: [String],
        _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Double
    ) -> Double {
        let copies = unsafe words.compactMap { unsafe strdup($0) }
        defer { unsafe copies.forEach { unsafe free($0) } }
        var list = unsafe copies.map { unsafe UnsafePointer<CChar>?($0) } + [nil]
        return unsafe list.withUnsafeMutableBufferPointer { unsafe body($0.baseAddress) }
    }
}
