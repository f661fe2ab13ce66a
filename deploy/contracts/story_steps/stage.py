# SPDX-License-Identifier: Apache-2.0
"""Who plays: funded accounts, the eight contracts, two enrolled devices."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils import keccak
from web3 import Web3
from web3.contract import Contract

import network
from story_steps.report import Report
from story_steps.session import Session

COIN = 10**18
NATIVE = "0x" + "00" * 20
PURSE_WEI = 3 * COIN
ENROL_SECONDS = 3_600
CAPABILITY_METER, CAPABILITY_VALVE = 1, 2
JOB_STATES = (
    "NONE", "OPEN", "ASSIGNED", "ACCEPTED", "SUBMITTED", "PAID", "REFUSED", "UNDECIDED", "EXPIRED", "CANCELLED",
)  # fmt: skip
ENROL_TYPE = [
    {"name": "operator", "type": "address"},
    {"name": "attestationKey", "type": "bytes32"},
    {"name": "account", "type": "address"},
    {"name": "capabilities", "type": "uint256"},
    {"name": "payout", "type": "address"},
    {"name": "deadline", "type": "uint256"},
]


def address_key(address: str) -> bytes:
    """The key of an address's balance in the vault: left-padded to 32 bytes."""
    return bytes(12) + bytes.fromhex(address[2:])


@dataclass(frozen=True)
class Device:
    """A device's two keys, and where it wants to be paid."""

    name: str
    account: LocalAccount
    attestation: Ed25519PrivateKey
    payout: str

    @property
    def key(self) -> bytes:
        """The raw Ed25519 public key."""
        return self.attestation.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def id(self) -> bytes:
        """SHA-256 of the attestation key."""
        return hashlib.sha256(self.key).digest()


@dataclass
class Stage:
    """The parties and the contracts of one run. Keys are new in every run that has another seed."""

    session: Session
    report: Report
    funder: LocalAccount
    seed: str
    contracts: dict[str, Contract] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.requester, self.operator = self.account("requester"), self.account("operator")
        self.verifier = self.account("verifier")
        self.challenger, self.arbiter = self.account("challenger"), self.account("arbiter")
        members = [self.account(f"member {number}") for number in range(3)]
        self.members = sorted(members, key=lambda member: int(member.address, 16))
        self.devices = [self.device(name) for name in ("meter", "valve")]

    def secret(self, name: str) -> bytes:
        """32 bytes for a name, the same for the same seed."""
        return keccak(text=f"{self.seed}/{name}")

    def account(self, name: str) -> LocalAccount:
        """A party's account."""
        made: LocalAccount = Account.from_key(self.secret(name))
        return made

    def device(self, name: str) -> Device:
        """A device's keys and an address for its pay that nobody else uses."""
        attestation = Ed25519PrivateKey.from_private_bytes(self.secret(f"{name} attestation"))
        return Device(name, self.account(name), attestation, self.account(f"{name} payout").address)

    def set(self) -> None:
        """Gives everyone coin, deploys, enrols."""
        parties = [self.requester, self.operator, self.verifier, self.challenger, self.arbiter, *self.members]
        for party in [*parties, *(device.account for device in self.devices)]:
            self.session.transfer(self.funder, party.address, PURSE_WEI)
        self.report.begin("deploy")
        self._deploy()
        self.report.begin("enrol")
        for device, capabilities in zip(self.devices, (CAPABILITY_METER, CAPABILITY_VALVE), strict=True):
            self._enrol(device, capabilities)

    def _deploy(self) -> None:
        nonce = self.session.web3.eth.get_transaction_count(self.funder.address, "pending")
        predicted = network.predict(self.funder.address.lower(), nonce)
        known = {name: Web3.to_checksum_address(address) for name, address in predicted.items()}
        for name, address in known.items():
            made = self.session.deploy(self.funder, name, *network.arguments(name, known, network.NO_GUARDIAN))
            self.report.equal(f"{name} is where its sisters expect it", address, made)
            self.contracts[name] = self.session.contract(name, made)

    def _enrol(self, device: Device, capabilities: int) -> None:
        registry = self.contracts["DeviceRegistry"]
        message: dict[str, Any] = {
            "operator": self.operator.address,
            "attestationKey": device.key,
            "account": device.account.address,
            "capabilities": capabilities,
            "payout": device.payout,
            "deadline": self.session.now() + ENROL_SECONDS,
        }
        domain = {
            "name": "Halcyon DeviceRegistry",
            "version": "1",
            "chainId": self.session.chain_id,
            "verifyingContract": registry.address,
        }
        typed = encode_typed_data(domain, {"Enrol": ENROL_TYPE}, message)
        digest = keccak(b"\x19" + typed.version + typed.header + typed.body)
        signature = bytes(device.account.sign_message(typed).signature)
        binding = device.attestation.sign(digest)
        enrolment = (*(message[part["name"]] for part in ENROL_TYPE[1:]), signature, binding)
        self.session.send(self.operator, registry.functions.enrol(enrolment))
        standing = registry.functions.standing(device.id).call()
        self.report.equal(f"{device.name} is ACTIVE", [device.account.address, 1, capabilities], list(standing))

    # --- what is looked at again and again

    def job_state(self, job: bytes) -> str:
        """A job's state on the board."""
        return JOB_STATES[self.contracts["JobBoard"].functions.stateOf(job).call()]

    def credit(self, key: bytes) -> int:
        """Native coin that the vault owes a key."""
        return int(self.contracts["RewardVault"].functions.balanceOf(NATIVE, key).call())

    def held(self, held_id: bytes) -> int:
        """Native coin that the vault holds under an id."""
        return int(self.contracts["RewardVault"].functions.heldOf(held_id, NATIVE).call())

    def inbox(self, device: Device) -> list[bytes]:
        """The jobs in a device's inbox."""
        places = self.contracts["JobBoard"].functions.inboxOf(device.id).call()
        return [bytes(job) for job in places if bytes(job) != bytes(32)]
