# SPDX-License-Identifier: Apache-2.0
"""The system contracts are the ones of their EIPs, and blocks feed them."""

from __future__ import annotations

import pytest
import rlp as pyrlp
from eth_account import Account
from execution_bench import Bench

from devnet.execution.system_contracts import (BEACON_ROOTS, CONSOLIDATION_REQUESTS, HISTORY, SYSTEM_CONTRACTS,
                                               WITHDRAWAL_REQUESTS)

PLAIN = "60{size:02x}8060095f395ff3"
INHIBITED = "7f" + "ff" * 32 + "5f5561{size:04x}80602d5f395ff3"
KEYLESS = [
    (BEACON_ROOTS, PLAIN, 0x1B9B6EB1F0),
    (HISTORY, PLAIN, 0xAA12693182426612186309F02CFE8A80A0000),
    (WITHDRAWAL_REQUESTS, INHIBITED, 0x5FEEB084551E4E03A3581E269BC2EA2F8D0008),
    (CONSOLIDATION_REQUESTS, INHIBITED, 0x0C0730F92DC275B663D377A7CBB141B6600052)]


@pytest.mark.parametrize(("address", "constructor", "s"), KEYLESS, ids=["4788", "2935", "7002", "7251"])
def test_each_system_contract_comes_from_the_keyless_transaction_of_its_eip(
        address: bytes, constructor: str, s: int) -> None:
    """Its signature (r = 0x539, v = 27) is over the init code: another byte of code and another sender comes out, and
    with it another address. On a chain without the contract, that very transaction makes the same code there."""
    code = SYSTEM_CONTRACTS[address]
    init = bytes.fromhex(constructor.format(size=len(code))) + code
    raw = pyrlp.encode([0, 1_000_000_000_000, 250_000, b"", 0, init, 27, 0x539, s])
    sender = bytes.fromhex(Account.recover_transaction(raw)[2:])
    bench = Bench(balances={sender: 10**18}, allow_unprotected=True)
    world = bench.chain.genesis.state.world
    state = bench.chain.genesis.state
    bench.chain.genesis.state = type(state)(type(world)(world.accounts.delete(address), world.storage),
                                            state.commitment, state.hashes)
    if address in (BEACON_ROOTS, HISTORY):
        bench.chain.mempool.add(raw)
        bench.mine()
        assert bench.chain.view.head.body.outcomes[0].contract == address
        assert bench.result("eth_getCode", "0x" + address.hex()) == "0x" + code.hex()
        return
    # A block cannot be without the other two, so their creation is only called.
    called = bench.result("eth_call", {"from": "0x" + sender.hex(), "input": "0x" + init.hex(), "gas": hex(250_000)})
    assert called == "0x" + code.hex()


def test_contracts_can_read_beacon_roots_and_block_hashes() -> None:
    """EIP-4788 by timestamp, EIP-2935 by number, as the calls of a contract would be answered."""
    bench = Bench()
    payloads = [bench.mine() for _ in range(5)]
    for request, payload in zip(bench.requests, payloads):
        asked = {"to": "0x" + BEACON_ROOTS.hex(), "data": "0x" + request.timestamp.to_bytes(32, "big").hex()}
        assert bench.result("eth_call", asked) == "0x" + request.parent_beacon_block_root.hex()
        asked = {"to": "0x" + HISTORY.hex(), "data": "0x" + (payload.block_number - 1).to_bytes(32, "big").hex()}
        assert bench.result("eth_call", asked) == "0x" + payload.parent_hash.hex()


def test_consolidation_requests_reach_the_payload_with_their_type() -> None:
    """EIP-7251: type 2, source address, two public keys; one wei suffices as the fee."""
    bench = Bench()
    bench.send(to="0x" + CONSOLIDATION_REQUESTS.hex(), data=b"\xaa" * 48 + b"\xbb" * 48, gas=300_000, value=1)
    payload = bench.mine()
    sender = bench.chain.view.head.body.transactions[0].sender
    assert payload.execution_requests == (b"\x02" + sender + b"\xaa" * 48 + b"\xbb" * 48,)
    assert bench.mine().execution_requests == ()
