# SPDX-License-Identifier: Apache-2.0
"""What a consensus network is made from."""

from __future__ import annotations

from dataclasses import dataclass

FORKS = ("electra", "fulu", "gloas")
"""The forks a network may start in or cross into, oldest first."""

COMMITTEE_SIZES = (32, 512)
VALIDATORS_MIN = 64
VALIDATORS_MAX = 1024


class OptionsError(ValueError):
    """A network that cannot be made; the message names the option and the rule."""


@dataclass(frozen=True)
class Crossing:
    """A scheduled fork: its name and the epoch it begins with."""

    fork: str
    epoch: int


@dataclass(frozen=True)
class ChainOptions:
    """A consensus network's options. Everything but the genesis time follows from them. OptionsError: out of range."""

    fork: str = "fulu"
    crossings: tuple[Crossing, ...] = ()
    committee_size: int = 512
    slot_seconds: int = 12
    """Seconds between the timestamps of two slots, at least 1, also where slots are made on request."""
    validators: int = 64
    seed: int = 0
    chain_id: int = 1337

    def __post_init__(self) -> None:
        if self.fork not in FORKS:
            raise OptionsError(f"fork: {self.fork} is none of {', '.join(FORKS)}")
        if self.committee_size not in COMMITTEE_SIZES:
            raise OptionsError(f"committee: {self.committee_size} is none of {', '.join(map(str, COMMITTEE_SIZES))}")
        if self.slot_seconds < 1:
            raise OptionsError(f"slot-seconds: {self.slot_seconds} is below 1")
        if not VALIDATORS_MIN <= self.validators <= VALIDATORS_MAX:
            raise OptionsError(f"validators: {self.validators} is outside {VALIDATORS_MIN} to {VALIDATORS_MAX}")
        self._check_crossings()

    def _check_crossings(self) -> None:
        name, epoch = self.fork, 0
        for crossing in self.crossings:
            if crossing.fork not in FORKS or FORKS.index(crossing.fork) != FORKS.index(name) + 1:
                raise OptionsError(f"fork-at: {crossing.fork} does not come next after {name}")
            if crossing.epoch <= epoch:
                raise OptionsError(f"fork-at: epoch {crossing.epoch} of {crossing.fork} is not after epoch {epoch}")
            name, epoch = crossing.fork, crossing.epoch

    @property
    def schedule(self) -> tuple[Crossing, ...]:
        """The forks that are ever active, oldest first; the first one begins at epoch 0."""
        return (Crossing(self.fork, 0), *self.crossings)

    def fork_at_epoch(self, epoch: int) -> str:
        """The name of the fork that is active in an epoch."""
        return next(crossing.fork for crossing in reversed(self.schedule) if crossing.epoch <= epoch)
