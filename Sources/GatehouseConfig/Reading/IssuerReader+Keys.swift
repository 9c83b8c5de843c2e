internal import GatehouseCore
internal import GatehouseCrypto

/// Reading and checking the keys of one issuer.
extension IssuerReader {
    func secret(
        _ section: ResolvedSection,
        _ source: String,
        _ algorithms: [SignatureAlgorithm]?
    ) -> IssuerSettings.KeySource? {
        let place = section.place(of: source)
        let isLiteral = source == "secret"
        let read =
            isLiteral
            ? context.literalSecret(section, "secret", mode) : context.secretFile(section, "secret", mode)
        guard let bytes = read else { return nil }
        let secret = Secret(bytes)
        // RFC 7518 3.2: the secret is at least as long as the hash of the largest algorithm that is allowed.
        let minimum = (algorithms ?? []).filter(\.isSymmetric).map(\.digestCount).max() ?? 32
        do {
            let key = try KeyLoading.hmac(secret, minimumCount: max(minimum, 32))
            checkVariety(bytes, source, place)
            return .single(key, signingSecret: secret)
        } catch {
            diagnostics.error("\(source): \(error.message)", at: place)
            return nil
        }
    }

    /// GH-D001: few different bytes mean a secret that can be guessed.
    private func checkVariety(_ bytes: [UInt8], _ source: String, _ place: Position?) {
        guard Set(bytes).count < 10 else { return }
        let message = "\(source): the secret has few different characters and can be guessed"
        let hint = "make one with `openssl rand -base64 48`"
        if mode == .production {
            diagnostics.error("\(message) (GH-D001)", at: place, hint: hint)
        } else {
            diagnostics.warning(message, at: place, hint: hint)
        }
    }

    func publicKey(_ section: ResolvedSection) -> IssuerSettings.KeySource? {
        let place = section.place(of: "public_key_file")
        guard let path = section.text("public_key_file"),
            let file = context.readFile(path, "public_key_file", at: place)
        else { return nil }
        do {
            return .single(try KeyLoading.publicKey(file.bytes), signingSecret: nil)
        } catch {
            diagnostics.error("public_key_file: \(error.message)", at: place)
            return nil
        }
    }

    func keySet(_ section: ResolvedSection) -> IssuerSettings.KeySource? {
        let place = section.place(of: "jwks_file")
        guard let path = section.text("jwks_file"), let file = context.readFile(path, "jwks_file", at: place) else {
            return nil
        }
        do {
            let keys = try KeyLoading.keySet(file.bytes)
            for warning in keys.warnings {
                diagnostics.warning("jwks_file: \(warning)", at: place)
            }
            return .set(keys)
        } catch {
            diagnostics.error("jwks_file: \(error.message)", at: place)
            return nil
        }
    }
}
