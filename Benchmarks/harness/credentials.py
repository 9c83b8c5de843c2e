"""Certificates, keys and tokens, made afresh in the temporary folder of each run."""

import base64
import hashlib
import hmac
import json
import secrets
import subprocess
import time
from pathlib import Path

AUDIENCE = "orders-api"
LIFETIME_SECONDS = 24 * 3600


class Credentials:
    """Everything secret that a run needs. Nothing of it outlives the temporary folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.certificate = folder / "server.crt"
        self.private_key = folder / "server.key"
        self.certificate_and_key = folder / "server.pem"
        self.secret_file = folder / "hs256.secret"
        self.rs256_public_key = folder / "rs256.pub"
        self.es256_public_key = folder / "es256.pub"
        self.secret = secrets.token_hex(32)
        self._make_certificate()
        self._make_keys()

    def token(self, algorithm: str, number: int = 1) -> str:
        """One signed token of about the size that identity providers issue; each number is another caller."""
        header = {"alg": algorithm, "typ": "JWT"}
        now = int(time.time())
        claims = {
            "iss": f"https://{algorithm.lower()}.id.example.com/",
            "sub": f"5f1b6f0e-7c2a-4b8e-9d51-{number:012d}",
            "aud": AUDIENCE,
            "exp": now + LIFETIME_SECONDS,
            "iat": now,
            "jti": f"{number:032x}",
            "email": f"user{number}@example.com",
            "scope": "orders:read orders:write profile",
            "roles": ["user"],
        }
        signed = encode(json.dumps(header).encode()) + "." + encode(json.dumps(claims).encode())
        return signed + "." + encode(self._signature(algorithm, signed.encode()))

    def _signature(self, algorithm: str, signed: bytes) -> bytes:
        if algorithm == "HS256":
            return hmac.new(self.secret.encode(), signed, hashlib.sha256).digest()
        key = self.folder / f"{algorithm.lower()}.key"
        signature = openssl("dgst", "-sha256", "-sign", str(key), stdin=signed)
        return signature if algorithm == "RS256" else raw_ecdsa(signature)

    def _make_certificate(self) -> None:
        openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "7",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
            "-keyout", str(self.private_key), "-out", str(self.certificate),
        )  # fmt: skip
        both = self.certificate.read_text() + self.private_key.read_text()
        write_private(self.certificate_and_key, both)
        self.private_key.chmod(0o600)

    def _make_keys(self) -> None:
        write_private(self.secret_file, self.secret + "\n")
        rsa = ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        ec = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        for name, options, public in (("rs256", rsa, self.rs256_public_key), ("es256", ec, self.es256_public_key)):
            private = self.folder / f"{name}.key"
            openssl("genpkey", *options, "-out", str(private))
            private.chmod(0o600)
            openssl("pkey", "-in", str(private), "-pubout", "-out", str(public))


def encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def raw_ecdsa(der: bytes) -> bytes:
    """The two integers of a DER signature for P-256, 32 bytes each, as RFC 7518 section 3.4 wants them."""
    result = b""
    position = 2
    for _ in range(2):
        length = der[position + 1]
        value = int.from_bytes(der[position + 2 : position + 2 + length], "big")
        result += value.to_bytes(32, "big")
        position += 2 + length
    return result


def write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def openssl(*arguments: str, stdin: bytes = b"") -> bytes:
    return subprocess.run(["openssl", *arguments], input=stdin, check=True, capture_output=True, timeout=60).stdout
