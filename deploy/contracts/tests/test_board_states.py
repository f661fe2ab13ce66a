# SPDX-License-Identifier: Apache-2.0
"""Every function of the job board in every state of a job, as states/JobBoard.md says."""

from collections.abc import Callable
from typing import Any

import pytest
import states
from chain import Contract, LocalChain, Party, Signer
from scene import BOND, CHALLENGE_BOND, COIN, FEE, OPTIMISTIC, REWARD, SALT, WINDOW_SECONDS, Scene

HELD_ID = b"\x11" * 32
LATE_SECONDS = 100_000
# What `settle` says, by the name of the state it leads to.
OUTCOMES = {"PAID": 1, "REFUSED": 2, "UNDECIDED": 3}


class Case:
    """One job brought into one state, under the terms that a row asks for."""

    def __init__(self, scene: Scene, guardian: Signer, row: str) -> None:
        self.scene, self.guardian, self.row = scene, guardian, row
        self.board, self.verification = scene.board, scene.verification
        self.by_workflow = row.startswith("submitFor")
        self.changes: dict[str, Any] = {}
        if row == "expire/paying":
            self.changes = {"silencePays": True}
        elif row == "expire/optimistic":
            self.changes = {"policy": OPTIMISTIC}
        self.owner: Party = scene.workflow if self.by_workflow else scene.requester
        self.job = scene.job_id(self.owner)

    def submit(self, device: bytes = bytes(32), sender: Party | None = None) -> None:
        """Puts up the row's job."""
        if self.by_workflow:
            self.submit_for(device, sender or self.scene.workflow)
        else:
            self.scene.submit(device=device, **self.changes)

    def submit_for(self, device: bytes, sender: Party) -> None:
        """As the workflow contract does it: hold, then open a step."""
        scene = self.scene
        if not scene.held(HELD_ID):
            scene.vault.hold(HELD_ID, COIN, scene.requester, REWARD + FEE, sender=scene.workflow, value=REWARD + FEE)
        self.board.submitFor(scene.terms(device=device), scene.requester, HELD_ID, sender=sender)

    def reach(self, state: str) -> None:
        """Brings the job into a state, by calls alone."""
        scene = self.scene
        scene.chain.set_balance(scene.workflow, 10**18)
        if state == "NONE":
            return
        self.submit(bytes(32) if state == "OPEN" else scene.device.id)
        if state in ("OPEN", "ASSIGNED"):
            return
        if state == "CANCELLED":
            self.board.cancel(self.job, sender=self.owner)
        elif state == "EXPIRED":
            scene.chain.pass_time(LATE_SECONDS)
            self.board.expire(self.job, sender=scene.stranger)
        else:
            scene.accept(self.job)
            if state != "ACCEPTED":
                scene.deliver(self.job)
            if state in OUTCOMES:
                self.decide(state)

    def decide(self, state: str) -> None:
        """Ends a submitted job as its policy does it."""
        scene = self.scene
        if self.row == "expire/optimistic":
            if state != "PAID":
                self.verification.challenge(self.job, bytes(32), sender=scene.stranger, value=CHALLENGE_BOND)
            if state == "REFUSED":
                self.verification.rule(self.job, True, sender=scene.verifier)
            else:
                scene.chain.pass_time(2 * WINDOW_SECONDS + 1)
                self.verification.finalize(self.job, sender=scene.stranger)
        elif state != "UNDECIDED":
            self.verification.verdict(self.job, state == "PAID", sender=scene.verifier)
        elif self.row == "expire/paying":
            # No policy leaves such a job undecided, but the board must be ready for it.
            self.board.settle(self.job, OUTCOMES[state], False, sender=self.verification)
        else:
            scene.chain.pass_time(WINDOW_SECONDS + 1)
            self.board.expire(self.job, sender=scene.stranger)

    def act(self) -> None:
        """Calls the row's function as its variant says."""
        function, _, variant = self.row.partition("/")
        scene = self.scene
        if variant in ("late", "paying", "optimistic"):
            scene.chain.pass_time(LATE_SECONDS)
        if variant == "paused":
            self.board.pause(sender=self.guardian)
        if function == "settle":
            outcome = {"accepted": 1, "refused": 2, "undecided": 3, "silent": 4, "unknown": 5, "stranger": 1}[variant]
            caller: Party = scene.stranger if variant == "stranger" else self.verification
            self.board.settle(self.job, outcome, False, sender=caller)
            return
        stranger = scene.stranger if variant == "stranger" else None
        actions: dict[str, Callable[[], Any]] = {
            "submit": lambda: self.submit(scene.device.id if variant == "assigned" else bytes(32)),
            "submitFor": lambda: self.submit(sender=stranger),
            "accept": lambda: scene.accept(self.job, sender=stranger),
            "decline": lambda: self.board.decline(self.job, "no time", sender=stranger or scene.worker),
            "submitResult": lambda: scene.deliver(self.job, sender=stranger),
            "expire": lambda: self.board.expire(self.job, sender=scene.stranger),
            "cancel": lambda: self.board.cancel(self.job, sender=stranger or self.owner),
            "prune": lambda: self.board.prune(scene.device.id, sender=scene.stranger),
        }
        actions[function]()


@pytest.mark.parametrize("pair", states.pairs("JobBoard"))
def test_every_function_does_in_every_state_what_the_table_says(
    pair: states.Pair, chain: LocalChain, network: dict[str, Contract], guardian: Signer
) -> None:
    """The next state, or the exact refusal with nothing moved."""
    scene = Scene(chain, network)
    case = Case(scene, guardian, pair.row)
    case.reach(pair.state)
    assert scene.state(case.job) == pair.state
    before = chain.balance(scene.vault), scene.held(case.job)
    if pair.reason is None:
        case.act()
        assert scene.state(case.job) == pair.next
        ended = pair.next in ("PAID", "REFUSED", "UNDECIDED", "EXPIRED", "CANCELLED")
        # Under policy 2 the fee of a settlement is the verification contract's to give; here only `settle` ends a job.
        assert not ended or scene.held(case.job) == 0
        come = {"submit": REWARD + FEE, "submitFor": REWARD + FEE, "accept": BOND}.get(pair.function, 0)
        assert chain.balance(scene.vault) == before[0] + come
    else:
        with chain.reverts(pair.reason):
            case.act()
        assert scene.state(case.job) == pair.state
        assert scene.held(case.job) == before[1]


def test_ids_are_of_the_chain_the_board_the_owner_and_the_salt(chain: LocalChain, network: dict[str, Contract]) -> None:
    """What a device computes beforehand is what the board gives."""
    scene = Scene(chain, network)
    assert scene.submit(salt=SALT) == scene.job_id()
    assert scene.submit(salt=b"\1" * 32) == scene.job_id(salt=b"\1" * 32)
