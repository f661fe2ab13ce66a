# SPDX-License-Identifier: Apache-2.0
"""The forwarder: calls are made once, as signed, with the gas they ask for, whoever pays."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain import GAS_MAX, Contract, LocalChain, Reverted, Signer
from devices import VALID_SECONDS, Device, enrol, request, sign_request
from states import Pair, pairs

ONE = Device.seeded(1)
ROOT = b"\x77" * 32
TARGET_ENTRY_GAS = 1_000  # what the target uses before it looks at its gas
TARGET_GAS = 10_000  # more than the target needs
TRIES = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
Made = tuple[dict[str, Any], bytes]


@pytest.fixture
def forwarder(network: dict[str, Contract]) -> Contract:
    """The network's forwarder."""
    return network["Forwarder"]


@pytest.fixture
def target(forwarder: Contract, chain: LocalChain) -> Contract:
    """A contract that knows the forwarder."""
    return chain.deploy("Target", forwarder)


@pytest.fixture
def signer(chain: LocalChain) -> Signer:
    """Who signs and has no coin."""
    chain.set_balance(chain.accounts[1], 0)
    return chain.accounts[1]


def resigned(forwarder: Contract, signer: Signer, made: Made, **changes: Any) -> Made:
    """A request with other members, signed again."""
    message = made[0] | changes
    return message, sign_request(forwarder, signer, message)


def _brought(forwarder: Contract, signer: Signer, target: Contract, state: str, failing: bool) -> Made:
    made = request(forwarder, signer, target, "anchor", ONE.id, ROOT, 1, 2)
    if failing:  # ONE is enrolled, but by another account
        assert signer.address != ONE.account.address
    if state == "EARLY":
        return resigned(forwarder, signer, made, nonce=made[0]["nonce"] + 1)
    if state == "USED":
        forwarder.executeMany([made[0]], [made[1]])
    elif state == "EXPIRED":
        forwarder.chain.pass_time(VALID_SECONDS + 1)
    elif state == "FORGED":
        return made[0] | {"gas": made[0]["gas"] + 1}, made[1]
    return made


@pytest.mark.parametrize("pair", pairs("Forwarder"))
def test_a_function_does_with_a_request_what_the_table_says(
    pair: Pair, chain: LocalChain, network: dict[str, Contract], forwarder: Contract
) -> None:
    """USED means that the sender's nonce has gone up by one."""
    enrol(network["DeviceRegistry"], ONE, chain.accounts[2])
    failing = pair.variant == "failing"
    signer = chain.accounts[1] if failing else ONE.account
    made = _brought(forwarder, signer, network["AttestationAnchor"], pair.state, failing)
    before = forwarder.nonces(signer)
    assert forwarder.verify(*made) == (pair.state == "FRESH")
    if pair.reason is not None:
        with chain.reverts(pair.reason):
            forwarder.execute(*made)
        assert forwarder.nonces(signer) == before
    elif pair.function == "execute":
        forwarder.execute(*made)
        assert forwarder.nonces(signer) == before + 1
    else:
        used = pair.state == "FRESH"
        receipt = forwarder.executeMany([made[0]], [made[1]])
        assert receipt.returned == [used and not failing]
        assert forwarder.nonces(signer) == before + used
        assert [event.name for event in receipt.events if event.address == forwarder.address] == [
            "Executed" if used else "Skipped"
        ]


def test_the_target_sees_the_signer_the_value_and_gives_its_answer(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain
) -> None:
    """The sponsor pays the value."""
    message, signature = request(forwarder, signer, target, "take", value=5)
    receipt = forwarder.execute(message, signature, sender=chain.accounts[3], value=5)
    assert int.from_bytes(receipt.returned, "big") == 5
    assert (receipt.only("Took").sender, receipt.only("Took").value) == (signer.address, 5)
    assert chain.balance(target) == 5 and chain.balance(forwarder) == 0


@pytest.mark.parametrize(("late", "reason"), [(-1, None), (0, None), (1, "expired")])
def test_a_request_is_good_until_its_deadline(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain, late: int, reason: str | None
) -> None:
    """The deadline's own second is in time."""
    made = request(forwarder, signer, target, "take")
    chain.pass_time(VALID_SECONDS + late)
    if reason:
        with chain.reverts(reason):
            forwarder.execute(*made)
    else:
        forwarder.execute(*made)


