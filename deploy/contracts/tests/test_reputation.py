# SPDX-License-Identifier: Apache-2.0
"""The reputation's table, its score over time, and who writes it."""

import pytest
import states
from chain import Contract, LocalChain, Party
from devices import Device, enrolment
from layout import slot_of
from scene import Scene

OLD, NEW, OTHER = b"\1" * 32, b"\2" * 32, b"\3" * 32
COMPLETED, FAILED, EXPIRED, DISPUTE_WON, DISPUTE_LOST = range(1, 6)
REVOKED_BIT, MOVED_BIT = 1 << 126, 1 << 127
HALF_LIFE_SECONDS = 90 * 86_400
UPTIME_SILENCE_SECONDS = 7 * 86_400


def observed(reputation: Contract, device: bytes) -> str:
    """A device's state as the chain shows it."""
    word = reputation.words(device)
    if word & MOVED_BIT:
        return "MOVED"
    if word & REVOKED_BIT:
        return "REVOKED"
    return "KNOWN" if word else "NEW"


@pytest.mark.parametrize("pair", states.pairs("Reputation"))
def test_every_function_does_in_every_state_what_the_table_says(
    pair: states.Pair, chain: LocalChain, network: dict[str, Contract]
) -> None:
    """The next state, or the exact refusal and the word as it was."""
    reputation, board, registry = network["Reputation"], network["JobBoard"], network["DeviceRegistry"]
    reputation.record(OTHER, COMPLETED, sender=board)
    if pair.state == "KNOWN":
        reputation.record(OLD, COMPLETED, sender=board)
    elif pair.state == "REVOKED":
        reputation.revoked(OLD, sender=registry)
    elif pair.state == "MOVED":
        reputation.transfer(OLD, NEW, sender=registry)
    assert observed(reputation, OLD) == pair.state
    before = reputation.words(OLD)
    stranger = pair.variant == "stranger"
    caller: Party = chain.accounts[4] if stranger else board if pair.function == "record" else registry

    def act() -> None:
        if pair.function == "record":
            reputation.record(OLD, 6 if pair.variant == "unknown" else FAILED, sender=caller)
        elif pair.function == "revoked":
            reputation.revoked(OLD, sender=caller)
        else:
            reputation.transfer(OLD, OTHER if pair.variant == "taken" else NEW, sender=caller)

    if pair.reason is None:
        act()
        assert observed(reputation, OLD) == pair.next
    else:
        with chain.reverts(pair.reason):
            act()
        assert reputation.words(OLD) == before


@pytest.mark.parametrize("name", ["JobBoard", "DeviceRegistry", "RewardVault", "Verification", "Workflow", "Forwarder"])
def test_only_the_board_records_and_only_the_registry_moves(
    name: str, chain: LocalChain, network: dict[str, Contract]
) -> None:
    """No other contract of the network writes, not even the forwarder for one of them."""
    reputation, caller = network["Reputation"], network[name]
    if name != "JobBoard":
        with chain.reverts("not board"):
            reputation.record(OLD, COMPLETED, sender=caller)
    if name != "DeviceRegistry":
        with chain.reverts("not registry"):
            reputation.transfer(OLD, NEW, sender=caller)
        with chain.reverts("not registry"):
            reputation.revoked(OLD, sender=caller)


def test_a_new_device_has_500_and_a_revoked_one_nothing(chain: LocalChain, network: dict[str, Contract]) -> None:
    """The prior alone, then zero for ever."""
    reputation = network["Reputation"]
    assert reputation.score(OLD) == 500
    reputation.record(OLD, COMPLETED, sender=network["JobBoard"])
    assert reputation.score(OLD) == 600
    reputation.revoked(OLD, sender=network["DeviceRegistry"])
    assert reputation.score(OLD) == 0


