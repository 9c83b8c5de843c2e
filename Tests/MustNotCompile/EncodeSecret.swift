// error: requires that 'Secret' conform to 'Encodable'
import GatehouseCrypto

func encode(_ secret: Secret) {
    func write(_ value: some Encodable) {}
    write(secret)
}
