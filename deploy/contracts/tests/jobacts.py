# SPDX-License-Identifier: Apache-2.0
"""What people do with jobs and their verification in a World, each with the rule that decides what happens."""

from typing import Any

from chain import Party, address_of
from eth_abi import encode
from eth_utils import keccak
from scene import COIN, NAMED, OPTIMISTIC, QUORUM, SALT
from world import ACCEPTED, ACTIVE, ASSIGNED, BEGUN, OPEN, PLACES, REVOKED, SUBMITTED, Job, World, commitment

FEE_PART = 100


class JobActs(World):
    """Actions on a world; each checks what it did."""

    # --- jobs

    def submit(self, terms: dict[str, Any], place: int | None) -> None:
        """A requester puts a job up, for a device or for all."""
        requester = self.requesters[self.serial % 2]
        made = self.scene.terms(**terms, salt=self.salt())
        if place is not None:
            made["device"] = self.devices[place].id
        made["verifier"] = self.base.committee if made["policy"] == QUORUM else self.arbiter.key
        asked, token = made["reward"] + made["fee"], made["token"]
        arrived = asked - asked // FEE_PART if token == self.base.tokens[2] else asked
        refusal = None
        if self.paused(self.board):
            refusal = "paused"
        elif place is not None and self.device_status(made["device"]) != ACTIVE:
            refusal = "device not active"
        elif place is not None and self.full(made["device"]):
            refusal = "inbox full"
        value = asked if token == COIN else 0
        receipt = self.attempt(lambda: self.board.submit(made, sender=requester, value=value), refusal)
        if receipt:
            self.adopt(bytes(receipt.returned))
            self.ledger.brought[address_of(token)] += arrived
            assert self.jobs[-1].reward == made["reward"] - (asked - arrived)
            assert self.state(self.jobs[-1]) == (OPEN if place is None else ASSIGNED)

    def full(self, device: bytes) -> bool:
        """Whether an inbox has no room."""
        return self.word(self.board, "inbox.heads", device) & 0xFFFF == 2**PLACES - 1

    def accept(self, job: Job, place: int) -> None:
        """A device's account accepts."""
        account, state = self.devices[place].account, self.state(job)
        device = self.devices[place].id if state == OPEN else self.device_of(job)
        refusal = None
        if self.paused(self.board):
            refusal = "paused"
        elif state not in (OPEN, ASSIGNED):
            refusal = "wrong state"
        elif self.chain.now > job.accept_by:
            refusal = "too late"
        elif state == OPEN and self.device_status(device) == REVOKED:
            refusal = "not a device"
        elif self.live(device).account != account:
            refusal = "not the device"
        elif self.device_status(self.live(device).id) != ACTIVE:
            refusal = "device not active"
        elif job.min_score and self.scene.reputation.score(device) < job.min_score:
            refusal = "score too low"
        elif state == OPEN and self.full(device):
            refusal = "inbox full"
        if self.attempt(lambda: self.board.accept(job.id, sender=account, value=job.bond), refusal):
            self.ledger.brought[COIN] += job.bond
            assert self.state(job) == ACCEPTED and self.device_of(job) == device

    def decline(self, job: Job) -> None:
        """The operator gives a job back."""
        state = self.state(job)
        refusal = None if state in (ASSIGNED, ACCEPTED) else "wrong state"
        if self.attempt(lambda: self.board.decline(job.id, "", sender=self.scene.operator), refusal):
            self.settle(job, state, {})

    def deliver(self, job: Job, place: int) -> None:
        """A device's account submits a result."""
        refusal = None
        if self.state(job) != ACCEPTED:
            refusal = "wrong state"
        elif self.chain.now > job.deliver_by:
            refusal = "too late"
        elif self.live(self.device_of(job)) != self.devices[place]:
            refusal = "not the device"
        elif self.device_status(self.devices[place].id) != ACTIVE:
            refusal = "device not active"
        account = self.devices[place].account
        if self.attempt(lambda: self.board.submitResult(job.id, SALT, SALT, sender=account), refusal):
            assert self.state(job) == SUBMITTED and self.submitted_at(job) == self.chain.now

    def cancel(self, job: Job) -> None:
        """The requester takes a job back; a workflow's jobs are not his to cancel."""
        state = self.state(job)
        refusal = None
        if state not in (OPEN, ASSIGNED):
            refusal = "wrong state"
        elif job.workflow != bytes(32):
            refusal = "not requester"
        if self.attempt(lambda: self.board.cancel(job.id, sender=job.requester), refusal):
            self.settle(job, state, {})

    def is_over(self, job: Job, state: int) -> bool:
        """Whether `expire` may end it."""
        if state == SUBMITTED:
            return job.policy == NAMED and self.chain.now > self.submitted_at(job) + job.window
        return self.chain.now > (job.deliver_by if state == ACCEPTED else job.accept_by)

    def expire(self, job: Job) -> None:
        """Anybody ends a job whose time is over."""
        state = self.state(job)
        refusal = None
        if state not in (OPEN, ASSIGNED, *BEGUN):
            refusal = "wrong state"
        elif state == SUBMITTED and job.policy != NAMED:
            refusal = "not by expiry"
        elif not self.is_over(job, state):
            refusal = "too early"
        if self.attempt(lambda: self.board.expire(job.id, sender=self.challenger), refusal):
            self.settle(job, state, {})

    def prune(self, device: bytes) -> None:
        """Anybody empties an inbox of what is over."""
        over = [(job, self.state(job)) for job in self.jobs if self.state(job) in (ASSIGNED, *BEGUN)]
        over = [(job, state) for job, state in over if self.device_of(job) == device and self.is_over(job, state)]
        receipt = self.attempt(lambda: self.board.prune(device, sender=self.challenger), None)
        assert receipt
        outcomes = [outcome for job, state in over if (outcome := self.book(job, state, {}))]
        if outcomes:
            self.note(device, [end for _, end in outcomes])

    # --- verification

    def review(self, job: Job, policy: int) -> str | None:
        """What any step of a verification asks first."""
        if self.state(job) != SUBMITTED:
            return "not submitted"
        return None if job.policy == policy else "wrong policy"

    def end(self, job: Job) -> int:
        """The window's last second."""
        return self.submitted_at(job) + job.window

    def verdict(self, job: Job, accepted: bool, caller: Party) -> None:
        """A verdict by the verifier or somebody else."""
        refusal = self.review(job, NAMED)
        if refusal is None and caller != self.arbiter:
            refusal = "not verifier"
        elif refusal is None and self.chain.now > self.end(job):
            refusal = "window over"
        if self.attempt(lambda: self.verification.verdict(job.id, accepted, sender=caller), refusal):
            self.settle(job, SUBMITTED, {self.arbiter.key: job.fee})

    def challenged(self, job: Job) -> bool:
        """Whether somebody has put a bond against the result."""
        return self.word(self.verification, "challengers", job.id) != 0

    def challenge(self, job: Job) -> None:
        """A stranger challenges."""
        refusal = self.review(job, OPTIMISTIC)
        if refusal is None and self.challenged(job):
            refusal = "already challenged"
        elif refusal is None and self.chain.now > self.end(job):
            refusal = "window over"
        bond = job.challenge_bond
        call = lambda: self.verification.challenge(job.id, SALT, sender=self.challenger, value=bond)  # noqa: E731
        if self.attempt(call, refusal):
            self.ledger.brought[COIN] += bond
            self.ledger.ids.add(self.bond_id(job))

    def bond_id(self, job: Job) -> bytes:
        """Under what a challenge's bond is held."""
        return keccak(encode(["address", "bytes32"], [self.verification.address, job.id]))

    def rule(self, job: Job, upheld: bool) -> None:
        """The arbiter rules."""
        refusal = self.review(job, OPTIMISTIC)
        if refusal is None and not self.challenged(job):
            refusal = "not challenged"
        elif refusal is None and self.chain.now > self.end(job) + job.window:
            refusal = "window over"
        if self.attempt(lambda: self.verification.rule(job.id, upheld, sender=self.arbiter), refusal):
            half = job.fee // 2
            self.ledger.credit(COIN, self.challenger.key if upheld else self.device_of(job), job.challenge_bond)
            other = self.challenger.key if upheld else job.payer
            self.settle(job, SUBMITTED, {self.arbiter.key: half, other: job.fee - half}, disputed=True)

    def tally(self, job: Job) -> tuple[int, int, int]:
        """Committed, revealed, approved."""
        word = self.word(self.verification, "tallies", job.id)
        return word & 0xFFFF, (word >> 16) & 0xFFFF, word >> 32

    def revealing(self, job: Job) -> bool:
        """Whether commitments are over."""
        return self.chain.now > self.submitted_at(job) + job.window // 2 or self.tally(job)[0] == 0b111

    def commit(self, job: Job, seat: int, approve: bool) -> None:
        """A member seals a vote."""
        refusal = self.review(job, QUORUM)
        if refusal is None and (self.tally(job)[0] >> seat) & 1:
            refusal = "already committed"
        elif refusal is None and self.chain.now > self.submitted_at(job) + job.window // 2:
            refusal = "commitments over"
        member, salt = self.base.members[seat], self.salt()
        sealed = commitment(job, member, approve, salt)
        if self.attempt(lambda: self.verification.commit(job.id, sealed, sender=member), refusal):
            job.votes[seat] = (approve, salt)

    def reveal(self, job: Job, seat: int, copied: bool) -> None:
        """A member opens its vote, or tries another member's salt and vote as its own."""
        committed, revealed, _ = self.tally(job)
        refusal = self.review(job, QUORUM)
        source = (seat + 1) % 3 if copied else seat
        approve, salt = job.votes.get(source, (True, SALT))
        if refusal is None and not self.revealing(job):
            refusal = "commitments open"
        elif refusal is None and self.chain.now > self.end(job):
            refusal = "window over"
        elif refusal is None and not (committed >> seat) & 1:
            refusal = "not committed"
        elif refusal is None and (revealed >> seat) & 1:
            refusal = "already revealed"
        elif refusal is None and copied:
            refusal = "bad reveal"
        member = self.base.members[seat]
        self.attempt(lambda: self.verification.reveal(job.id, approve, salt, sender=member), refusal)

    def finalize(self, job: Job) -> None:
        """Anybody ends a round."""
        refusal: str | None = None
        shares: dict[bytes, int] = {}
        if self.state(job) != SUBMITTED:
            refusal = "not submitted"
        elif job.policy == NAMED:
            refusal = "wrong policy"
        elif job.policy == OPTIMISTIC:
            last = self.end(job) + (job.window if self.challenged(job) else 0)
            refusal = None if self.chain.now > last else "window open"
            shares = {} if self.challenged(job) else {job.payer: job.fee}
        else:
            committed, revealed, approved = self.tally(job)
            if self.chain.now <= self.end(job) and not (self.revealing(job) and revealed == committed):
                refusal = "window open"
            shares = self.quorum_shares(job, revealed, approved)
        challenged = self.challenged(job)
        if self.attempt(lambda: self.verification.finalize(job.id, sender=self.challenger), refusal):
            if challenged:
                self.ledger.credit(COIN, self.challenger.key, job.challenge_bond)
            self.settle(job, SUBMITTED, shares)

    def quorum_shares(self, job: Job, revealed: int, approved: int) -> dict[bytes, int]:
        """Who earned what when two of three decide; nobody when they don't."""
        refused = revealed & ~approved
        winners = approved if approved.bit_count() >= 2 else refused if refused.bit_count() >= 2 else 0
        if not winners:
            return {}
        share = job.fee // winners.bit_count()
        shares = {self.base.members[seat].key: share for seat in range(3) if (winners >> seat) & 1}
        return shares | {job.payer: job.fee - share * winners.bit_count()}
