# SPDX-License-Identifier: Apache-2.0
"""The chain: blocks that the untouched specification accepts, fork choice, retention."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from ethereum_rlp import rlp
from execution_bench import ACCOUNTS, COIN, FEE_RECIPIENT, GENESIS_TIME, NONE, Bench, address_of, token

from devnet.execution import CommitmentMismatch, ExecutionChain, ExecutionGenesis, ForkActivation, limits
from devnet.execution.block import BlockState
from devnet.execution.system_contracts import SYSTEM_CONTRACTS, WITHDRAWAL_REQUESTS
from devnet.seams import Withdrawal


def untouched_specification(bench: Bench) -> subprocess.CompletedProcess[str]:
    """Runs the canonical chain of a bench through `execution_replay.py`."""
    chain = bench.chain
    accounts = [(address.hex(), balance, 0, "") for address, balance in bench.genesis.balances.items()]
    accounts += [(address.hex(), 0, 1, code.hex()) for address, code in SYSTEM_CONTRACTS.items()]
    blocks = [chain.view.numbers[number] for number in range(1, chain.view.head.number + 1)]
    given: dict[str, Any] = {
        "chain_id": chain.chain_id,
        "genesis": {"fork": chain.genesis.rules.name, "accounts": accounts,
                    "header": rlp.encode(chain.genesis.header).hex()},
        "blocks": [{"fork": block.rules.name, "header": rlp.encode(block.header).hex(),
                    "transactions": [raw.hex() for raw in block.payload.transactions],
                    "withdrawals": [(entry.index, entry.validator_index, entry.address.hex(), entry.amount_gwei)
                                    for entry in block.payload.withdrawals]} for block in blocks]}
    return subprocess.run([sys.executable, str(Path(__file__).with_name("execution_replay.py"))],
                          input=json.dumps(given), capture_output=True, text=True, timeout=100)


def eventful_chain() -> Bench:
    """Both forks, every transaction type, creations, reverts, token transfers, self-destruction, withdrawals."""
    bench = Bench((ForkActivation("prague"), ForkActivation("osaka", GENESIS_TIME + 4)))
    contract = bench.deploy(token(), 10**24)
    bench.send(gasPrice=2 * 10**9, value=5)
    bench.send(gasPrice=2 * 10**9, value=5, chainId=1337, accessList=[
        {"address": contract.address, "storageKeys": ["0x" + "00" * 32]}], gas=30_000, type=1)
    bench.send(to=contract.address, data=contract.encode_abi("transfer", [ACCOUNTS[1].address, 10**20]), gas=90_000)
    bench.send(ACCOUNTS[2], to=contract.address, data=contract.encode_abi("transfer", [ACCOUNTS[1].address, 1]),
               gas=90_000)
    bench.mine(withdrawals=(Withdrawal(0, 3, b"\x33" * 20, 7), Withdrawal(1, 4, FEE_RECIPIENT, 9)))
    delegation = ACCOUNTS[3].sign_authorization({"chainId": 1337, "address": contract.address, "nonce": 0})
    bench.send(ACCOUNTS[4], to=ACCOUNTS[3].address, authorizationList=[delegation], gas=200_000,
               data=contract.encode_abi("total", []))
    # Init code that stores a word, then destroys itself; and one that returns code which does so when called.
    bench.send(ACCOUNTS[5], to=None, data=bytes.fromhex("600160005533ff"), gas=100_000, value=3)
    bench.send(ACCOUNTS[6], to=None, data=bytes.fromhex("6460aa60005560d81b6000526005601b6000f3"), gas=100_000)
    bench.mine(4)
    for sender in ACCOUNTS:
        bench.send(sender, value=1)
    # A validator's withdrawal request: public key, amount, and more than the fee of 1 wei.
    bench.send(ACCOUNTS[7], to="0x" + WITHDRAWAL_REQUESTS.hex(), data=b"\xaa" * 48 + (5).to_bytes(8, "big"),
               gas=200_000, value=10)
    bench.mine()
    # All tokens go back: the slot of their holder is removed from the storage trie.
    bench.send(ACCOUNTS[1], to=contract.address, data=contract.encode_abi("transfer", [ACCOUNTS[0].address, 10**20]),
               gas=90_000)
    bench.mine(2)
    return bench


@pytest.fixture(scope="module")
def eventful() -> Bench:
    """An `eventful_chain`, only read by the tests."""
    return eventful_chain()


def test_the_untouched_specification_accepts_every_block_across_a_fork(eventful: Bench) -> None:
    """Independent of our state, tries, pool and patches: `state_transition` compares every header field."""
    names = [eventful.chain.view.numbers[number].rules.name for number in range(eventful.chain.view.head.number + 1)]
    assert names[:4] == ["prague"] * 4 and names[4:] == ["osaka"] * (len(names) - 4)
    done = untouched_specification(eventful)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) == eventful.chain.view.head.number


def test_the_untouched_specification_refuses_a_block_with_one_wrong_bit(eventful: Bench) -> None:
    """The check above can fail: a state root with a changed bit is refused."""
    chain = ExecutionChain(eventful.genesis, eventful.forks)
    payload = chain.build(eventful.requests[0])
    chain.choose(payload.block_hash, NONE, NONE)
    block = chain.view.head
    wrong = bytearray(block.header.state_root)
    wrong[31] ^= 1
    object.__setattr__(block.header, "state_root", type(block.header.state_root)(wrong))
    bench = Bench(eventful.forks)
    bench.chain = chain
    done = untouched_specification(bench)
    assert done.returncode == 1 and "InvalidBlock" in done.stderr


def test_an_eventful_chain_holds_what_it_claims(eventful: Bench) -> None:
    """All types are in blocks, one transaction reverted, requests and withdrawals reached their places."""
    blocks = [eventful.chain.view.numbers[number] for number in range(1, eventful.chain.view.head.number + 1)]
    assert {tx.kind for block in blocks for tx in block.body.transactions} == {0, 1, 2, 4}
    assert [outcome.succeeded for block in blocks for outcome in block.body.outcomes].count(False) == 1
    assert eventful.web3.eth.get_balance("0x" + "33" * 20) == 7 * 10**9
    requests = [request for block in blocks for request in block.payload.execution_requests]
    assert requests == [b"\x01" + address_of(ACCOUNTS[7]) + b"\xaa" * 48 + (5).to_bytes(8, "little")]
    delegated = eventful.web3.eth.get_code(ACCOUNTS[3].address)
    assert delegated[:3] == b"\xef\x01\x00" and len(delegated) == 23


def test_the_same_requests_and_transactions_make_the_same_blocks(eventful: Bench) -> None:
    """A log of payload requests and raw transactions rebuilds the chain hash for hash."""
    chain = ExecutionChain(eventful.genesis, eventful.forks)
    assert chain.genesis_payload == eventful.chain.genesis_payload
    for number, request in enumerate(eventful.requests, 1):
        original = eventful.chain.view.numbers[number].payload
        payload = chain.build(request, original.transactions)
        assert payload == original
        chain.choose(payload.block_hash, NONE, NONE)


def test_a_given_transaction_that_cannot_be_executed_is_an_error() -> None:
    """A replay must not leave anything out."""
    bench = Bench()
    with pytest.raises(ValueError, match="cannot be executed: NonceMismatchError: nonce too high"):
        bench.chain.build(bench.attributes(), [bench.sign(nonce=1)])


def test_the_carried_state_root_is_compared_with_the_specifications() -> None:
    """`verify` agrees with an honest chain and notices a forged state."""
    bench = Bench()
    payload = bench.mine(3)
    assert bench.chain.verify(payload.block_hash) == payload.state_root
    head = bench.chain.view.head
    richer = head.state.world.accounts.delete(address_of(ACCOUNTS[0]))
    head.state = BlockState(type(head.state.world)(richer, head.state.world.storage), head.state.commitment,
                            head.state.hashes)
    with pytest.raises(CommitmentMismatch, match="block 3: carried"):
        bench.chain.verify(payload.block_hash)


def test_a_reorganisation_puts_transactions_back_and_they_are_mined_again() -> None:
    """Blocks 2 and 3 leave; their transactions wait again and enter the other branch in order."""
    bench = Bench()
    first = bench.mine()
    hashes = [bench.send(value=1), bench.send(value=2)]
    bench.mine()
    hashes.append(bench.send(value=3))
    bench.mine()
    assert bench.web3.eth.get_transaction_count(ACCOUNTS[0].address) == 3
    other = bench.mine(parent=first.block_hash)
    assert other.block_number == 2 and other.transactions == ()
    assert bench.chain.view.head.number == 2
    assert bench.result("eth_getTransactionReceipt", "0x" + hashes[0].hex()) is None
    assert bench.result("eth_getTransactionByHash", "0x" + hashes[2].hex())["blockHash"] is None
    assert bench.web3.eth.get_transaction_count(ACCOUNTS[0].address) == 0
    assert bench.web3.eth.get_transaction_count(ACCOUNTS[0].address, "pending") == 3
    mined = bench.mine()
    assert [tx.hash for tx in bench.chain.view.head.body.transactions] == hashes
    assert mined.block_number == 3 and bench.chain.mempool.status().ready == 0


def test_a_transaction_replaced_meanwhile_does_not_return_in_a_reorganisation() -> None:
    """The pool's newer transaction of the same nonce stays."""
    bench = Bench()
    first = bench.mine()
    bench.send(value=1)
    bench.mine()
    side = bench.chain.build(bench.attributes(first.block_hash), [bench.sign(nonce=0, value=9)])
    bench.chain.choose(side.block_hash, NONE, NONE)
    assert bench.chain.mempool.transactions() == ()
    assert bench.chain.view.head.body.transactions[0].value == 9


