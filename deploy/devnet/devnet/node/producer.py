# SPDX-License-Identifier: Apache-2.0
"""The producer's thread: one slot after the other, on the wall clock or on request, as planned."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

from ..seams import SlotOutcome, SlotPlan
from . import limits

log = logging.getLogger("devnet.producer")

Advance = Callable[[int, SlotPlan], SlotOutcome]
_TIMES_KEPT_SLOTS = 256


class ProducerError(RuntimeError):
    """What was asked of the producer can't be; the message says why."""


@dataclass(frozen=True)
class SlotClock:
    """Slots as Unix time; slot 0 begins at genesis."""

    genesis_time: int
    slot_seconds: int

    def slot_at(self, unix: float) -> int:
        """The slot that has begun at this time; negative before genesis."""
        return int((unix - self.genesis_time) // self.slot_seconds)

    def start_of(self, slot: int) -> int:
        """Unix seconds at which a slot begins."""
        return self.genesis_time + slot * self.slot_seconds


def due_slots(last: int, due: int) -> tuple[int, int]:
    """The next slot to make when slot `due` has begun, and how many are left without a block because it is late."""
    following = last + 1
    late = max(0, due - following + 1 - limits.LATE_SLOTS_MAX)
    return following + late, late


class Producer:
    """Makes slots in a thread of its own; every method may be called from any thread."""

    def __init__(self, advance: Advance, clock: SlotClock, last_slot: int, *, manual: bool,
                 now: Callable[[], float] = time.time) -> None:
        self._advance = advance
        self._clock = clock
        self._manual = manual
        self._now = now
        self._changed = threading.Condition()
        self._last = last_slot
        self._target = last_slot
        self._plans: deque[tuple[int, SlotPlan]] = deque()
        self._reorgs: deque[_Reorg] = deque()
        self._stopping = False
        self._times: deque[float] = deque(maxlen=_TIMES_KEPT_SLOTS)
        self._late = 0
        self.outcome: SlotOutcome | None = None
        self.failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="producer", daemon=True)

    def start(self) -> None:
        """Begins with the slot after the last one."""
        self._thread.start()

    def stop(self) -> None:
        """Ends after the slot that is being made; waits for it, bounded."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()
        self._thread.join(limits.STOP_SECONDS_MAX)

    def mine(self, slots: int) -> SlotOutcome:
        """Makes so many slots now and returns the last one's outcome. ProducerError: on the clock, or failed."""
        if not self._manual:
            raise ProducerError("slots follow the clock; start the network with --manual to make them on request")
        with self._changed:
            self._target = max(self._target, self._last) + slots
            return self._await(self._target, limits.MINE_SECONDS_MAX)

    def plan(self, slots: int, plan: SlotPlan) -> None:
        """Plans the next slots that have no plan yet. ProducerError: limits.PLANS_MAX are waiting."""
        with self._changed:
            if len(self._plans) >= limits.PLANS_MAX:
                raise ProducerError(f"{limits.PLANS_MAX} plans are waiting, the most there can be")
            self._plans.append((slots, plan))

    def clear_plans(self) -> int:
        """Makes the coming slots healthy; how many slots had a plan."""
        with self._changed:
            planned = sum(slots for slots, _ in self._plans)
            self._plans.clear()
            return planned

    def reorg(self, depth_slots: int) -> SlotOutcome:
        """Builds the next block on an ancestor so many slots back; its outcome. ProducerError: refused."""
        wish = _Reorg(depth_slots)
        with self._changed:
            self._reorgs.append(wish)
            if self._manual:
                self._target = max(self._target, self._last) + 1
                self._changed.notify_all()
            patience = 60.0 + (0 if self._manual else 3 * self._clock.slot_seconds)
            if not self._changed.wait_for(lambda: wish.done or self._ended(), patience):
                raise ProducerError("the slot of the reorg was not made in time")
            if wish.refused:
                raise ProducerError(wish.refused)
            if wish.outcome is None:
                raise ProducerError("the producer has ended")
            return wish.outcome

    def shown(self) -> dict[str, object]:
        """What the producer is doing, for the status."""
        with self._changed:
            times = sorted(self._times)
            return {
                "lastSlot": self._last,
                "plannedSlots": sum(slots for slots, _ in self._plans),
                "slotsLeftOut": self._late,
                "slotMillisecondsMedian": round(times[len(times) // 2] * 1e3, 1) if times else None,
                "slotMillisecondsMax": round(times[-1] * 1e3, 1) if times else None,
            }

    def _ended(self) -> bool:
        return self._stopping or self.failure is not None

    def _await(self, slot: int, seconds: float) -> SlotOutcome:
        self._changed.notify_all()
        if not self._changed.wait_for(lambda: self._last >= slot or self._ended(), seconds):
            raise ProducerError(f"slot {slot} was not made within {seconds:g} s")
        if self._last < slot or self.outcome is None:
            raise ProducerError("the producer has ended")
        return self.outcome

    def _run(self) -> None:
        try:
            while (slot := self._next_slot()) is not None:
                self._make(slot)
        except Exception as failure:  # noqa: BLE001 (the thread's end is told to whoever waits, and to the program)
            log.exception("the producer failed")
            with self._changed:
                self.failure = failure
                self._changed.notify_all()

    def _next_slot(self) -> int | None:
        """Waits for the next slot to make; None: stop."""
        with self._changed:
            while not self._stopping:
                if self._manual:
                    if self._last < self._target:
                        return self._last + 1
                    self._changed.wait()
                    continue
                seconds = self._clock.start_of(self._last + 1) - self._now()
                if seconds > 0:
                    self._changed.wait(min(seconds, 1.0))
                    continue
                slot, late = due_slots(self._last, self._clock.slot_at(self._now()))
                if late:
                    self._late += late
                    log.warning("%d slots before slot %d are left without a block: the producer is late", late, slot)
                return slot
            return None

    def _make(self, slot: int) -> None:
        with self._changed:
            wish = self._reorgs.popleft() if self._reorgs else None
            plan = self._take_plan()
        began = time.perf_counter()
        if wish is not None:
            outcome = self._try_reorg(slot, plan, wish)
        else:
            outcome = self._advance(slot, plan)
        took = time.perf_counter() - began
        with self._changed:
            self._last = slot
            self.outcome = outcome
            self._times.append(took)
            if wish is not None:
                wish.outcome, wish.done = outcome, True
            self._changed.notify_all()
        log.debug("slot %d: %s transactions, %.0f ms", slot, outcome.transactions, took * 1e3)

    def _try_reorg(self, slot: int, plan: SlotPlan, wish: _Reorg) -> SlotOutcome:
        """The slot with the reorg; without it where the chain refuses it, and the wish says why."""
        try:
            return self._advance(slot, replace(plan, skip=False, parent_slots_back=wish.depth_slots))
        except ValueError as refusal:
            wish.refused = str(refusal)
            return self._advance(slot, plan)

    def _take_plan(self) -> SlotPlan:
        if not self._plans:
            return SlotPlan()
        left, plan = self._plans[0]
        if left > 1:
            self._plans[0] = (left - 1, plan)
        else:
            self._plans.popleft()
        return plan


@dataclass
class _Reorg:
    """A reorg that was asked for, and what became of it."""

    depth_slots: int
    done: bool = False
    refused: str = ""
    outcome: SlotOutcome | None = None
