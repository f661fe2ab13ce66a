# SPDX-License-Identifier: Apache-2.0
"""Devices as they are: an Ed25519 attestation key, a secp256k1 account, and the signatures that enrolment takes."""

import hashlib
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from eth_account.messages import encode_typed_data
from eth_utils import keccak

from chain import Contract, Party, Signer, address_of

NO_ADDRESS = "0x" + "00" * 20
DEVICE_SEED = 1_000_000
VALID_SECONDS = 3_600

ENROL_TYPE = [
    {"name": "operator", "type": "address"},
    {"name": "attestationKey", "type": "bytes32"},
    {"name": "account", "type": "address"},
    {"name": "capabilities", "type": "uint256"},
    {"name": "payout", "type": "address"},
    {"name": "deadline", "type": "uint256"},
]
ROTATE_TYPE = [
    {"name": "deviceId", "type": "bytes32"},
    {"name": "account", "type": "address"},
    {"name": "attestationKey", "type": "bytes32"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint256"},
]


def domain(contract: Contract, name: str) -> dict[str, Any]:
    """The EIP-712 domain of one of our contracts: its name, version 1, the chain, the contract."""
    return {"name": name, "version": "1", "chainId": contract.chain.chain_id, "verifyingContract": contract.address}


def digest(domain_: dict[str, Any], types: dict[str, Any], message: dict[str, Any]) -> bytes:
    """The 32 bytes that an EIP-712 signature is over."""
    encoded = encode_typed_data(domain_, types, message)
    return keccak(b"\x19" + encoded.version + encoded.header + encoded.body)


@dataclass(frozen=True)
class Device:
    """A device's two keys."""

    account: Signer
    attestation: Ed25519PrivateKey

    @staticmethod
    def seeded(number: int) -> "Device":
        """The device of a numbered seed: the same in every run."""
        secret = hashlib.sha256(b"halcyon test device %d" % number).digest()
        return Device(Signer.seeded(DEVICE_SEED + number), Ed25519PrivateKey.from_private_bytes(secret))

    @property
    def key(self) -> bytes:
        """The raw 32-byte Ed25519 public key."""
        return self.attestation.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def id(self) -> bytes:
        """The device id: SHA-256 of the attestation key."""
        return hashlib.sha256(self.key).digest()


def enrolment(
    registry: Contract,
    device: Device,
    operator: Party,
    capabilities: int = 0xFF,
    payout: Party = NO_ADDRESS,
    deadline: int | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A signed enrolment of a device by an operator. `changes` replace members after signing."""
    message = {
        "operator": address_of(operator),
        "attestationKey": device.key,
        "account": device.account.address,
        "capabilities": capabilities,
        "payout": address_of(payout),
        "deadline": registry.chain.now + VALID_SECONDS if deadline is None else deadline,
    }
    place, types = domain(registry, "Halcyon DeviceRegistry"), {"Enrol": ENROL_TYPE}
    made = {name: message[name] for name in message if name != "operator"} | {
        "accountSignature": device.account.sign_typed(place, types, message),
        "binding": device.attestation.sign(digest(place, types, message)),
    }
    return made | changes


def enrol(registry: Contract, device: Device, operator: Party, **options: Any) -> bytes:
    """Enrols a device for real and gives it some coin for gas and bonds. Returns its id."""
    registry.enrol(enrolment(registry, device, operator, **options), sender=operator)
    registry.chain.set_balance(device.account, 10**20)
    return device.id


def rotation(registry: Contract, device_id: bytes, old: Device, new: Device, nonce: int = 0) -> tuple[Any, ...]:
    """The arguments of `rotate` from one pair of keys to another."""
    message = {
        "deviceId": device_id,
        "account": new.account.address,
        "attestationKey": new.key,
        "nonce": nonce,
        "deadline": registry.chain.now + VALID_SECONDS,
    }
    place, types = domain(registry, "Halcyon DeviceRegistry"), {"Rotate": ROTATE_TYPE}
    signed = digest(place, types, message)
    return (
        device_id,
        message["account"],
        new.key,
        message["deadline"],
        old.account.sign_typed(place, types, message),
        new.account.sign_typed(place, types, message),
        old.attestation.sign(signed),
        new.attestation.sign(signed),
    )


def request_types() -> dict[str, Any]:
    """The EIP-712 type of a forwarded request."""
    members = "address sender,address target,uint256 value,uint256 gas,uint256 nonce,uint256 deadline,bytes data"
    return {"Request": [dict(zip(("type", "name"), member.split(), strict=True)) for member in members.split(",")]}


def request(
    forwarder: Contract, signer: Signer, target: Contract, function: str, *args: Any, value: int = 0, gas: int = 500_000
) -> tuple[dict[str, Any], bytes]:
    """A signed request to call a function of a contract, with the signer's next nonce, and its signature."""
    message = {
        "sender": signer.address,
        "target": target.address,
        "value": value,
        "gas": gas,
        "nonce": forwarder.nonces(signer),
        "deadline": forwarder.chain.now + VALID_SECONDS,
        "data": target.interface.encode(function, args),
    }
    return message, sign_request(forwarder, signer, message)


def sign_request(forwarder: Contract, signer: Signer, message: dict[str, Any]) -> bytes:
    """The signature of a request as it is."""
    return signer.sign_typed(domain(forwarder, "Halcyon Forwarder"), request_types(), message)


def forward(forwarder: Contract, sponsor: Party, made: tuple[dict[str, Any], bytes]) -> Any:
    """Sends a signed request as a sponsor, who pays its value."""
    return forwarder.execute(*made, sender=sponsor, value=made[0]["value"])