def test_safe_and_finalized_must_be_on_the_chain_of_the_head() -> None:
    """A fork choice that contradicts itself is refused whole."""
    bench = Bench()
    first, second = bench.mine(), bench.mine()
    side = bench.chain.build(bench.attributes(first.block_hash))
    with pytest.raises(ValueError, match="must be on the chain of the head"):
        bench.chain.choose(second.block_hash, side.block_hash, NONE)
    bench.chain.choose(second.block_hash, second.block_hash, first.block_hash)
    assert bench.chain.view.safe.hash == second.block_hash and bench.chain.view.finalized.hash == first.block_hash


def test_unknown_parents_and_old_timestamps_are_refused() -> None:
    """KeyError and ValueError, as the seam says."""
    bench = Bench()
    with pytest.raises(KeyError):
        bench.chain.build(bench.attributes(b"\x01" * 32))
    with pytest.raises(KeyError):
        bench.chain.choose(b"\x01" * 32, NONE, NONE)
    bench.time = GENESIS_TIME - 1
    with pytest.raises(ValueError, match="is not after the parent's"):
        bench.chain.build(bench.attributes())


def test_the_base_fee_rises_with_full_blocks_and_falls_with_empty_ones() -> None:
    """By an eighth per full block (EIP-1559), from a gas limit of two transfers."""
    bench = Bench(gas_limit=42_000)
    for nonce in range(4):
        bench.send(nonce=nonce)
    fees = [bench.mine().base_fee_per_gas for _ in range(4)]
    assert fees == [875_000_000, 984_375_000, 1_107_421_875, 968_994_141]


