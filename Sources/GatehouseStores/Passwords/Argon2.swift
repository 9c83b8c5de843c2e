private import CArgon2
package import GatehouseAccounts
private import GatehouseCrypto

/// Argon2id, version 1.3 (RFC 9106), by libargon2.
package enum Argon2 {
    /// Computes the tag of a password.
    ///
    /// Blocks for as long as the cost says and takes that much memory, which the library wipes and frees.
    ///
    /// - Throws: `internalFailure` if there is no memory, or the salt has under 8 bytes or the tag under 4.
    package static func tag(
        of password: NormalizedPassword,
        salt: [UInt8],
        cost: Argon2Cost,
        count: Int
    ) throws(PasswordFault) -> [UInt8] {
        guard count > 0 else { throw .internalFailure }
        var tag = [UInt8](repeating: 0, count: count)
        let code = password.secret.reveal { text in
            unsafe text.withUnsafeBufferPointer { text in
                unsafe salt.withUnsafeBufferPointer { salt in
                    unsafe tag.withUnsafeMutableBufferPointer { tag in
                        unsafe argon2id_hash_raw(
                            cost.iterations,
                            cost.memoryKibibytes,
                            cost.parallelism,
                            text.baseAddress,
                            text.count,
                            salt.baseAddress,
                            salt.count,
                            tag.baseAddress,
                            tag.count
                        )
                    }
                }
            }
        }
        guard code == ARGON2_OK.rawValue else { throw .internalFailure }
        return tag
    }
}