@pytest.mark.parametrize("function", ["execute", "executeMany"])
@TRIES
@given(gas=st.integers(60_000, 700_000), wanted=st.integers(0, 400_000))
def test_a_target_never_gets_less_gas_than_was_signed(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain, function: str, gas: int, wanted: int
) -> None:
    """Whatever the sponsor leaves: the call has all its gas, or nothing happens."""
    saved = chain.snapshot()
    message, signature = request(forwarder, signer, target, "take", value=1, gas=wanted)
    arguments = (message, signature) if function == "execute" else ([message], [signature])
    try:
        receipt = getattr(forwarder, function)(*arguments, gas=gas, value=1)
    except Reverted as refusal:
        small = function == "execute" and wanted < TARGET_GAS and refusal.reason == ""
        assert small or refusal.reason in ("gas too low", "OutOfGasError")
        assert forwarder.nonces(signer) == 0
    else:
        took = [event for event in receipt.events if event.name == "Took"]
        assert not took or took[0].gas + TARGET_ENTRY_GAS >= wanted
        assert took or wanted < TARGET_GAS, "only a request with too little gas of its own may fail"
    finally:
        chain.restore(saved)


@TRIES
@given(wanted=st.sampled_from([GAS_MAX, 2**64, 2**255, 2**256 - 1]))
def test_no_amount_of_wanted_gas_breaks_the_arithmetic(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain, wanted: int
) -> None:
    """More than can be had is refused for its own reason."""
    with chain.reverts("gas too low"):
        forwarder.execute(*request(forwarder, signer, target, "take", gas=wanted))


def test_a_failing_target_passes_its_reason_on(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain
) -> None:
    """Alone it is undone, nonce and value included; a target that burns its gas fails with nothing."""
    made = request(forwarder, signer, target, "fail", value=3)
    before = chain.balance(chain.accounts[3])
    with chain.reverts("target says no"):
        forwarder.execute(*made, sender=chain.accounts[3], value=3)
    assert chain.balance(chain.accounts[3]) == before and forwarder.nonces(signer) == 0
    with chain.reverts(""):
        forwarder.execute(*request(forwarder, signer, target, "spend", gas=100_000))


def test_a_batch_goes_on_after_failures_and_gives_their_coin_back(
    forwarder: Contract, target: Contract, chain: LocalChain
) -> None:
    """Good, failing, replayed, good: each result is told, and the forwarder keeps nothing."""
    people, sponsor = chain.accounts[1:4], chain.accounts[9]
    good = request(forwarder, people[0], target, "take", value=1)
    failing = request(forwarder, people[1], target, "fail", value=2)
    also = request(forwarder, people[2], target, "take", value=4)
    batch = [good, failing, good, also]
    before = chain.balance(sponsor)
    receipt = forwarder.executeMany([made[0] for made in batch], [made[1] for made in batch], sender=sponsor, value=8)
    assert receipt.returned == [True, False, False, True]
    assert before - chain.balance(sponsor) == 5 == chain.balance(target)
    assert chain.balance(forwarder) == 0
    assert [forwarder.nonces(who) for who in people] == [1, 1, 1]
    assert receipt.only("Skipped").fault == 2


def test_requests_of_one_signer_go_in_order_in_one_batch(
    forwarder: Contract, target: Contract, signer: Signer
) -> None:
    """The second one is signed before the first is used."""
    first = request(forwarder, signer, target, "take")
    second = resigned(forwarder, signer, first, nonce=1)
    receipt = forwarder.executeMany([second[0], first[0], second[0]], [second[1], first[1], second[1]])
    assert receipt.returned == [False, True, True]


@pytest.mark.parametrize("sent", [0, 4, 6])
def test_the_coin_sent_must_be_what_was_signed(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain, sent: int
) -> None:
    """Neither less nor more, alone and in a batch, and sums don't overflow."""
    made = request(forwarder, signer, target, "take", value=5)
    with chain.reverts("wrong value"):
        forwarder.execute(*made, value=sent)
    with chain.reverts("wrong value"):
        forwarder.executeMany([made[0]], [made[1]], value=sent)
    huge = resigned(forwarder, signer, made, value=2**256 - 1)
    with chain.reverts("wrong value"):
        forwarder.executeMany([huge[0], made[0]], [huge[1], made[1]], value=4)


