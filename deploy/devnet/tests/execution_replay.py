# SPDX-License-Identifier: Apache-2.0
"""Checks blocks with the untouched execution specification, in a process that never loads our code.

Reads JSON from standard input: `chain_id`, `genesis` (header as RLP, accounts), and `blocks` (fork name, RLP of header,
raw transactions, withdrawals); ends with 0 if `state_transition` accepts every one of them.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from ethereum_rlp import rlp
from ethereum_types.numeric import U64, U256, Uint


def main() -> None:
    """Runs the check and prints the number of blocks accepted."""
    given = json.load(sys.stdin)
    fork_name = given["genesis"]["fork"]
    modules = _modules(fork_name)
    state = modules["state"].State()
    for address, balance, nonce, code in given["genesis"]["accounts"]:
        modules["state"].set_account(state, modules["types"].Address(bytes.fromhex(address)), modules["types"].Account(
            Uint(nonce), U256(balance), bytes.fromhex(code)))
    header = rlp.decode_to(modules["blocks"].Header, bytes.fromhex(given["genesis"]["header"]))
    assert modules["state"].state_root(state) == header.state_root, "genesis state root"
    chain = modules["fork"].BlockChain([modules["blocks"].Block(header, (), (), ())], state, U64(given["chain_id"]))
    for entry in given["blocks"]:
        if entry["fork"] != fork_name:
            fork_name = entry["fork"]
            modules = _modules(fork_name)
            chain = _cross(chain, modules)
        modules["fork"].state_transition(chain, _block(entry, modules))
    print(len(given["blocks"]))


def _modules(fork: str) -> dict[str, Any]:
    return {short: import_module(f"ethereum.forks.{fork}.{path}") for short, path in (
        ("fork", "fork"), ("state", "state"), ("types", "fork_types"), ("blocks", "blocks"),
        ("transactions", "transactions"), ("trie", "trie"))}


def _block(entry: dict[str, Any], modules: dict[str, Any]) -> Any:
    blocks, transactions = modules["blocks"], []
    for raw in map(bytes.fromhex, entry["transactions"]):
        legacy = raw[0] >= 0xC0
        transactions.append(rlp.decode_to(modules["transactions"].LegacyTransaction, raw) if legacy else raw)
    withdrawals = tuple(blocks.Withdrawal(U64(index), U64(validator), modules["types"].Address(bytes.fromhex(address)),
                                          U256(amount)) for index, validator, address, amount in entry["withdrawals"])
    return blocks.Block(rlp.decode_to(blocks.Header, bytes.fromhex(entry["header"])), tuple(transactions), (),
                        withdrawals)


def _cross(chain: Any, modules: dict[str, Any]) -> Any:
    """The same chain in the classes of the next fork."""
    state = modules["state"].State()
    for address, account in chain.state._main_trie._data.items():
        modules["state"].set_account(state, address, modules["types"].Account(
            account.nonce, account.balance, account.code))
    for address, slots in chain.state._storage_tries.items():
        for key, value in slots._data.items():
            modules["state"].set_storage(state, address, key, value)
    return modules["fork"].apply_fork(modules["fork"].BlockChain(chain.blocks, state, chain.chain_id))


if __name__ == "__main__":
    main()
