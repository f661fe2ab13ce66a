# SPDX-License-Identifier: Apache-2.0
"""The mempool: what it takes, in which order it gives, what it lets go; refusals with geth's words."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import rlp as pyrlp
from execution_bench import ACCOUNTS, COIN, Bench, address_of

from devnet.execution import TransactionRefused, limits


def refusal(bench: Bench, raw: bytes | None = None, **fields: Any) -> str:
    """The words with which a transaction is refused."""
    with pytest.raises(TransactionRefused) as refused:
        bench.chain.mempool.add(bench.sign(**fields) if raw is None else raw)
    return str(refused.value)


def included(bench: Bench) -> list[bytes]:
    """The hashes in the head."""
    return [tx.hash for tx in bench.chain.view.head.body.transactions]


def test_transactions_go_in_by_tip_and_by_nonce_of_their_sender() -> None:
    """The dearest first, but never before an earlier nonce; equal tips in the order they came."""
    bench = Bench()
    low = bench.send(ACCOUNTS[0], maxPriorityFeePerGas=1)
    late = bench.send(ACCOUNTS[0], maxPriorityFeePerGas=5 * 10**9)
    first, second = (bench.send(account, maxPriorityFeePerGas=2 * 10**9) for account in ACCOUNTS[1:3])
    bench.mine()
    assert included(bench) == [first, second, low, late]


def test_a_gapped_nonce_waits_for_the_missing_one() -> None:
    """Also in `pending` counts."""
    bench = Bench()
    third = bench.send(nonce=2)
    second = bench.send(nonce=1)
    status = bench.chain.mempool.status()
    assert (status.ready, status.gapped) == (0, 2)
    bench.mine()
    assert included(bench) == []
    first = bench.send(nonce=0)
    assert bench.chain.mempool.next_nonce(address_of(ACCOUNTS[0])) == 3
    bench.mine()
    assert included(bench) == [first, second, third]


def test_a_replacement_must_raise_both_fees_by_a_tenth() -> None:
    """One wei less is refused, exactly a tenth is taken and the old one is gone."""
    bench = Bench()
    old = bench.send(nonce=0, maxFeePerGas=10**10, maxPriorityFeePerGas=10**9)
    words = "replacement transaction underpriced"
    assert refusal(bench, nonce=0, maxFeePerGas=11 * 10**9 - 1, maxPriorityFeePerGas=11 * 10**8) == words
    assert refusal(bench, nonce=0, maxFeePerGas=11 * 10**9, maxPriorityFeePerGas=11 * 10**8 - 1) == words
    new = bench.send(nonce=0, maxFeePerGas=11 * 10**9, maxPriorityFeePerGas=11 * 10**8)
    assert bench.chain.mempool.get(old) is None
    assert bench.chain.mempool.dropped(old) == f"replaced by 0x{new.hex()}"
    bench.mine()
    assert included(bench) == [new]


def test_a_transaction_below_the_base_fee_waits_until_it_has_fallen() -> None:
    """It stops the later ones of its sender, not those of others."""
    bench = Bench()
    stuck = bench.send(ACCOUNTS[0], maxFeePerGas=8 * 10**8, maxPriorityFeePerGas=1)
    behind = bench.send(ACCOUNTS[0])
    other = bench.send(ACCOUNTS[1])
    bench.mine()
    assert included(bench) == [other]
    bench.mine()
    assert included(bench) == [stuck, behind]


def test_held_transactions_and_senders_stay_out_of_blocks_until_released() -> None:
    """By hash or by address; later nonces wait behind."""
    bench = Bench()
    held, behind, other = bench.send(ACCOUNTS[0]), bench.send(ACCOUNTS[0]), bench.send(ACCOUNTS[1])
    pool = bench.chain.mempool
    pool.hold(held, True)
    pool.hold(address_of(ACCOUNTS[1]), True)
    assert pool.status().held == 2
    bench.mine()
    assert included(bench) == []
    pool.hold(address_of(ACCOUNTS[1]), False)
    bench.mine()
    assert included(bench) == [other]
    pool.hold(held, False)
    bench.mine()
    assert included(bench) == [held, behind]
    with pytest.raises(ValueError, match="32-byte hash or a 20-byte address"):
        pool.hold(b"\x01", True)


def test_a_dropped_transaction_is_gone_and_leaves_a_gap() -> None:
    """As a node does that forgot it; it can be sent again."""
    bench = Bench()
    raw = bench.sign(nonce=0)
    first = bench.chain.mempool.add(raw)
    bench.send(nonce=1)
    assert bench.chain.mempool.drop(first) and not bench.chain.mempool.drop(first)
    bench.mine()
    assert included(bench) == [] and bench.chain.mempool.status().gapped == 1
    assert bench.chain.mempool.dropped(first) == "dropped on request"
    assert bench.chain.mempool.add(raw) == first
    assert len(bench.mine().transactions) == 2


def test_transactions_that_cannot_be_valid_are_refused_with_geths_words() -> None:
    """One by one."""
    bench = Bench()
    bench.send(nonce=0)
    bench.mine()
    known = bench.sign(nonce=1)
    bench.chain.mempool.add(known)
    assert refusal(bench, known) == "already known"
    assert refusal(bench, nonce=0) == "nonce too low: next nonce 1, tx nonce 0"
    balance = bench.web3.eth.get_balance(ACCOUNTS[1].address)
    cost = 21_000 * 10**10 + balance
    assert refusal(bench, bench.sign(ACCOUNTS[1], value=balance)) == (
        f"insufficient funds for gas * price + value: balance {balance}, tx cost {cost}, overshot {cost - balance}")
    assert refusal(bench, chainId=5) == "invalid chain id for signer: have 5 want 1337"
    assert refusal(bench, gasPrice=10**10, chainId=None) == (
        "only replay-protected (EIP-155) transactions allowed over RPC")
    assert refusal(bench, gas=20_999) == "intrinsic gas too low: gas 20999, minimum needed 21000"
    assert refusal(bench, data=b"\x01" * 100, gas=23_000) == (
        "insufficient gas for floor data gas cost: gas 23000, minimum needed 25000")
    assert refusal(bench, gas=16_777_217) == "transaction gas limit too high (cap: 16777216, tx: 16777217)"
    assert refusal(bench, maxFeePerGas=1, maxPriorityFeePerGas=2) == (
        "max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: 2, maxFeePerGas: 1")
    assert refusal(bench, maxPriorityFeePerGas=0) == "transaction underpriced: gas tip cap 0, minimum needed 1"
    assert refusal(bench, to=None, data=bytes(49_153), gas=10**7) == (
        "max initcode size exceeded: code size 49153, limit 49152")
    assert refusal(bench, data=bytes(131_072), gas=10**7).startswith("oversized data: transaction size 131")
    assert refusal(Bench(gas_limit=50_000), gas=50_001) == "exceeds block gas limit: tx gas 50001, limit 50000"


def test_bytes_that_are_no_transaction_are_refused() -> None:
    """Wrong types, wrong lengths, encodings that are not canonical, signatures of nobody."""
    bench = Bench()
    raw = bench.sign()
    assert refusal(bench, b"") == "rlp: typed transaction too short"
    assert refusal(bench, b"\x03" + raw[1:]) == "transaction type not supported: this network takes no blobs"
    assert refusal(bench, b"\x05" + raw[1:]) == "transaction type not supported"
    assert refusal(bench, b"\x80") == "transaction type not supported"
    assert refusal(bench, raw[:-1]).startswith("rlp: ")
    assert refusal(bench, raw + b"\x00").startswith("rlp: ")
    fields = pyrlp.decode(raw[1:])
    padded = fields[:5] + [b"\x00" * 2 + fields[5]] + fields[6:]
    assert refusal(bench, b"\x02" + pyrlp.encode(padded)).startswith("rlp: ")
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
    high_s = order - int.from_bytes(fields[11], "big")
    for wrong in (fields[:11] + [high_s.to_bytes(32, "big")], fields[:10] + [b"", fields[11]],
                  fields[:9] + [b"\x02"] + fields[10:]):
        assert refusal(bench, b"\x02" + pyrlp.encode(wrong)) == "invalid sender: invalid transaction v, r, s values"
    assert bench.chain.mempool.status().bytes == 0


def test_what_a_sender_has_waiting_counts_against_its_balance() -> None:
    """As geth's "queued cost"; a replacement does not count the one it replaces."""
    bench = Bench()
    bench.send(nonce=0, value=600 * COIN)
    words = refusal(bench, nonce=1, value=600 * COIN)
    assert words.startswith("insufficient funds for gas * price + value: balance 1000000000000000000000, queued cost ")
    bench.send(nonce=0, value=700 * COIN, maxFeePerGas=2 * 10**10, maxPriorityFeePerGas=2 * 10**9)