def test_a_block_takes_no_further_transactions_after_its_time() -> None:
    """The rest waits for the next block; nothing is lost."""
    now = iter(range(0, 1_000))
    bench = Bench()
    bench.chain = ExecutionChain(bench.genesis, bench.forks, build_seconds_max=2.5, clock=lambda: float(next(now)))
    for _ in range(6):
        bench.send()
    assert len(bench.mine().transactions) == 2
    assert len(bench.mine().transactions) == 2
    assert bench.chain.mempool.status().ready == 2


def test_states_bodies_and_side_blocks_leave_when_their_window_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """At least 256 states are kept; what is let go answers with geth's errors."""
    assert limits.STATE_BLOCKS >= 256
    monkeypatch.setattr(limits, "STATE_BLOCKS", 4)
    monkeypatch.setattr(limits, "BODY_TRANSACTIONS", 1)
    monkeypatch.setattr(limits, "SIDE_BLOCKS", 3)
    monkeypatch.setattr(limits, "HEADER_BLOCKS", 12)
    bench = Bench()
    tx_hash = bench.send()
    first = bench.mine()
    side = bench.chain.build(bench.attributes(bench.chain.genesis.hash))
    bench.mine(3)
    assert side.block_hash not in bench.chain.view.blocks
    root = first.state_root.hex()
    bench.mine()
    assert bench.error("eth_getBalance", ACCOUNTS[0].address, "0x1") == (
        -32000, f"historical state {root} is not available")
    assert bench.result("eth_getBalance", ACCOUNTS[0].address, "0x2") == bench.result(
        "eth_getBalance", ACCOUNTS[0].address, "latest")
    assert bench.result("eth_getTransactionReceipt", "0x" + tx_hash.hex())["status"] == "0x1"
    newer = bench.send()
    bench.mine()
    assert bench.error("eth_getBlockByNumber", "0x1", False) == (4444, "pruned history unavailable")
    assert bench.error("eth_getBlockReceipts", "0x1") == (4444, "pruned history unavailable")
    assert bench.result("eth_getHeaderByNumber", "0x1")["hash"] == "0x" + first.block_hash.hex()
    assert bench.result("eth_getTransactionReceipt", "0x" + tx_hash.hex()) is None
    assert bench.result("eth_getTransactionReceipt", "0x" + newer.hex())["blockNumber"] == "0x6"
    bench.mine(7)
    assert bench.result("eth_getHeaderByNumber", "0x1") is None
    assert bench.result("eth_getBlockByNumber", "earliest", False)["number"] == "0x0"
    with pytest.raises(ValueError, match="parent's state is no longer kept"):
        bench.mine(parent=bench.chain.view.numbers[8].hash)


