# SPDX-License-Identifier: Apache-2.0
"""A P-256 key of the openssl command line: the secure element of the tests."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

OPENSSL_SECONDS_MAX = 20


def _openssl(*words: str, data: bytes = b"") -> bytes:
    run = subprocess.run(["openssl", *words], input=data, capture_output=True, timeout=OPENSSL_SECONDS_MAX, check=True)
    return run.stdout


@dataclass(frozen=True)
class HardwareKey:
    """A key file that openssl made. `x` and `y` are the public key's coordinates, 32 bytes each."""

    file: Path
    x: bytes
    y: bytes

    @staticmethod
    def made_in(folder: Path) -> "HardwareKey":
        """Has openssl make a key in a folder."""
        file = folder / "p256.pem"
        file.write_bytes(_openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout"))
        point = _openssl("ec", "-in", str(file), "-pubout", "-outform", "DER")[-64:]
        return HardwareKey(file, point[:32], point[32:])

    def sign(self, message: bytes) -> tuple[bytes, bytes]:
        """The two halves of openssl's ECDSA signature over the SHA-256 of a message."""
        r, s = decode_dss_signature(_openssl("dgst", "-sha256", "-sign", str(self.file), data=message))
        return r.to_bytes(32, "big"), s.to_bytes(32, "big")

    def binding(self, message: bytes) -> dict[str, bytes]:
        """The registry's struct HardwareBinding for a message."""
        r, s = self.sign(message)
        return {"x": self.x, "y": self.y, "r": r, "s": s}
