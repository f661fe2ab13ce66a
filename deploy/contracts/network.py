# SPDX-License-Identifier: Apache-2.0
"""The eight contracts: their order of deployment and which of them each one is told about."""

from collections.abc import Mapping

from eth_utils import keccak
import rlp

# A contract's constructor takes the addresses named here, in this order. "guardian" is an account or zero.
CONSTRUCTORS: dict[str, tuple[str, ...]] = {
    "Forwarder": (),
    "DeviceRegistry": ("Forwarder", "Reputation", "guardian"),
    "Reputation": ("DeviceRegistry", "JobBoard", "AttestationAnchor"),
    "AttestationAnchor": ("DeviceRegistry", "Forwarder"),
    "RewardVault": ("DeviceRegistry", "JobBoard", "Verification", "Workflow", "Forwarder", "guardian"),
    "JobBoard": ("DeviceRegistry", "Reputation", "RewardVault", "Verification", "Workflow", "Forwarder", "guardian"),
    "Verification": ("JobBoard", "RewardVault", "DeviceRegistry", "Forwarder", "guardian"),
    "Workflow": ("JobBoard", "RewardVault", "Forwarder", "guardian"),
}
NO_GUARDIAN = "0x" + "00" * 20


def create_address(deployer: str, nonce: int) -> str:
    """The address a contract creation gives: last 20 bytes of keccak(rlp([deployer, nonce])); lower-case hex."""
    return "0x" + keccak(rlp.encode([bytes.fromhex(deployer[2:]), nonce]))[12:].hex()


def predict(deployer: str, nonce: int) -> dict[str, str]:
    """Where the contracts come to be when `deployer` makes them in order, the first one with `nonce`."""
    return {name: create_address(deployer, nonce + place) for place, name in enumerate(CONSTRUCTORS)}


def arguments(name: str, addresses: Mapping[str, str], guardian: str) -> list[str]:
    """The constructor's arguments of one contract."""
    return [guardian if role == "guardian" else addresses[role] for role in CONSTRUCTORS[name]]
