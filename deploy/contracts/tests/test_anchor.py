# SPDX-License-Identifier: Apache-2.0
"""The anchor: one history a device, in order, with the block's time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain import Contract, LocalChain, Signer
from devices import NO_ADDRESS, Device, enrol, enrolment, forward, request
from layout import slot_of
from states import Pair, pairs

ONE, TWO = Device.seeded(1), Device.seeded(2)
DAY_SECONDS = 86_400
ANCHOR_GAS_MAX = 60_000
MASK = 2**64 - 1
TRIES = settings(
    max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def anchor(network: dict[str, Contract], chain: LocalChain) -> Contract:
    """The network's anchor, with device ONE enrolled."""
    enrol(network["DeviceRegistry"], ONE, chain.accounts[1])
    return network["AttestationAnchor"]


def root(number: int) -> bytes:
    """A root that isn't zero."""
    return number.to_bytes(32, "big")


def word(value: int) -> tuple[int, int, int, int]:
    """The four fields of a device's head, lowest first."""
    return value & MASK, (value >> 64) & MASK, (value >> 128) & MASK, value >> 192


def _bring(registry: Contract, operator: Signer, state: str) -> None:
    if state == "NONE":
        return
    enrol(registry, ONE, operator)
    if state == "SUSPENDED":
        registry.suspend(ONE.id, "", sender=operator)
    elif state == "REVOKED":
        registry.revoke(ONE.id, "", sender=operator)
    elif state == "REPLACED":
        registry.replace(ONE.id, enrolment(registry, TWO, operator), sender=operator)


@pytest.mark.parametrize("pair", pairs("AttestationAnchor"))
def test_a_device_anchors_in_a_state_as_the_table_says(
    pair: Pair, chain: LocalChain, network: dict[str, Contract]
) -> None:
    """Only an active device, only its own account."""
    operator, contract = chain.accounts[1], network["AttestationAnchor"]
    _bring(network["DeviceRegistry"], operator, pair.state)
    many = pair.function == "anchorMany"
    arguments = (ONE.id, [root(1)], [1], [2]) if many else (ONE.id, root(1), 1, 2)
    caller = operator if pair.variant == "operator" else ONE.account
    if pair.reason is not None:
        with chain.reverts(pair.reason):
            getattr(contract, pair.function)(*arguments, sender=caller)
        assert contract.head(ONE.id) == 0
    else:
        assert getattr(contract, pair.function)(*arguments, sender=caller).only("Anchored").root == root(1)
        assert word(contract.head(ONE.id)) == (1, chain.now, 2, 1)


def test_an_anchor_is_one_provable_word(anchor: Contract, chain: LocalChain) -> None:
    """Time and range of the batch; the device's word counts."""
    anchor.anchor(ONE.id, root(7), 10, 19, sender=ONE.account)
    stored = chain.storage(anchor, slot_of("AttestationAnchor", "anchors", ONE.id, root(7)))
    assert stored == chain.now | 10 << 64 | 19 << 128 == anchor.anchors(ONE.id, root(7))
    head = chain.storage(anchor, slot_of("AttestationAnchor", "head", ONE.id))
    assert head == anchor.head(ONE.id) and word(head) == (1, chain.now, 19, 1)


def test_an_anchor_after_the_first_costs_less_than_60000_gas(anchor: Contract) -> None:
    """The first one writes a second new word."""
    first, second = (
        anchor.anchor(ONE.id, root(number), number, number, sender=ONE.account).gas_used for number in (1, 2)
    )
    assert second < ANCHOR_GAS_MAX < first < ANCHOR_GAS_MAX + 17_100


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((root(2), 20, 30), "old sequence"),
        ((root(2), 19, 30), "old sequence"),
        ((root(2), 22, 21), "bad range"),
        ((root(0), 21, 22), "no root"),
        ((root(1), 21, 22), "already anchored"),
    ],
)
def test_history_is_not_written_twice(
    anchor: Contract, chain: LocalChain, arguments: tuple[bytes, int, int], reason: str
) -> None:
    """Each rule has its reason, and the next good anchor is still taken."""
    anchor.anchor(ONE.id, root(1), 10, 20, sender=ONE.account)
    before = anchor.head(ONE.id)
    with chain.reverts(reason):
        anchor.anchor(ONE.id, *arguments, sender=ONE.account)
    with chain.reverts(reason):
        anchor.anchorMany(ONE.id, *([argument] for argument in arguments), sender=ONE.account)
    assert anchor.head(ONE.id) == before
    anchor.anchor(ONE.id, root(2), 21, 21, sender=ONE.account)


def test_the_sequence_may_start_at_zero_and_end_at_its_limit(anchor: Contract, chain: LocalChain) -> None:
    """The whole range of 64 bits, and then nothing more."""
    anchor.anchor(ONE.id, root(1), 0, 0, sender=ONE.account)
    with chain.reverts("old sequence"):
        anchor.anchor(ONE.id, root(2), 0, 5, sender=ONE.account)
    anchor.anchor(ONE.id, root(2), 1, MASK, sender=ONE.account)
    assert word(anchor.head(ONE.id)) == (2, chain.now, MASK, 1)
    with chain.reverts("old sequence"):
        anchor.anchor(ONE.id, root(3), MASK, MASK, sender=ONE.account)


