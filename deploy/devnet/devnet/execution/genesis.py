# SPDX-License-Identifier: Apache-2.0
"""What a chain starts from: accounts, fork schedule, block 0."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Mapping

from ethereum_types.bytes import Bytes8, Bytes32
from ethereum_types.numeric import U64, U256, Uint
from immutables import Map

from . import limits
from .commitment import EMPTY_ROOT
from .rules import FORKS, Rules, load
from .system_contracts import SYSTEM_CONTRACTS
from .world import World


@dataclass(frozen=True)
class ForkActivation:
    """From this timestamp on (seconds), blocks follow the rules of a fork in `rules.FORKS`."""

    name: str
    timestamp: int = 0


@dataclass(frozen=True)
class ExecutionGenesis:
    """The chain's start. Balances in wei by 20-byte address; code by address for accounts that are contracts."""

    chain_id: int
    timestamp: int
    balances: Mapping[bytes, int] = field(default_factory=dict)
    contracts: Mapping[bytes, bytes] = field(default_factory=dict)
    gas_limit: int = 30_000_000
    base_fee_per_gas: int = 1_000_000_000
    extra_data: bytes = b"halcyon devnet"
    prev_randao: bytes = bytes(32)
    allow_unprotected: bool = False
    """Takes transactions that name no chain (before EIP-155), as keyless deployments are; geth refuses them."""

    def __post_init__(self) -> None:
        if not 0 < self.chain_id < 2**63:
            raise ValueError(f"chain id {self.chain_id} is not between 1 and 2**63 - 1")
        if len(self.extra_data) > limits.EXTRA_DATA_BYTES_MAX:
            raise ValueError(f"extra data has more than {limits.EXTRA_DATA_BYTES_MAX} bytes")
        if self.gas_limit < 5_000:
            raise ValueError("the gas limit is below the protocol's minimum of 5000")


class Schedule:
    """Which rules a block at a timestamp follows."""

    def __init__(self, forks: tuple[ForkActivation, ...]) -> None:
        """ValueError: no fork, an unknown one, or not in the protocol's order with rising timestamps."""
        if not forks:
            raise ValueError("the fork schedule is empty")
        order = [FORKS.index(fork.name) for fork in forks if fork.name in FORKS]
        if len(order) != len(forks):
            raise ValueError(f"unknown fork in the schedule; there are {', '.join(FORKS)}")
        times = [fork.timestamp for fork in forks]
        if order != sorted(set(order)) or times[1:] != sorted(set(times[1:])) or any(
                later <= times[0] for later in times[1:]):
            raise ValueError("forks of the schedule are not in rising order")
        self._forks = [(fork.timestamp, load(fork.name)) for fork in forks]

    def at(self, timestamp: int) -> Rules:
        """The rules at a time; those of the first fork before any."""
        chosen = self._forks[0][1]
        for start, rules in self._forks[1:]:
            if timestamp >= start:
                chosen = rules
        return chosen


def genesis_world(genesis: ExecutionGenesis, rules: Rules) -> World:
    """The accounts of block 0: the funded ones, the given contracts and the system's."""
    account = rules.types.Account
    accounts = {rules.types.Address(address): account(Uint(0), U256(balance), b"")
                for address, balance in genesis.balances.items() if balance}
    for address, code in {**SYSTEM_CONTRACTS, **genesis.contracts}.items():
        accounts[rules.types.Address(address)] = account(
            Uint(1), U256(genesis.balances.get(address, 0)), bytes(code))
    return World(Map(accounts), Map())


def genesis_header(genesis: ExecutionGenesis, rules: Rules, state_root: bytes) -> object:
    """The header of block 0."""
    return rules.blocks.Header(
        parent_hash=Bytes32(bytes(32)), ommers_hash=rules.fork.EMPTY_OMMER_HASH,
        coinbase=rules.types.Address(bytes(20)), state_root=Bytes32(state_root),
        transactions_root=Bytes32(EMPTY_ROOT), receipt_root=Bytes32(EMPTY_ROOT),
        bloom=rules.types.Bloom(bytes(256)), difficulty=Uint(0), number=Uint(0), gas_limit=Uint(genesis.gas_limit),
        gas_used=Uint(0), timestamp=U256(genesis.timestamp), extra_data=genesis.extra_data,
        prev_randao=Bytes32(genesis.prev_randao), nonce=Bytes8(bytes(8)),
        base_fee_per_gas=Uint(genesis.base_fee_per_gas), withdrawals_root=Bytes32(EMPTY_ROOT),
        blob_gas_used=U64(0), excess_blob_gas=U64(0), parent_beacon_block_root=Bytes32(bytes(32)),
        requests_hash=Bytes32(rules.requests.compute_requests_hash([])))
