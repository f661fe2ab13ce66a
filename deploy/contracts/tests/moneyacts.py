# SPDX-License-Identifier: Apache-2.0
"""What people do with balances, distributions and workflows in a World, and how everything is brought to its end."""

from dataclasses import dataclass
from typing import Any

from chain import Party, Signer, address_of
from jobacts import FEE_PART, JobActs
from scene import COIN, DELIVER_SECONDS, NAMED, OPTIMISTIC, QUORUM, Share, content_id, merkle
from world import ACCEPTED, ACTIVE, ASSIGNED, OPEN, PAID, SUBMITTED

EPOCH_SECONDS = 20_000
CLAIM_SECONDS = 60
RUNNING, COMPENSATING, COMPLETED = 1, 2, 3
ROUNDS_MAX = 40
LONG_SECONDS = 50_000


@dataclass
class Epoch:
    """A distribution and what was taken of it."""

    id: bytes
    token: Party
    funder: Signer
    expiry: int
    left: int
    shares: list[Share]
    proofs: list[list[bytes]]
    taken: set[int]


class MoneyActs(JobActs):
    """Actions on a world; each checks what it did."""

    def begin(self) -> None:
        """What a run knows beside jobs."""
        self.epochs: list[Epoch] = []
        self.workflows: dict[bytes, tuple[Signer, Party, int]] = {}

    # --- balances

    def owners(self) -> list[bytes]:
        """Every key that may have a balance, devices first, in a fixed order."""
        people = [*self.requesters, self.challenger, self.arbiter, *self.base.members]
        return [*self.device_ids, *(person.key for person in people)]

    def claim(self, key: bytes, token: Party, how: str) -> None:
        """The owner claims: directly, among many, by a signature for a sponsor, or (an address) to somebody else."""
        amount = self.ledger.expected[address_of(token), key]
        refusal = None if amount else "nothing to claim"
        account, receiver = self.owner(key)
        before = self.coins(receiver, token)
        sent, sponsor = self.sent(token, amount), self.chain.accounts[30]
        fee = min(self.sponsor_most(key, amount), 7) if how == "sponsored" else 0
        if how == "sponsored":
            deadline = self.chain.now + CLAIM_SECONDS
            signature = self.scene.sign_claim(account, key, fee, deadline, token=address_of(token))
            call = lambda: self.vault.claimFor(token, key, fee, deadline, signature, sender=sponsor)  # noqa: E731
            sent = self.sent(token, amount - fee)
        elif how == "many":
            call = lambda: self.vault.claimMany([{"token": token, "key": key}], sender=account)  # noqa: E731
        elif how == "elsewhere" and key not in self.device_ids:
            receiver = self.chain.accounts[31]
            before = self.coins(receiver, token)
            call = lambda: self.vault.claimTo(token, receiver, sender=account)  # noqa: E731
        else:
            call = lambda: self.vault.claim(token, key, sender=account)  # noqa: E731
        if self.attempt(call, refusal):
            assert self.ledger.take(token, key) == amount
            assert self.coins(receiver, token) == before + sent, "the owner got something else"

    def sponsor_most(self, key: bytes, amount: int) -> int:
        """What the owner may sign away of a balance: a device's account a tenth while it is in service."""
        if key not in self.device_ids:
            return amount
        return amount // 10 if self.device_status(self.live(key).id) == ACTIVE else 0

    def owner(self, key: bytes) -> tuple[Signer, Party]:
        """Who asks for a balance, and who is paid."""
        if key in self.device_ids:
            return self.live(key).account, self.scene.operator
        people = [*self.requesters, self.challenger, self.arbiter, *self.base.members]
        person = next(person for person in people if person.key == key)
        return person, person

    def coins(self, party: Party, token: Party) -> int:
        """What somebody has outside the vault."""
        return self.chain.balance(party) if token == COIN else int(token.balanceOf(party))  # type: ignore[union-attr]

    def sent(self, token: Party, amount: int) -> int:
        """What arrives of an amount."""
        return amount - amount // FEE_PART if token == self.base.tokens[2] else amount

    # --- distributions

    def distribute(self, token: Party, amounts: list[int]) -> None:
        """A requester funds shares for a device, a requester and a member."""
        funder, salt = self.requesters[self.serial % 2], self.salt()
        keys = [self.devices[0].id, self.requesters[0].key, self.base.members[0].key]
        shares = [Share(index, key, amount) for index, (key, amount) in enumerate(zip(keys, amounts, strict=True))]
        root, proofs = merkle([share.leaf for share in shares])
        total, expiry = sum(amounts), self.chain.now + EPOCH_SECONDS
        refusal = "paused" if self.paused(self.vault) else None
        value = total if token == COIN else 0
        receipt = self.attempt(
            lambda: self.vault.distribute(token, root, total, expiry, salt, sender=funder, value=value), refusal
        )
        if receipt:
            id_, arrived = content_id(self.chain, self.vault, funder, salt), self.sent(token, total)
            assert receipt.returned == id_
            self.ledger.distributions[id_] = token
            self.ledger.brought[address_of(token)] += arrived
            self.epochs.append(Epoch(id_, token, funder, expiry, arrived, shares, proofs, set()))

    def claim_epoch(self, epoch: Epoch, index: int) -> None:
        """Anybody takes a share to its balance."""
        share = epoch.shares[index]
        refusal = None
        if self.chain.now > epoch.expiry:
            refusal = "expired"
        elif index in epoch.taken:
            refusal = "already claimed"
        elif share.amount > epoch.left:
            refusal = "not enough left"
        made = (epoch.id, index, share.key, share.amount, epoch.proofs[index])
        if self.attempt(lambda: self.vault.claimEpoch(*made, sender=self.challenger), refusal):
            epoch.taken.add(index)
            epoch.left -= share.amount
            self.ledger.credit(epoch.token, share.key, share.amount)

    def reclaim(self, epoch: Epoch) -> None:
        """The funder takes back what is left."""
        refusal = None
        if self.chain.now <= epoch.expiry:
            refusal = "too early"
        elif not epoch.left:
            refusal = "nothing to reclaim"
        if self.attempt(lambda: self.vault.reclaim(epoch.id, sender=epoch.funder), refusal):
            self.ledger.credit(epoch.token, epoch.funder.key, epoch.left)
            epoch.left = 0

    # --- workflows

    def start(self, token: Party, steps: list[dict[str, Any]]) -> None:
        """A requester submits a workflow."""
        requester, salt = self.requesters[self.serial % 2], self.salt()
        full = [self.step(**step) for step in steps]
        total = sum(step["reward"] + step["fee"] * (1 + step["retries"]) for step in full)
        refusal = None
        if self.paused(self.workflow):
            refusal = "paused"
        elif self.sent(token, total) != total:
            refusal = "short payment"
        elif self.paused(self.board):
            refusal = "paused"
        id_ = content_id(self.chain, self.workflow, requester, salt)[:31] + b"\0"
        self.ledger.ids.add(id_)
        value = total if token == COIN else 0
        receipt = self.attempt(lambda: self.workflow.submit(salt, token, full, sender=requester, value=value), refusal)
        if receipt:
            assert receipt.returned == id_
            self.ledger.brought[address_of(token)] += total
            self.workflows[id_] = (requester, token, len(full))

    def step(self, **changes: Any) -> dict[str, Any]:
        """A step that any device may take."""
        made = self.scene.terms(**{"bond": 0, "minScore": 0, "verifier": self.arbiter.key})
        for name in ("salt", "token", "acceptBy", "deliverBy"):
            del made[name]
        made |= {"acceptWithin": 3_600, "deliverWithin": DELIVER_SECONDS}
        return made | {"needs": 0, "retries": 0, "compensation": 0, "optional": False} | changes

    def workflow_state(self, id_: bytes) -> int:
        """1 running, 2 compensating, 3 and above ended."""
        return (self.word(self.workflow, "heads", id_) >> 160) & 255

    def open_steps(self, id_: bytes) -> int:
        """A bit for each step whose job is on its way."""
        return (self.word(self.workflow, "progress", id_) >> 32) & (2**32 - 1)

    def open_ready(self, id_: bytes) -> None:
        """Anybody opens what may be opened."""
        ready = self.workflow.readyOf(id_)
        steps = [step for step in range(32) if (ready >> step) & 1][:8]
        refusal = None
        if self.workflow_state(id_) not in (RUNNING, COMPENSATING):
            refusal = "wrong state"
        elif not steps:
            refusal = "no steps"
        elif self.paused(self.board):
            refusal = "paused"
        self.attempt(lambda: self.workflow.open(id_, steps, sender=self.challenger), refusal)

    def sync(self, id_: bytes, step: int) -> None:
        """Anybody repairs; the board's own call has done it before."""
        refusal = "step not open"
        if step >= self.workflows[id_][2]:
            refusal = "no such step"
        elif (self.open_steps(id_) >> step) & 1:
            refusal = "job not closed"
        self.attempt(lambda: self.workflow.sync(id_, step, sender=self.challenger), refusal)

    def stop(self, id_: bytes) -> None:
        """The requester cancels a workflow."""
        requester, _, _ = self.workflows[id_]
        refusal = None if self.workflow_state(id_) in (RUNNING, COMPENSATING) else "wrong state"
        waiting = [job for job in self.jobs if job.workflow == id_ and self.state(job) in (OPEN, ASSIGNED)]
        if self.attempt(lambda: self.workflow.cancel(id_, sender=requester), refusal):
            for job in waiting:
                self.settle(job, OPEN, {})

    def refund(self, id_: bytes) -> None:
        """Anybody sends what is left of an ended workflow to its requester's balance."""
        requester, token, _ = self.workflows[id_]
        held = self.ledger.held(id_, token)
        refusal = None
        if self.workflow_state(id_) < COMPLETED:
            refusal = "wrong state"
        elif self.open_steps(id_):
            refusal = "steps open"
        elif not held:
            refusal = "nothing held"
        if self.attempt(lambda: self.workflow.refund(id_, sender=self.challenger), refusal):
            self.ledger.credit(token, requester.key, held)

    # --- the end of everything

    def end_jobs(self) -> None:
        """Lets all time pass and ends every job by the ways that are open to anybody."""
        self.chain.pass_time(LONG_SECONDS)
        for job in list(self.jobs):
            state = self.state(job)
            if state == SUBMITTED and job.policy in (OPTIMISTIC, QUORUM):
                self.finalize(job)
            elif state in (OPEN, ASSIGNED, ACCEPTED, SUBMITTED):
                assert state != SUBMITTED or job.policy == NAMED
                self.expire(job)
            assert self.state(job) >= PAID, "a job has no end"

    def drain(self, patient: bool) -> None:
        """From here, whatever has happened, everybody gets everything: the vault ends empty.

        Nothing is unpaused and no device is put back into service. A patient requester waits for his workflows to end
        by themselves; when they cannot (a pause, a device out of service) or he is impatient, he cancels them.
        """
        for _ in range(ROUNDS_MAX if patient else 0):
            self.end_jobs()
            if all(self.workflow_state(id_) >= COMPLETED or not self.open_steps(id_) for id_ in self.workflows):
                break
        for id_ in self.workflows:
            if self.workflow_state(id_) < COMPLETED:
                self.stop(id_)
        self.end_jobs()
        for id_ in self.workflows:
            assert self.workflow_state(id_) >= COMPLETED and not self.open_steps(id_)
            if self.ledger.held(id_, self.workflows[id_][1]):
                self.refund(id_)
        for epoch in self.epochs:
            if epoch.left:
                self.reclaim(epoch)
        for (token, key), amount in list(self.ledger.expected.items()):
            if amount:
                self.claim(key, next(found for found in self.base.tokens if address_of(found) == token), "directly")
        self.check()
        for party in self.base.tokens:
            assert self.ledger.owned(party) == 0, "money is stuck in the vault"
