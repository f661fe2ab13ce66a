# SPDX-License-Identifier: Apache-2.0
"""The producer: slots in order, as planned, on the clock or on request; and the record it can be resumed from."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from devnet.node import limits
from devnet.node.producer import Producer, ProducerError, SlotClock, due_slots
from devnet.node.record import Record, RecordError, SlotEntry, decoded
from devnet.seams import SlotOutcome, SlotPlan


class Ledger:
    """Keeps the slots it is told to make; refuses reorgs deeper than two slots."""

    def __init__(self) -> None:
        self.made: list[tuple[int, SlotPlan]] = []
        self.fails_at = -1

    def advance(self, slot: int, plan: SlotPlan) -> SlotOutcome:
        """Notes the slot."""
        if plan.parent_slots_back > 2:
            raise ValueError("there is no block so far back")
        if slot == self.fails_at:
            raise RuntimeError("the chain broke")
        self.made.append((slot, plan))
        none, reorged = bytes(32), plan.parent_slots_back > 0
        return SlotOutcome(slot, not plan.skip, slot, none, none, 0, 0, none, 0, reorged)


@pytest.fixture
def ledger() -> Ledger:
    """A fresh ledger."""
    return Ledger()


@pytest.fixture
def manual(ledger: Ledger) -> Iterator[Producer]:
    """A producer that works on request, after slot 10."""
    made = Producer(ledger.advance, SlotClock(0, 1), 10, manual=True)
    made.start()
    yield made
    made.stop()


def test_slots_are_made_on_request_in_order(manual: Producer, ledger: Ledger) -> None:
    """mine returns when the last one is made."""
    assert manual.mine(3).slot == 13
    assert [slot for slot, _ in ledger.made] == [11, 12, 13]


def test_plans_apply_to_the_next_slots_and_then_end(manual: Producer, ledger: Ledger) -> None:
    """Plans queue behind each other; what is left can be cleared."""
    manual.plan(2, SlotPlan(skip=True))
    manual.plan(5, SlotPlan(attesters=0.5))
    manual.mine(3)
    assert manual.clear_plans() == 4
    manual.mine(1)
    assert [plan for _, plan in ledger.made] == [SlotPlan(skip=True)] * 2 + [SlotPlan(attesters=0.5), SlotPlan()]


def test_plans_have_a_limit(manual: Producer) -> None:
    """limits.PLANS_MAX of them wait, one more is refused."""
    for _ in range(limits.PLANS_MAX):
        manual.plan(1, SlotPlan())
    with pytest.raises(ProducerError, match="256 plans are waiting"):
        manual.plan(1, SlotPlan())


def test_a_reorg_returns_with_the_new_head_or_the_refusal(manual: Producer, ledger: Ledger) -> None:
    """A refused one still makes its slot, as planned."""
    assert manual.reorg(2).reorged
    with pytest.raises(ProducerError, match="there is no block so far back"):
        manual.reorg(3)
    assert [(slot, plan.parent_slots_back) for slot, plan in ledger.made] == [(11, 2), (12, 0)]


def test_a_failure_is_told_to_whoever_waits(manual: Producer, ledger: Ledger) -> None:
    """The exception is kept for the program."""
    ledger.fails_at = 12
    with pytest.raises(ProducerError, match="the producer has ended"):
        manual.mine(3)
    assert isinstance(manual.failure, RuntimeError)


def test_slots_of_a_clock_are_not_made_on_request(ledger: Ledger) -> None:
    """The message says which option makes it possible."""
    with pytest.raises(ProducerError, match="--manual"):
        Producer(ledger.advance, SlotClock(0, 1), 0, manual=False).mine(1)


@pytest.mark.parametrize(("last", "due", "following", "late"), [
    (10, 11, 11, 0), (10, 14, 11, 0), (10, 15, 12, 1), (10, 1000, 997, 986),
])
def test_a_late_producer_makes_up_for_four_slots_at_most(last: int, due: int, following: int, late: int) -> None:
    """Older ones stay without a block."""
    assert due_slots(last, due) == (following, late)


def test_slots_follow_the_clock(ledger: Ledger) -> None:
    """No slot before its time, and each soon after it; the clock is ten times as fast as the wall's here."""
    began = time.monotonic()
    seen: list[tuple[int, float]] = []
    enough = threading.Event()

    def now() -> float:
        return 100.0 + (time.monotonic() - began) * 10

    def advance(slot: int, plan: SlotPlan) -> SlotOutcome:
        seen.append((slot, now()))
        if len(seen) == 3:
            enough.set()
        return ledger.advance(slot, plan)

    producer = Producer(advance, SlotClock(90, 5), 2, manual=False, now=now)
    producer.start()
    assert enough.wait(10)
    producer.stop()
    assert [slot for slot, _ in seen[:3]] == [3, 4, 5]
    assert all(at >= 90 + 5 * slot for slot, at in seen)