def test_an_account_with_code_cannot_send() -> None:
    """EIP-3607."""
    bench = Bench(contracts={address_of(ACCOUNTS[2]): b"\x00"})
    assert refusal(bench, bench.sign(ACCOUNTS[2], nonce=1)) == (
        f"sender not an eoa: address {ACCOUNTS[2].address.lower()}")


def test_a_full_pool_lets_the_cheapest_go_for_a_dearer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gapped ones first, then the lowest tip; a newcomer that is no dearer is refused."""
    monkeypatch.setattr(limits, "POOL_TRANSACTIONS_MAX", 3)
    bench = Bench()
    pool = bench.chain.mempool
    gapped = bench.send(ACCOUNTS[0], nonce=5, maxPriorityFeePerGas=9 * 10**9)
    cheap = bench.send(ACCOUNTS[1], maxPriorityFeePerGas=10)
    bench.send(ACCOUNTS[2], maxPriorityFeePerGas=20)
    bench.send(ACCOUNTS[3], maxPriorityFeePerGas=5)
    assert pool.get(gapped) is None and pool.dropped(gapped) == "the pool is full"
    assert refusal(bench, bench.sign(ACCOUNTS[4], maxPriorityFeePerGas=5)) == "txpool is full"
    bench.send(ACCOUNTS[4], maxPriorityFeePerGas=11)
    bench.send(ACCOUNTS[5], maxPriorityFeePerGas=12)
    assert pool.get(cheap) is None and len(pool.transactions()) == 3


def test_limits_per_sender_and_in_time_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ready, gapped, and how long a gapped one may wait."""
    monkeypatch.setattr(limits, "POOL_SENDER_TRANSACTIONS_MAX", 3)
    monkeypatch.setattr(limits, "POOL_SENDER_GAPPED_MAX", 1)
    monkeypatch.setattr(limits, "POOL_GAPPED_SECONDS_MAX", 2)
    monkeypatch.setattr(limits, "POOL_HELD_MAX", 1)
    bench = Bench()
    gapped = bench.send(ACCOUNTS[1], nonce=3)
    assert refusal(bench, bench.sign(ACCOUNTS[1], nonce=4)) == (
        "account limit exceeded: 1 transactions of the sender are waiting")
    for _ in range(3):
        bench.send(ACCOUNTS[0])
    assert refusal(bench, bench.sign(ACCOUNTS[0])) == "account limit exceeded: 3 transactions of the sender are waiting"
    bench.mine(2)
    assert bench.chain.mempool.get(gapped) is not None
    bench.mine()
    assert bench.chain.mempool.dropped(gapped) == "waited too long behind a missing nonce"
    bench.chain.mempool.hold(b"\x01" * 32, True)
    with pytest.raises(ValueError, match="more than 1 transactions and senders are held"):
        bench.chain.mempool.hold(b"\x02" * 32, True)