def test_a_batch_has_as_many_signatures_as_requests(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain
) -> None:
    """None, one too few, and more than 20."""
    made = request(forwarder, signer, target, "take")
    with chain.reverts("bad batch"):
        forwarder.executeMany([], [])
    with chain.reverts("bad batch"):
        forwarder.executeMany([made[0], made[0]], [made[1]])
    with chain.reverts(""):  # the decoder's refusal
        forwarder.executeMany([made[0]] * 21, [made[1]] * 21)


def test_a_target_cannot_call_back_into_the_forwarder(
    forwarder: Contract, target: Contract, chain: LocalChain
) -> None:
    """Not even with another signer's good request: that one stays good."""
    inner = request(forwarder, chain.accounts[2], target, "take")
    data = forwarder.interface.encode("execute", inner)
    outer = request(forwarder, chain.accounts[1], target, "relay", forwarder, data)
    with chain.reverts(""):
        forwarder.execute(*outer)
    assert forwarder.executeMany([outer[0]], [outer[1]]).returned == [False]
    forwarder.execute(*inner)


def test_a_sponsor_that_takes_no_coin_back_fails_alone(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain
) -> None:
    """Its transaction is undone; another sponsor can send the same request."""
    failing = request(forwarder, signer, target, "fail", value=2)
    data = forwarder.interface.encode("executeMany", ([failing[0]], [failing[1]]))
    with chain.reverts("refund refused"):
        target.relay(forwarder, data, value=2)
    assert forwarder.nonces(signer) == 0
    assert forwarder.executeMany([failing[0]], [failing[1]], value=2).returned == [False]


def test_an_answer_that_is_too_long_is_cut(forwarder: Contract, target: Contract, signer: Signer) -> None:
    """The sponsor's memory is bounded."""
    assert len(forwarder.execute(*request(forwarder, signer, target, "flood")).returned) == 4096


@TRIES
@given(chain_id=st.integers(0, 2**64).filter(lambda number: number != 31_337))
def test_a_request_for_another_chain_is_refused(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain, chain_id: int
) -> None:
    """Replay over chain ids."""
    message, _ = request(forwarder, signer, target, "take")
    own, chain.chain_id = chain.chain_id, chain_id
    try:
        signature = sign_request(forwarder, signer, message)
    finally:
        chain.chain_id = own
    with chain.reverts("bad signature"):
        forwarder.execute(message, signature)


@TRIES
@given(
    change=st.one_of(
        st.fixed_dictionaries({"data": st.binary(max_size=200)}),
        st.fixed_dictionaries({"gas": st.integers(0, 400_000)}),
        st.fixed_dictionaries({"target": st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())}),
        st.fixed_dictionaries({"deadline": st.integers(1_900_000_000, 2**256 - 1)}),
        st.fixed_dictionaries({"sender": st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())}),
    )
)
def test_nothing_of_a_request_can_be_changed(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain, change: dict[str, Any]
) -> None:
    """Each member is under the signature."""
    message, signature = request(forwarder, signer, target, "take")
    if message | change != message:
        with chain.reverts("bad signature"):
            forwarder.execute(message | change, signature)


def test_the_zero_address_signs_nothing(
    forwarder: Contract, target: Contract, signer: Signer, chain: LocalChain
) -> None:
    """What recovers to no account must not pass for the account zero."""
    message, _ = request(forwarder, signer, target, "take")
    with chain.reverts("bad signature"):
        forwarder.execute(message | {"sender": "0x" + "00" * 20}, bytes(64) + b"\x1b")


def test_the_domain_is_readable(forwarder: Contract, chain: LocalChain) -> None:
    """EIP-5267: what a wallet needs to sign for this contract."""
    fields, name, version, chain_id, address, salt, extensions = forwarder.eip712Domain()
    assert (fields, name, version) == (b"\x0f", "Halcyon Forwarder", "1")
    assert (chain_id, address, salt, extensions) == (chain.chain_id, forwarder.address, bytes(32), [])
