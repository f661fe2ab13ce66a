# SPDX-License-Identifier: Apache-2.0
"""The harness itself: what it says of gas, reasons, events and time is true."""

import time

import artifacts
import states
from chain import GAS_MAX, LocalChain

import pytest

TRANSACTIONS_PER_SECOND_MIN = 200


def test_a_plain_transfer_costs_21000_gas_and_moves_the_value(chain: LocalChain) -> None:
    """EIP-2780's forerunner: the intrinsic cost alone."""
    alice, bob = chain.accounts[1:3]
    before = chain.balance(bob)
    receipt = chain.send(bob, sender=alice, value=5)
    assert receipt.gas_used == 21_000
    assert chain.balance(bob) == before + 5


def test_a_call_returns_decodes_events_and_keeps_state(chain: LocalChain) -> None:
    """Arguments, value, the answer and the event all arrive."""
    probe, alice = chain.deploy("Probe"), chain.accounts[1]
    receipt = probe.see(7, "hello", sender=alice, value=3)
    assert receipt.returned == 10
    event = receipt.only("Seen")
    assert (event.who, event.number, event.text) == (alice.address, 7, "hello")
    assert probe.number() == 7 and chain.storage(probe, 0) == 7
    item, now, chain_id = probe.credit({"token": alice, "key": b"\1" * 32})
    assert (item.token, item.key, now, chain_id) == (alice.address, b"\1" * 32, chain.now, chain.chain_id)


def test_reasons_are_exact_and_failures_leave_the_state(chain: LocalChain) -> None:
    """A string, a bare revert, and gas that ran out."""
    probe = chain.deploy("Probe")
    probe.see(1, "")
    with chain.reverts("unlucky"):
        probe.see(13, "", value=1)
    with chain.reverts(""):
        probe.refuse()
    with chain.reverts("OutOfGasError"):
        probe.burn(gas=200_000)
    assert probe.number() == 1 and chain.balance(probe) == 0
    with pytest.raises(AssertionError, match='reverted with "unlucky", expected "other"'):
        with chain.reverts("other"):
            probe.see(13, "")


def test_a_snapshot_brings_everything_back(chain: LocalChain) -> None:
    """Storage, balances, nonces, time, twice."""
    probe, alice = chain.deploy("Probe"), chain.accounts[1]
    saved, nonce = chain.snapshot(), chain.nonce(alice)
    for _ in range(2):
        probe.see(9, "", sender=alice, value=4)
        chain.pass_time(60)
        chain.restore(saved)
        assert (probe.number(), chain.balance(probe), chain.nonce(alice)) == (0, 0, nonce)


def test_the_harness_is_fast_enough_for_properties(chain: LocalChain) -> None:
    """Small state-changing transactions, CPU time, so that a busy machine does not fail it."""
    probe, count = chain.deploy("Probe"), 200
    started = time.process_time()
    for number in range(count):
        probe.see(number + 100, "")
    assert count / (time.process_time() - started) >= TRANSACTIONS_PER_SECOND_MIN


def test_no_transaction_may_have_more_gas_than_the_fork_allows(chain: LocalChain) -> None:
    """EIP-7825's limit is the harness's own."""
    from ethereum.forks.osaka.exceptions import TransactionGasLimitExceededError

    with pytest.raises(TransactionGasLimitExceededError):
        chain.send(chain.accounts[1], gas=GAS_MAX + 1)


@pytest.mark.parametrize("contract", sorted(path.stem for path in states.STATES.glob("*.md")))
def test_tables_and_sources_agree(contract: str) -> None:
    """Every function of a contract is in its table, every reason of its source is in its list, and nothing else is."""
    assert states.check(contract) == []


@pytest.mark.parametrize("contract", artifacts.names())
def test_every_contract_has_a_table(contract: str) -> None:
    """No contract goes without its states/NAME.md."""
    assert (states.STATES / f"{contract}.md").is_file()
