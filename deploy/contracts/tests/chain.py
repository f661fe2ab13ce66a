# SPDX-License-Identifier: Apache-2.0
"""A chain in this process: the executable Osaka specification run on one state, without a network or blocks.

Gas is charged as in a block (intrinsic cost, refunds, EIP-7623 floor, EIP-7825 limit); its price is zero, so that
balances move by values alone.
"""

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from eth_account import Account as KeyAccount
from eth_account.messages import encode_typed_data
from ethereum.forks.osaka import state as evm_state
from ethereum.forks.osaka import vm
from ethereum.forks.osaka.fork_types import Address
from ethereum.forks.osaka.transactions import FeeMarketTransaction, validate_transaction
from ethereum.forks.osaka.trie import copy_trie
from ethereum.forks.osaka.utils.message import prepare_message
from ethereum.forks.osaka.vm import interpreter
from ethereum_types.bytes import Bytes, Bytes0, Bytes32
from ethereum_types.numeric import U64, U256, Uint

import abi
import artifacts
import network
import pace

CHAIN_ID = 31_337
START_SECONDS = 1_800_000_000
GAS_MAX = 16_777_216  # EIP-7825
ACCOUNTS = 48
COINS = 10**24

pace.quicken()


class Reverted(Exception):
    """A call that failed: `reason` is the revert's string, or the name of the EVM's exception, or "" for none."""

    def __init__(self, reason: str, data: bytes = b"", gas_used: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.data, self.gas_used = reason, data, gas_used


@dataclass(frozen=True)
class Signer:
    """An account with its private key. Addresses are lower-case hex everywhere in the tests."""

    address: str
    secret: bytes

    @staticmethod
    def seeded(number: int) -> "Signer":
        """The account of a numbered seed: the same in every run."""
        secret = abi.keccak(b"halcyon test account " + number.to_bytes(8, "big"))
        return Signer(KeyAccount.from_key(secret).address.lower(), secret)

    def sign_typed(self, domain: dict[str, Any], types: dict[str, Any], message: dict[str, Any]) -> bytes:
        """The 65-byte EIP-712 signature (r, s, v of 27 or 28)."""
        encoded = encode_typed_data(domain, types, message)
        return bytes(KeyAccount.sign_message(encoded, self.secret).signature)

    @property
    def key(self) -> bytes:
        """The address as the key of a balance: left-padded to 32 bytes."""
        return bytes(12) + bytes.fromhex(self.address[2:])


@dataclass(frozen=True)
class Receipt:
    """What a transaction did."""

    gas_used: int
    events: list[abi.Event]
    returned: Any = None

    def only(self, name: str) -> abi.Event:
        """The one event of that name; fails when there is none or more than one."""
        found = [event for event in self.events if event.name == name]
        assert len(found) == 1, f"{len(found)} events {name} among {[event.name for event in self.events]}"
        return found[0]


@dataclass(frozen=True)
class Snapshot:
    """A state to come back to."""

    accounts: Any
    storage: dict[Any, Any]
    now: int
    number: int
    interfaces: dict[str, abi.Interface]


class Contract:
    """A deployed contract: `board.submit(terms, sender=alice, value=5)` sends, `board.stateOf(id)` reads."""

    def __init__(self, chain: "LocalChain", name: str, address: str, interface: abi.Interface) -> None:
        self.chain, self.name, self.address, self.interface = chain, name, address, interface

    def __getattr__(self, function: str) -> Any:
        try:
            entry = self.interface.function(function)
        except KeyError as error:
            raise AttributeError(f"{self.name} has no function {function}") from error
        if entry["stateMutability"] in ("view", "pure"):
            return functools.partial(self.chain.call, self, function)
        return functools.partial(self.chain.transact, self, function)

    @property
    def key(self) -> bytes:
        """The address as the key of a balance."""
        return bytes(12) + bytes.fromhex(self.address[2:])


Party = Signer | Contract | str


def address_of(party: Party) -> str:
    """The address of an account, of a contract or itself."""
    return party if isinstance(party, str) else party.address


@dataclass
class LocalChain:
    """One state, one clock, funded accounts. `accounts[0]` deploys and is the default sender."""

    chain_id: int = CHAIN_ID
    now: int = START_SECONDS
    number: int = 1
    accounts: list[Signer] = field(default_factory=lambda: [Signer.seeded(place) for place in range(ACCOUNTS)])
    _state: evm_state.State = field(default_factory=evm_state.State)
    _interfaces: dict[str, abi.Interface] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for account in self.accounts:
            self.set_balance(account, COINS)

    # --- deployment and calls

    def deploy(self, name: str, *args: Any, sender: Party | None = None, value: int = 0) -> Contract:
        """Compiles (or takes from the cache) and creates a contract of src/ or tests/src/. Raises Reverted."""
        artifact = artifacts.load(name)
        interface = abi.Interface(artifact.abi)
        creator = address_of(sender or self.accounts[0])
        address = network.create_address(creator, self.nonce(creator))
        data = bytes.fromhex(artifact.bytecode[2:]) + interface.encode_constructor(args)
        self._run(creator, None, data, value, GAS_MAX)
        self._interfaces[address] = interface
        return Contract(self, name, address, interface)

    def transact(
        self,
        contract: Contract,
        function: str,
        *args: Any,
        sender: Party | None = None,
        value: int = 0,
        gas: int = GAS_MAX,
    ) -> Receipt:
        """Sends a transaction to a function. Raises Reverted."""
        data = contract.interface.encode(function, args)
        receipt = self.send(contract, data, sender=sender, value=value, gas=gas)
        returned = contract.interface.decode_output(function, receipt.returned)
        return Receipt(receipt.gas_used, receipt.events, returned)

    def send(
        self, to: Party, data: bytes = b"", sender: Party | None = None, value: int = 0, gas: int = GAS_MAX
    ) -> Receipt:
        """Sends raw call data. `returned` is raw bytes. Raises Reverted; the nonce counts all the same."""
        gas_used, logs, output = self._run(address_of(sender or self.accounts[0]), address_of(to), data, value, gas)
        return Receipt(gas_used, abi.decode_logs(logs, self._interfaces), output)

    def create(self, sender: Party, data: bytes, gas: int = GAS_MAX) -> Receipt:
        """Runs creation code as a transaction of an account. Raises Reverted."""
        gas_used, logs, output = self._run(address_of(sender), None, data, 0, gas)
        return Receipt(gas_used, abi.decode_logs(logs, self._interfaces), output)

    def call(self, contract: Contract, function: str, *args: Any, sender: Party | None = None) -> Any:
        """Reads from a view function, or tries a function and takes back what it did. Raises Reverted."""
        data = contract.interface.encode(function, args)
        saved = self.snapshot()
        try:
            _, _, output = self._run(address_of(sender or self.accounts[0]), contract.address, data, 0, GAS_MAX)
        finally:
            self.restore(saved)
        return contract.interface.decode_output(function, output)

    @contextmanager
    def reverts(self, reason: str) -> Iterator[None]:
        """Asserts that the block fails by a revert of exactly this reason and leaves the state as it was."""
        with pytest.raises(Reverted) as caught:
            yield
        assert caught.value.reason == reason, f'reverted with "{caught.value.reason}", expected "{reason}"'

    # --- accounts, storage, time

    def balance(self, party: Party) -> int:
        """Native coin of an account."""
        return int(evm_state.get_account(self._state, _address(party)).balance)

    def set_balance(self, party: Party, amount: int) -> None:
        """Gives an account exactly this much native coin."""
        evm_state.set_account_balance(self._state, _address(party), U256(amount))

    def nonce(self, party: Party) -> int:
        """The nonce of an account's next transaction or creation."""
        return int(evm_state.get_account(self._state, _address(party)).nonce)

    def code(self, party: Party) -> bytes:
        """The code at an address."""
        return bytes(evm_state.get_account(self._state, _address(party)).code)

    def storage(self, party: Party, slot: int | bytes) -> int:
        """A storage word, as a light client would prove it."""
        place = slot if isinstance(slot, bytes) else slot.to_bytes(32, "big")
        return int(evm_state.get_storage(self._state, _address(party), Bytes32(place)))

    def poke(self, party: Party, slot: int, value: int) -> None:
        """Writes a storage word: for ends of counters that no number of calls would reach."""
        evm_state.set_storage(self._state, _address(party), Bytes32(slot.to_bytes(32, "big")), U256(value))

    def at(self, name: str, address: str) -> Contract:
        """A contract that is already there, by the interface of a source."""
        interface = self._interfaces.setdefault(address, abi.Interface(artifacts.load(name).abi))
        return Contract(self, name, address, interface)

    def set_time(self, seconds: int) -> None:
        """Sets the block time. It may go back, for tests of edges."""
        self.now = seconds

    def pass_time(self, seconds: int) -> None:
        """Moves the block time on."""
        self.now += seconds

    def snapshot(self) -> Snapshot:
        """A cheap copy of everything."""
        storage = {address: copy_trie(trie) for address, trie in self._state._storage_tries.items()}
        return Snapshot(copy_trie(self._state._main_trie), storage, self.now, self.number, dict(self._interfaces))

    def restore(self, saved: Snapshot) -> None:
        """Goes back to a snapshot, which stays good for further restores."""
        self._state._main_trie = copy_trie(saved.accounts)
        self._state._storage_tries = {address: copy_trie(trie) for address, trie in saved.storage.items()}
        self.now, self.number, self._interfaces = saved.now, saved.number, dict(saved.interfaces)

    # --- the EVM

    def _run(self, sender: str, to: str | None, data: bytes, value: int, gas: int) -> tuple[int, Any, bytes]:
        tx = FeeMarketTransaction(
            chain_id=U64(self.chain_id),
            nonce=U256(self.nonce(sender)),
            max_priority_fee_per_gas=Uint(0),
            max_fee_per_gas=Uint(0),
            gas=Uint(gas),
            to=Bytes0(b"") if to is None else _address(to),
            value=U256(value),
            data=Bytes(data),
            access_list=(),
            y_parity=U256(0),
            r=U256(0),
            s=U256(0),
        )
        intrinsic, floor = validate_transaction(tx)
        origin = _address(sender)
        assert self.balance(sender) >= value, "the sender has less coin than the transaction sends"
        evm_state.increment_nonce(self._state, origin)
        self.number += 1
        tx_env = vm.TransactionEnvironment(
            origin=origin,
            gas_price=Uint(0),
            gas=tx.gas - intrinsic,
            access_list_addresses={self._coinbase},
            access_list_storage_keys=set(),
            transient_storage=evm_state.TransientStorage(),
            blob_versioned_hashes=(),
            authorizations=(),
            index_in_block=Uint(0),
            tx_hash=Bytes32(bytes(32)),
        )
        output = interpreter.process_message_call(prepare_message(self._block(), tx_env, tx))
        spent = gas - int(output.gas_left)
        used = max(spent - min(spent // 5, int(output.refund_counter)), int(floor))
        if output.error is not None:
            raise Reverted(abi.reason(output.error, bytes(output.return_data)), bytes(output.return_data), used)
        for address in output.accounts_to_delete:
            evm_state.destroy_account(self._state, address)
        return used, output.logs, bytes(output.return_data)

    _coinbase = Address(b"\xc0" * 20)

    def _block(self) -> vm.BlockEnvironment:
        return vm.BlockEnvironment(
            chain_id=U64(self.chain_id),
            state=self._state,
            block_gas_limit=Uint(GAS_MAX),
            block_hashes=[],
            coinbase=self._coinbase,
            number=Uint(self.number),
            base_fee_per_gas=Uint(0),
            time=U256(self.now),
            prev_randao=Bytes32(abi.keccak(self.number.to_bytes(8, "big"))),
            excess_blob_gas=U64(0),
            parent_beacon_block_root=Bytes32(bytes(32)),
        )


def _address(party: Party) -> Address:
    return Address(bytes.fromhex(address_of(party)[2:]))


def deploy_network(
    chain: LocalChain, guardian: Party = network.NO_GUARDIAN, instead: dict[str, str] | None = None
) -> dict[str, Contract]:
    """Deploys the eight contracts in order by accounts[0], each at its predicted address.

    `instead` names a test contract (without constructor arguments) to put in a contract's place.
    """
    deployer = chain.accounts[0]
    addresses = network.predict(deployer.address, chain.nonce(deployer))
    made: dict[str, Contract] = {}
    for name in network.CONSTRUCTORS:
        if instead and name in instead:
            made[name] = chain.deploy(instead[name])
        else:
            made[name] = chain.deploy(name, *network.arguments(name, addresses, address_of(guardian)))
        assert made[name].address == addresses[name]
    return made
