# SPDX-License-Identifier: Apache-2.0
"""A network that starts, goes on, is looked at, and is kept: the pieces behind the producer and the control API."""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import resource
import threading
import time
from collections.abc import Callable
from typing import Any

from ..seams import Request, SlotOutcome, SlotPlan
from . import limits
from .faults import FaultBoard
from .gateway import View, Views
from .layers import SLOTS_PER_EPOCH, Layers
from .options import Options
from .producer import SlotClock
from .record import Record, SlotEntry

log = logging.getLogger("devnet.network")

READY_CPU_SECONDS_EXPECTED = 5.0
"""What a start costs, about: genesis is put so that the warped slots end when it is done."""
BUSY_FACTOR_MAX = 4.0
GENESIS_AHEAD_SECONDS_MAX = 60
EXPECTED_WARP_SLOTS = 33
"""Slots until the first finalized checkpoint of a healthy network: where genesis is put if nobody says."""
_WAIT_SECONDS = 0.05
_FINALITY_UPDATE = "/eth/v1/beacon/light_client/finality_update"
_OTHER_SEED_STEP = 1 << 32


def busy_factor() -> float:
    """How much slower than alone the process has been since it began: wall over CPU time, 1 to BUSY_FACTOR_MAX."""
    with open("/proc/self/stat", encoding="ascii") as file:
        began_ticks = int(file.read().rpartition(")")[2].split()[19])
    wall = time.clock_gettime(time.CLOCK_BOOTTIME) - began_ticks / os.sysconf("SC_CLK_TCK")
    return min(BUSY_FACTOR_MAX, max(1.0, wall / max(0.01, time.process_time())))


class NetworkError(RuntimeError):
    """A network that can't be started as asked; the message says why."""


