import GatehouseCrypto
import Synchronization

@testable import GatehouseAccounts

/// A password worker that does no work: its hash is a digest, and it writes down what it was asked.
final class PlainWorker: PasswordWorker {
    private let content = Mutex(Content())

    private struct Content {
        var comparisons: [String] = []
        var hashes = 0
        var fault: PasswordFault?
        var parameters = "1"
        var meanwhile: (@Sendable () -> Void)?
    }

    /// What happens, once, while the next password is compared.
    func happens(meanwhile event: @escaping @Sendable () -> Void) {
        self.content.withLock { $0.meanwhile = event }
    }

    /// What passwords were compared with, `live` for no account.
    var comparisons: [String] { self.content.withLock { $0.comparisons } }
    /// How many hashes were made.
    var hashes: Int { self.content.withLock { $0.hashes } }

    /// What every call fails with; nil for none.
    func fail(with fault: PasswordFault?) {
        self.content.withLock { $0.fault = fault }
    }

    /// Changes the live parameters, so that former hashes are to be made anew.
    func change(parameters: String) {
        self.content.withLock { $0.parameters = parameters }
    }

    /// Forgets what was asked.
    func forget() {
        self.content.withLock { $0.comparisons = [] }
    }

    func hash(_ password: NormalizedPassword) async throws(PasswordFault) -> String {
        if let fault = self.content.withLock({ $0.fault }) { throw fault }
        let parameters = self.content.withLock { content in
            content.hashes += 1
            return content.parameters
        }
        return "$plain$\(parameters)$\(PlainWorker.digest(password))"
    }

    func verify(
        _ password: NormalizedPassword,
        against phc: String?
    ) async throws(PasswordFault) -> PasswordVerdict {
        if let fault = self.content.withLock({ $0.fault }) { throw fault }
        let meanwhile = self.content.withLock { content in
            defer { content.meanwhile = nil }
            return content.meanwhile
        }
        meanwhile?()
        let parameters = self.content.withLock { content in
            content.comparisons.append(phc == nil ? "live" : "stored")
            return content.parameters
        }
        guard let phc, !password.isTooLong else { return .mismatch }
        guard phc.hasPrefix("$plain$") else { throw .corruptHash }
        return PasswordVerdict(
            matches: phc.hasSuffix(PlainWorker.digest(password)),
            needsRehash: !phc.hasPrefix("$plain$\(parameters)$")
        )
    }

    func strengthBits(of password: NormalizedPassword, told words: [String]) async throws(PasswordFault) -> Double {
        if let fault = self.content.withLock({ $0.fault }) { throw fault }
        return password.secret.reveal { span in
            var seen: Set<UInt8> = []
            for index in span.indices { seen.insert(span[index]) }
            return Double(seen.count) * 4
        }
    }

    func judgeAndHash(
        _ password: NormalizedPassword,
        by policy: PasswordPolicy,
        for owner: PasswordOwner
    ) async throws(PasswordFault) -> PasswordJudgement {
        let bits = try await self.strengthBits(of: password, told: owner.words)
        if let flaw = policy.flaw(of: password, for: owner, strengthBits: bits) { return .refused(flaw) }
        return .accepted(phc: try await self.hash(password))
    }

    private static func digest(_ password: NormalizedPassword) -> String {
        Base64URL.string(password.secret.reveal { span in SHA256.digest(span) })
    }
}