def test_days_with_an_anchor_are_counted_once(anchor: Contract, chain: LocalChain) -> None:
    """Midnight is the edge, by the block's clock."""
    midnight = (chain.now // DAY_SECONDS + 1) * DAY_SECONDS
    for number, (now, days) in enumerate(
        [(midnight - 2, 1), (midnight - 1, 1), (midnight, 2), (midnight + 1, 2), (midnight + 3 * DAY_SECONDS, 3)], 1
    ):
        chain.set_time(now)
        anchor.anchor(ONE.id, root(number), number, number, sender=ONE.account)
        assert word(anchor.head(ONE.id)) == (number, now, number, days)


@TRIES
@given(lengths=st.lists(st.integers(1, 1000), min_size=1, max_size=16), start=st.integers(0, 2**40))
def test_a_batch_does_what_single_anchors_do(
    anchor: Contract, chain: LocalChain, lengths: list[int], start: int
) -> None:
    """The same words in storage, for any ranges that follow each other."""
    ranges, first = [], start
    for length in lengths:
        ranges.append((first, first + length - 1))
        first += length
    saved = chain.snapshot()
    roots = [root(number + 1) for number in range(len(ranges))]
    anchor.anchorMany(ONE.id, roots, *map(list, zip(*ranges, strict=True)), sender=ONE.account)
    batch = [anchor.head(ONE.id)] + [anchor.anchors(ONE.id, each) for each in roots]
    chain.restore(saved)
    for each, (low, high) in zip(roots, ranges, strict=True):
        anchor.anchor(ONE.id, each, low, high, sender=ONE.account)
    assert batch == [anchor.head(ONE.id)] + [anchor.anchors(ONE.id, each) for each in roots]
    chain.restore(saved)


def test_a_batch_is_all_or_none_and_bounded(anchor: Contract, chain: LocalChain) -> None:
    """Empty, uneven, repeated, overlapping, one too many."""
    for arguments in [([], [], []), ([root(1)], [1, 2], [2]), ([root(1)], [1], [])]:
        with chain.reverts("bad batch"):
            anchor.anchorMany(ONE.id, *arguments, sender=ONE.account)
    with chain.reverts("already anchored"):
        anchor.anchorMany(ONE.id, [root(1), root(1)], [1, 2], [1, 2], sender=ONE.account)
    with chain.reverts("old sequence"):
        anchor.anchorMany(ONE.id, [root(1), root(2)], [1, 2], [2, 3], sender=ONE.account)
    with chain.reverts(""):  # the decoder's refusal
        anchor.anchorMany(ONE.id, [root(1)] * 17, [1] * 17, [1] * 17, sender=ONE.account)
    assert anchor.head(ONE.id) == 0


def test_devices_have_histories_of_their_own(
    anchor: Contract, network: dict[str, Contract], chain: LocalChain
) -> None:
    """The same root and numbers for another device; nobody writes for another."""
    enrol(network["DeviceRegistry"], TWO, chain.accounts[1])
    anchor.anchor(ONE.id, root(1), 1, 9, sender=ONE.account)
    anchor.anchor(TWO.id, root(1), 1, 9, sender=TWO.account)
    with chain.reverts("not device"):
        anchor.anchor(ONE.id, root(2), 10, 19, sender=TWO.account)


def test_a_device_without_coin_anchors_through_a_sponsor(
    anchor: Contract, network: dict[str, Contract], chain: LocalChain
) -> None:
    """The forwarder passes the device's account on."""
    chain.set_balance(ONE.account, 0)
    made = request(network["Forwarder"], ONE.account, anchor, "anchor", ONE.id, root(1), 1, 9)
    forward(network["Forwarder"], chain.accounts[4], made)
    assert word(anchor.head(ONE.id))[2] == 9


@pytest.mark.parametrize(("place", "reason"), [(0, "no registry"), (1, "no forwarder")])
def test_an_anchor_without_its_neighbours_is_not_made(chain: LocalChain, place: int, reason: str) -> None:
    """Constructor checks."""
    addresses = [chain.accounts[1].address] * 2
    addresses[place] = NO_ADDRESS
    with chain.reverts(reason):
        chain.deploy("AttestationAnchor", *addresses)


def test_the_anchor_names_its_registry_and_forwarder(anchor: Contract, network: dict[str, Contract]) -> None:
    """What a client checks before it believes the contract."""
    assert anchor.REGISTRY() == network["DeviceRegistry"].address
    assert anchor.isTrustedForwarder(network["Forwarder"]) and not anchor.isTrustedForwarder(anchor)
    assert network["DeviceRegistry"].REPUTATION() == network["Reputation"].address