class Network:
    """One network and, if faults ask for it, another one beside it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.board = FaultBoard(options.seed)
        self.views = Views()
        self._record = Record(options.state) if options.state is not None else None
        kept = self._record.begin(options.identity(), options.genesis_time) if self._record is not None else None
        self.resumed = kept is not None
        now = time.time()
        warp = EXPECTED_WARP_SLOTS if options.warp is None else options.warp
        end = int(now if options.manual else now + READY_CPU_SECONDS_EXPECTED * busy_factor())
        chosen = options.genesis_time if options.genesis_time is not None else end - warp * options.slot_seconds
        self.clock = SlotClock(chosen if kept is None else kept, options.slot_seconds)
        self._layers = Layers(options, self.clock.genesis_time)
        if self._record is not None and kept is None:
            self._record.create(options.identity(), chosen)
        self.last_slot = 0
        self.outcome: SlotOutcome | None = None
        self.urls: dict[str, str] = {}
        self._others: dict[bool, Layers] = {}
        self._other_views: dict[bool, View] = {}
        self._preparing = threading.Lock()
        self.views.push(self._layers.view())

    @property
    def mempool(self) -> object:
        """The pool, for the control API."""
        return self._layers.execution.mempool

    def warm_up(self, ended: Callable[[], bool]) -> None:
        """Replays what is kept, then makes slots until the network is ready or told to end.

        NetworkError: too many slots would have to be made, or genesis is too far ahead."""
        ahead = self.clock.start_of(0) - time.time()
        if not self.options.manual and ahead > GENESIS_AHEAD_SECONDS_MAX:
            raise NetworkError(f"genesis is {ahead:.0f} s ahead, more than {GENESIS_AHEAD_SECONDS_MAX}: use --manual")
        if self._record is not None:
            for entry in self._record.entries():
                if ended():
                    return
                self._replay(entry)
        began, first = time.monotonic(), self.last_slot
        while self._must_warp() and not ended():
            if self.last_slot - first >= limits.WARP_SLOTS_MAX:
                raise NetworkError(
                    f"slot {self.clock.slot_at(time.time())} has begun by the clock, and {limits.WARP_SLOTS_MAX} slots "
                    "were made to get there: use --manual, longer slots or a later --genesis-time")
            self.advance(self.last_slot + 1, SlotPlan())
        log.info("%d slots in %.1f s", self.last_slot - first, time.monotonic() - began)
        # No reader may see a block before its slot has begun; a pinned genesis may lie ahead.
        while not self.options.manual and self.clock.slot_at(time.time()) < self.last_slot and not ended():
            time.sleep(_WAIT_SECONDS)

    def advance(self, slot: int, plan: SlotPlan) -> SlotOutcome:
        """Makes a slot, keeps it, and shows it to readers. ValueError: the plan can't be, nothing has changed."""
        made = self._layers.make(slot, plan)
        if self._record is not None:
            self._record.append(SlotEntry(slot, plan, made.outcome.head_block_hash, made.transactions))
        self._show(made.outcome)
        if self._others and self.board.any("other-chain"):
            for same_chain_id, other in tuple(self._others.items()):
                other.make(other.consensus.snapshot().slot + 1, SlotPlan())
                self._other_views[same_chain_id] = other.view()
        return made.outcome

    def _replay(self, entry: SlotEntry) -> None:
        made = self._layers.make(entry.slot, entry.plan, entry.transactions)
        if made.outcome.head_block_hash != entry.head_block_hash:
            raise NetworkError(f"slot {entry.slot} of the state folder came out with another block: it was made by "
                               "another version of this program or its packages")
        self._show(made.outcome)

    def _show(self, outcome: SlotOutcome) -> None:
        self.last_slot, self.outcome = outcome.slot, outcome
        self.views.push(self._layers.view())

    def _must_warp(self) -> bool:
        if not self.options.manual and self.clock.slot_at(time.time()) > self.last_slot:
            return True
        if self.resumed:
            return False
        if self.options.warp is not None:
            return self.last_slot < self.options.warp
        if self.outcome is None or self.outcome.finalized_epoch == 0:
            return True
        # The update that shows it comes a slot later: its attested state is the parent's.
        return self.views.back(0).beacon(Request("GET", _FINALITY_UPDATE)).status != 200

    def view(self, same_chain_id: bool) -> View:
        """The other network's newest moment. KeyError: it was never prepared."""
        return self._other_views[same_chain_id]

    def prepare_other(self, same_chain_id: bool) -> None:
        """Makes the other network: other keys and genesis, warped to its first finality."""
        with self._preparing:
            if same_chain_id in self._others:
                return
            options = dataclasses.replace(
                self.options, seed=(self.options.seed + _OTHER_SEED_STEP) % (1 << 63), crossings=(),
                chain_id=self.options.chain_id + (0 if same_chain_id else 1))
            other = Layers(options, self.clock.genesis_time)
            slot = 0
            while slot <= EXPECTED_WARP_SLOTS or other.view().beacon(Request("GET", _FINALITY_UPDATE)).status != 200:
                slot += 1
                other.make(slot, SlotPlan())
            self._other_views[same_chain_id] = other.view()
            self._others[same_chain_id] = other

    def ready(self) -> dict[str, object]:
        """The values of the ready line; `checkpoint` is the newest finalized block."""
        view = self.views.back(0)
        checkpoint = _asked(view, "/eth/v1/beacon/headers/finalized")
        configured = _asked(view, "/eth/v1/config/spec")["data"]
        schedule = ((self.options.fork, 0), *self.options.crossings)
        return {
            **self.urls,
            "chainId": self.options.chain_id,
            "genesisValidatorsRoot": _asked(view, "/eth/v1/beacon/genesis")["data"]["genesis_validators_root"],
            "genesisTime": self.clock.genesis_time,
            "slotSeconds": self.options.slot_seconds,
            "manual": self.options.manual,
            "slotsPerEpoch": SLOTS_PER_EPOCH,
            "epochsPerPeriod": int(configured["EPOCHS_PER_SYNC_COMMITTEE_PERIOD"]),
            "committeeSize": self.options.committee,
            "checkpoint": checkpoint["data"]["root"],
            "checkpointSlot": int(checkpoint["data"]["header"]["message"]["slot"]),
            "forks": [
                {"name": fork, "version": configured[f"{fork.upper()}_FORK_VERSION"], "epoch": epoch}
                for fork, epoch in schedule
            ],
            "funded": [{"address": "0x" + account.address.hex(), "key": "0x" + account.key.hex()}
                       for account in self._layers.accounts],
        }

    def status(self) -> dict[str, object]:
        """What the network is doing, for the control API."""
        pool = self._layers.execution.mempool.status()
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "networkTime": self.clock.start_of(self.last_slot),
            "resumed": self.resumed,
            "mempool": dataclasses.asdict(pool),
            "cpuSeconds": round(used.ru_utime + used.ru_stime, 2),
            "memoryMegabytes": round(used.ru_maxrss / 1024),
        }

    def close(self) -> None:
        """Lets the state folder go."""
        if self._record is not None:
            self._record.close()


def _asked(view: View, path: str) -> Any:
    response = view.beacon(Request("GET", path, headers={"accept": "application/json"}))
    if response.status != 200:
        raise NetworkError(f"{path} answered {response.status}: {response.body[:200]!r}")
    return json.loads(response.body)