@pytest.mark.parametrize(
    ("kind", "score"), [(COMPLETED, 600), (FAILED, 333), (EXPIRED, 333), (DISPUTE_WON, 600), (DISPUTE_LOST, 250)]
)
def test_each_outcome_has_its_weight_and_fades_to_half_in_90_days(
    kind: int, score: int, chain: LocalChain, network: dict[str, Contract]
) -> None:
    """1000 * (good + 2) / (good + bad + 4), good and bad halved, then nearly forgotten."""
    reputation = network["Reputation"]
    reputation.record(OLD, kind, sender=network["JobBoard"])
    assert reputation.score(OLD) == score
    weight = {COMPLETED: 1, DISPUTE_WON: 1, DISPUTE_LOST: 4}.get(kind, 2)
    good = kind in (COMPLETED, DISPUTE_WON)
    for halvings in (0.5, 1, 2, 5):
        chain.set_time(reputation.counters(OLD).lastAt + int(halvings * HALF_LIFE_SECONDS))
        # A straight line between two halvings.
        whole = int(halvings)
        left = weight / 2**whole * (1 - (halvings - whole) / 2)
        assert reputation.score(OLD) == int(1000 * ((left if good else 0) + 2) / (left + 4))
    chain.pass_time(100 * HALF_LIFE_SECONDS)
    assert reputation.score(OLD) == 500


def test_the_score_stays_within_its_bounds_under_many_outcomes(chain: LocalChain, network: dict[str, Contract]) -> None:
    """Two hundred of a kind neither leave 0 to 1000 nor overflow."""
    reputation, board = network["Reputation"], network["JobBoard"]
    for _ in range(200):
        reputation.record(OLD, COMPLETED, sender=board)
        reputation.record(NEW, DISPUTE_LOST, sender=board)
    assert 985 < reputation.score(OLD) <= 1000
    assert 0 < reputation.score(NEW) < 5
    assert reputation.counters(OLD).completed == 200 and reputation.counters(NEW).disputesLost == 200


def test_full_counters_and_sums_stop_instead_of_overflowing(chain: LocalChain, network: dict[str, Contract]) -> None:
    """The word's fields at their ceilings stay there and spill into no neighbour."""
    reputation, board = network["Reputation"], network["JobBoard"]
    reputation.record(OLD, COMPLETED, sender=board)
    slot = slot_of("Reputation", "words", OLD)
    full = (2**126 - 1) | ((2**88 - 1) << 128) | (chain.now << 216)
    chain.poke(reputation, slot, full)
    for kind in range(COMPLETED, DISPUTE_LOST + 1):
        reputation.record(OLD, kind, sender=board)
    assert reputation.words(OLD) == full
    assert reputation.score(OLD) == 500


def test_days_with_an_anchor_give_up_to_50_points_while_the_device_is_heard_of(
    chain: LocalChain, network: dict[str, Contract]
) -> None:
    """Half a point a day, all gone after a week of silence, never stored."""
    scene = Scene(chain, network)
    anchor = network["AttestationAnchor"]
    for day in range(10):
        anchor.anchor(scene.device.id, bytes([day + 1]) * 32, day * 10 + 1, day * 10 + 5, sender=scene.worker)
        chain.pass_time(86_400)
    assert scene.reputation.score(scene.device.id) == 505
    assert scene.reputation.words(scene.device.id) == 0
    chain.pass_time(UPTIME_SILENCE_SECONDS - 86_400)
    assert scene.reputation.score(scene.device.id) == 505
    chain.pass_time(1)
    assert scene.reputation.score(scene.device.id) == 500


def test_a_replaced_devices_history_and_later_outcomes_are_its_successors(
    chain: LocalChain, network: dict[str, Contract]
) -> None:
    """A job taken before the replacement counts for the device that ended it."""
    scene = Scene(chain, network)
    scene.paid(salt=b"\1" * 32)
    job = scene.submit(device=scene.device.id, salt=b"\2" * 32)
    scene.accept(job)
    successor = Device.seeded(2)
    made = enrolment(scene.registry, successor, scene.operator)
    scene.registry.replace(scene.device.id, made, sender=scene.operator)
    assert scene.reputation.counters(successor.id).completed == 1
    with chain.reverts("not the device"):
        scene.deliver(job)
    scene.deliver(job, sender=successor.account)
    scene.verification.verdict(job, True, sender=scene.verifier)
    assert scene.reputation.counters(successor.id).completed == 2
    assert scene.reputation.counters(scene.device.id).completed == 1
    assert scene.reputation.score(scene.device.id) == scene.reputation.score(successor.id) == 666
