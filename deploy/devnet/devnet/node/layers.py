# SPDX-License-Identifier: Apache-2.0
"""The two layers of one network put together: execution below, consensus above, views of both for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..consensus import BeaconChain, ChainOptions, Crossing, beacon_api
from ..execution import ExecutionChain, ExecutionGenesis, ForkActivation, rpc
from ..seams import Payload, PayloadRequest, SlotOutcome, SlotPlan
from .accounts import BALANCE_WEI, Account, funded_accounts
from .gateway import View
from .options import Options

EXECUTION_FORKS = {"electra": "prague", "fulu": "osaka", "gloas": "osaka"}
"""The execution rules that go with a consensus fork; the package has none for gloas yet."""
SLOTS_PER_EPOCH = 8
"""Of the minimal preset, which the specification's package is used with."""


class _Notary:
    """The execution layer as consensus sees it, which remembers the last block built, or builds it from a list."""

    def __init__(self, chain: ExecutionChain) -> None:
        self._chain = chain
        self.built: Payload | None = None
        self.listed: Sequence[bytes] | None = None
        self.genesis_payload = chain.genesis_payload

    def build(self, request: PayloadRequest) -> Payload:
        """As seams.Execution has it."""
        self.built = self._chain.build(request, self.listed)
        return self.built

    def choose(self, head: bytes, safe: bytes, finalized: bytes) -> None:
        """As seams.Execution has it."""
        self._chain.choose(head, safe, finalized)


@dataclass(frozen=True)
class Made:
    """A slot that was made, and the transactions of its block."""

    outcome: SlotOutcome
    transactions: tuple[bytes, ...]


class Layers:
    """A network without clock and servers. `make` belongs to one thread, `view` to any."""

    def __init__(self, options: Options, genesis_time: int) -> None:
        self.accounts: tuple[Account, ...] = funded_accounts(options.seed, options.accounts)
        schedule = ((options.fork, 0), *options.crossings)
        forks: list[ForkActivation] = []
        for fork, epoch in schedule:
            name = EXECUTION_FORKS[fork]
            if all(name != known.name for known in forks):
                start = epoch * SLOTS_PER_EPOCH * options.slot_seconds
                forks.append(ForkActivation(name, genesis_time + start if epoch else 0))
        balances = {account.address: BALANCE_WEI for account in self.accounts}
        genesis = ExecutionGenesis(options.chain_id, genesis_time, balances)
        self.execution = ExecutionChain(genesis, forks, build_seconds_max=0.6 * options.slot_seconds)
        self._notary = _Notary(self.execution)
        crossings = tuple(Crossing(fork, epoch) for fork, epoch in options.crossings)
        self.consensus = BeaconChain(
            ChainOptions(fork=options.fork, crossings=crossings, committee_size=options.committee,
                         slot_seconds=options.slot_seconds, validators=options.validators, seed=options.seed,
                         chain_id=options.chain_id),
            self._notary, genesis_time)

    def make(self, slot: int, plan: SlotPlan, listed: Sequence[bytes] | None = None) -> Made:
        """Makes a slot: from the mempool, or of the listed transactions."""
        self._notary.built, self._notary.listed = None, listed
        try:
            outcome = self.consensus.advance(slot, plan)
        finally:
            self._notary.listed = None
        built = self._notary.built
        return Made(outcome, built.transactions if outcome.produced and built is not None else ())

    def view(self) -> View:
        """Both APIs over this moment; it stays what it is while the network goes on."""
        snapshot, execution, view = self.consensus.snapshot(), self.execution, self.execution.view
        return View(snapshot.slot, lambda request: beacon_api.answer(snapshot, request),
                    lambda request: rpc.answer(execution, request, view))