def test_a_transaction_that_became_invalid_leaves_the_pool_with_its_reason() -> None:
    """Its sender spent the balance in a block that was not made from this pool."""
    bench = Bench()
    poor = bench.send(ACCOUNTS[0], nonce=1, value=900 * COIN)
    payload = bench.chain.build(bench.attributes(), [bench.sign(ACCOUNTS[0], nonce=0, value=500 * COIN)])
    bench.chain.choose(payload.block_hash, payload.block_hash, payload.block_hash)
    bench.mine()
    assert included(bench) == []
    assert bench.chain.mempool.dropped(poor) == "InsufficientBalanceError: insufficient sender balance"


def test_senders_from_many_threads_and_a_builder_lose_nothing() -> None:
    """Four threads hand in signed transactions while blocks are built; every one is in exactly one block."""
    bench = Bench()
    raws = {account: [bench.sign(account, nonce=nonce) for nonce in range(12)] for account in ACCOUNTS[:4]}
    problems: list[BaseException] = []

    def hand_in(mine: list[bytes]) -> None:
        try:
            for raw in mine:
                bench.chain.mempool.add(raw)
        except BaseException as problem:
            problems.append(problem)
    threads = [threading.Thread(target=hand_in, args=(mine,)) for mine in raws.values()]
    for thread in threads:
        thread.start()
    found: list[bytes] = []
    for _ in range(200):
        bench.mine()
        found += [tx.raw for tx in bench.chain.view.head.body.transactions]
        if len(found) == 48:
            break
    for thread in threads:
        thread.join(10)
    assert not problems
    assert sorted(found) == sorted(raw for mine in raws.values() for raw in mine)
