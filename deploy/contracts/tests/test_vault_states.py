# SPDX-License-Identifier: Apache-2.0
"""Every function of the vault in every state of the money under an id, as states/RewardVault.md says."""

from collections.abc import Callable
from typing import Any

import pytest
import states
from chain import Contract, LocalChain, Signer
from scene import COIN, SALT, Scene, Share, content_id, merkle

AMOUNT = 1_000
OTHER_ID = b"\x22" * 32
EPOCH_SECONDS = 86_400
CLAIM_SECONDS = 60


class Case:
    """An id, the key of `owner`, and a distribution with a share for it."""

    def __init__(self, scene: Scene, guardian: Signer) -> None:
        self.scene, self.vault, self.guardian = scene, scene.vault, guardian
        self.owner, self.funder, self.sponsor = scene.requester, scene.verifier, scene.operator
        self.id = content_id(scene.chain, scene.vault, self.funder, SALT)
        self.shares = [Share(0, self.owner.key, AMOUNT), Share(1, scene.stranger.key, AMOUNT)]
        self.root, self.proofs = merkle([share.leaf for share in self.shares])
        self.expiry = scene.chain.now + EPOCH_SECONDS
        scene.chain.set_balance(scene.board, 10**18)

    def hold(self, **changes: Any) -> None:
        """As the board does it."""
        sent = {"sender": self.scene.board, "value": AMOUNT} | changes
        self.vault.hold(self.id, COIN, self.owner, AMOUNT, **sent)

    def distribute(self) -> None:
        """Two shares."""
        self.expiry = self.scene.chain.now + EPOCH_SECONDS
        self.vault.distribute(COIN, self.root, 2 * AMOUNT, self.expiry, SALT, sender=self.funder, value=2 * AMOUNT)

    def take(self, amount: int = AMOUNT) -> None:
        """The owner's share."""
        self.vault.claimEpoch(self.id, 0, self.owner.key, amount, self.proofs[0], sender=self.sponsor)

    def reach(self, state: str) -> None:
        """Brings the money into a state, by calls alone."""
        if state in ("HELD", "CREDITED"):
            self.hold()
        if state == "CREDITED":
            self.vault.pay(self.id, COIN, self.owner.key, AMOUNT, sender=self.scene.board)
        if state in ("FUNDED", "TAKEN", "LAPSED", "RECLAIMED"):
            self.distribute()
        if state == "TAKEN":
            self.take()
        if state in ("LAPSED", "RECLAIMED"):
            self.scene.chain.set_time(self.expiry + 1)
        if state == "RECLAIMED":
            self.vault.reclaim(self.id, sender=self.funder)

    def observed(self) -> str:
        """The state as the chain shows it."""
        made = self.vault.distributions(self.id)
        if made.root != bytes(32):
            if self.scene.chain.now > made.expiry:
                return "LAPSED" if made.left else "RECLAIMED"
            return "TAKEN" if self.vault.isTaken(self.id, 0) else "FUNDED"
        if self.scene.held(self.id):
            return "HELD"
        return "CREDITED" if self.scene.balance(self.owner) else "NONE"

    def claim_for(self, variant: str) -> None:
        """A sponsored claim; forged: signed by somebody else; late: after its deadline."""
        signer = self.scene.stranger if variant == "forged" else self.owner
        deadline = self.scene.chain.now + (-1 if variant == "late" else CLAIM_SECONDS)
        signature = self.scene.sign_claim(signer, self.owner.key, 7, deadline)
        self.vault.claimFor(COIN, self.owner.key, 7, deadline, signature, sender=self.sponsor)

    def act(self, function: str, variant: str) -> None:
        """Calls a function as its variant says."""
        board, key = self.scene.board, self.owner.key
        entrant = self.scene.stranger if variant == "stranger" else board
        caller = self.scene.stranger if variant == "stranger" else self.owner
        if variant == "paused":
            self.vault.pause(sender=self.guardian)
        actions: dict[str, Callable[[], Any]] = {
            "hold": lambda: self.hold(sender=entrant, value=AMOUNT - 1 if variant == "short" else AMOUNT),
            "move": lambda: self.vault.move(self.id, OTHER_ID, COIN, AMOUNT, sender=entrant),
            "pay": lambda: self.vault.pay(self.id, COIN, key, AMOUNT, sender=entrant),
            "claim": lambda: self.vault.claim(COIN, key, sender=caller),
            "claimMany": lambda: self.vault.claimMany([{"token": COIN, "key": key}], sender=caller),
            "claimTo": lambda: self.vault.claimTo(COIN, self.sponsor, sender=caller),
            "claimFor": lambda: self.claim_for(variant),
            "distribute": self.distribute,
            "claimEpoch": lambda: self.take(AMOUNT + 1 if variant == "forged" else AMOUNT),
            "reclaim": lambda: self.vault.reclaim(
                self.id, sender=self.scene.stranger if variant == "stranger" else self.funder
            ),
        }
        actions[function]()


@pytest.mark.parametrize("pair", states.pairs("RewardVault"))
def test_every_function_does_in_every_state_what_the_table_says(
    pair: states.Pair, chain: LocalChain, network: dict[str, Contract], guardian: Signer
) -> None:
    """The next state, or the exact refusal with nothing moved."""
    case = Case(Scene(chain, network), guardian)
    case.reach(pair.state)
    assert case.observed() == pair.state
    before = chain.balance(case.vault), case.scene.balance(case.owner), case.scene.held(case.id)
    if pair.reason is None:
        case.act(pair.function, pair.variant)
        assert case.observed() == pair.next
        gone = AMOUNT if pair.function.startswith("claim") and pair.function != "claimEpoch" else 0
        come = {"hold": AMOUNT, "distribute": 2 * AMOUNT}.get(pair.function, 0)
        assert chain.balance(case.vault) == before[0] + come - gone
    else:
        with chain.reverts(pair.reason):
            case.act(pair.function, pair.variant)
        assert case.observed() == pair.state
        assert (chain.balance(case.vault), case.scene.balance(case.owner), case.scene.held(case.id)) == before
