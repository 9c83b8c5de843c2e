// error: binary operator '==' cannot be applied to two 'Secret' operands
import GatehouseCrypto

func same(_ one: Secret, _ other: Secret) -> Bool {
    one == other
}