def test_a_transaction_that_executes_for_too_long_leaves_the_pool_and_the_next_one_is_mined(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless loop with all the gas there is must not stop block production."""
    monkeypatch.setattr(limits, "TRANSACTION_SECONDS_MAX", 0.2)
    bench = Bench(contracts={b"\x31" * 20: bytes.fromhex("5b600056")})
    endless = bench.send(ACCOUNTS[0], to="0x" + "31" * 20, gas=16_000_000)
    other = bench.send(ACCOUNTS[1], maxPriorityFeePerGas=1)
    bench.mine()
    assert [tx.hash for tx in bench.chain.view.head.body.transactions] == [other]
    assert bench.chain.mempool.dropped(endless) == "ExecutionTimeout: longer than 0.2 s"
    assert bench.chain.verify(bench.chain.view.head.hash)


def test_token_transfers_are_built_faster_than_a_slot_of_them_needs() -> None:
    """At least 150 a second of processor time, state root included (350 were measured)."""
    bench = Bench()
    contract = bench.deploy(token(), 10**24)
    data = contract.encode_abi("transfer", [ACCOUNTS[1].address, 1])
    for _ in range(90):
        bench.send(to=contract.address, data=data, gas=90_000)
    begun = time.thread_time()
    assert len(bench.mine().transactions) == 90
    assert 90 / (time.thread_time() - begun) > 150


def test_genesis_and_schedules_that_make_no_sense_are_refused() -> None:
    """Before any block is made."""
    genesis = ExecutionGenesis(5, 0)
    for forks, problem in (((), "schedule is empty"), ((ForkActivation("berlin"),), "unknown fork"),
                           ((ForkActivation("osaka"), ForkActivation("prague", 5)), "rising order"),
                           ((ForkActivation("prague", 5), ForkActivation("osaka", 5)), "rising order")):
        with pytest.raises(ValueError, match=problem):
            ExecutionChain(genesis, forks)
    for wrong, problem in (({"chain_id": 0}, "chain id 0"), ({"gas_limit": 4_999}, "minimum of 5000"),
                           ({"extra_data": bytes(33)}, "more than 32 bytes")):
        with pytest.raises(ValueError, match=problem):
            ExecutionGenesis(**({"chain_id": 5, "timestamp": 0} | wrong))
    assert Bench().web3.eth.get_balance(ACCOUNTS[0].address) == 1000 * COIN