ENTRIES = [
    SlotEntry(1, SlotPlan(), b"\x01" * 32, (b"\x02\x01", b"\x02\x02")),
    SlotEntry(2, SlotPlan(skip=True, attesters=0.5), b"\x01" * 32, ()),
    SlotEntry(4, SlotPlan(parent_slots_back=3), b"\x04" * 32, (b"\xff" * 200,)),
]
IDENTITY: dict[str, object] = {"fork": "fulu", "seed": 0}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that keeps a network of three slots."""
    record = Record(tmp_path)
    assert record.begin(IDENTITY, None) is None
    record.create(IDENTITY, 1000)
    for entry in ENTRIES:
        record.append(entry)
    record.close()
    return tmp_path


def test_a_record_gives_back_what_was_kept(folder: Path) -> None:
    """Genesis time and every slot, also after more is appended."""
    record = Record(folder)
    assert record.begin(IDENTITY, None) == 1000 and list(record.entries()) == ENTRIES
    record.close()


def test_every_torn_end_costs_the_last_slot_only(folder: Path) -> None:
    """Cut at each byte of the last line: the slots before it come back, and appending goes on."""
    whole = (folder / "slots.log").read_bytes()
    last = len(ENTRIES[2].encoded())
    for cut in range(1, last):
        (folder / "slots.log").write_bytes(whole[:-cut])
        record = Record(folder)
        assert list(record.entries()) == ENTRIES[:2], cut
        record.append(ENTRIES[2])
        assert list(record.entries()) == ENTRIES, cut
        record.close()


def test_damage_before_the_end_is_refused_with_its_line(folder: Path) -> None:
    """A changed byte in the middle is no torn end."""
    path = folder / "slots.log"
    whole = bytearray(path.read_bytes())
    whole[len(ENTRIES[0].encoded()) + 20] ^= 1
    path.write_bytes(whole)
    record = Record(folder)
    with pytest.raises(RecordError, match="line 2 is damaged"):
        list(record.entries())
    record.close()


def test_another_network_is_refused_by_what_differs(folder: Path) -> None:
    """Options, and a genesis time if one is asked for."""
    record = Record(folder)
    with pytest.raises(RecordError, match="has seed 0, not 1"):
        record.begin({"fork": "fulu", "seed": 1}, None)
    with pytest.raises(RecordError, match="has genesisTime 1000, not 1001"):
        record.begin(IDENTITY, 1001)
    record.close()


def test_a_folder_in_use_is_refused(folder: Path) -> None:
    """One process at a time."""
    record = Record(folder)
    with pytest.raises(RecordError, match="another network uses this folder"):
        Record(folder)
    record.close()


def test_a_changed_byte_makes_a_line_unreadable() -> None:
    """The checksum covers the whole object."""
    line = ENTRIES[0].encoded()
    assert decoded(line) == ENTRIES[0]
    for at in range(len(line)):
        damaged = bytearray(line)
        damaged[at] ^= 0x10
        assert decoded(bytes(damaged)) is None, at
