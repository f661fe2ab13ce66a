# SPDX-License-Identifier: Apache-2.0
"""Random lives of the whole set of contracts, compared step by step with the rules in Python.

After every step: escrow in = paid + refunded + held for each token, and the vault owns exactly what its books say;
every balance is what the jobs' ends said; reputations have changed by settlements, revocations and replacements alone.
At the end of every life everything is ended and claimed, and the vault is empty. Run as a program it prints what it did
as one line of JSON.
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import HealthCheck, Phase, seed, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.stateful import (  # noqa: E402
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from moneyacts import RUNNING, MoneyActs  # noqa: E402
from scene import NAMED, OPTIMISTIC, QUORUM  # noqa: E402
from world import ACCEPTED, ASSIGNED, DEVICES, OPEN, SUBMITTED, Base, Job, prepare  # noqa: E402

STEPS = 50
JOBS_MAX = 12
EPOCHS_MAX = 2
WORKFLOWS_MAX = 2
BASE: list[tuple[Base, Any]] = []
DONE: Counter[str] = Counter()

places = st.integers(0, DEVICES - 1)
picks = st.integers(0, 2**16)
terms = st.fixed_dictionaries(
    {
        "reward": st.integers(200, 10**6),
        "fee": st.integers(0, 1000),
        "bond": st.sampled_from([0, 5_000]),
        "policy": st.sampled_from([NAMED, OPTIMISTIC, QUORUM]),
        "silencePays": st.booleans(),
        "minScore": st.sampled_from([0, 0, 400]),
        "window": st.sampled_from([1, 1_000, 5_000]),
    }
)
# Shapes of workflows: a chain with a retry, a diamond with an optional side, and steps with compensations.
shapes = st.sampled_from(
    [
        [{"retries": 1}, {"needs": 1}],
        [{}, {"needs": 1, "optional": True}, {"needs": 1}, {"needs": 0b110}],
        [{"compensation": 3}, {"needs": 1, "retries": 2}, {}],
        [{"compensation": 4}, {"needs": 1, "compensation": 5}, {"needs": 2}, {"retries": 1}, {}],
    ]
)


class Lives(RuleBasedStateMachine):
    """The rules that hypothesis plays with."""

    @initialize()
    def start(self) -> None:
        """Every life begins on the same prepared network."""
        if not BASE:
            base = prepare()
            BASE.append((base, base.scene.chain.snapshot()))
        base, saved = BASE[0]
        base.scene.chain.restore(saved)
        self.acts = MoneyActs(base)
        self.acts.begin()
        self.patient = False
        self.lived = 0

    def did(self, what: str) -> None:
        """Counts a step."""
        self.lived += 1
        DONE["steps"] += 1
        DONE[what] += 1

    def job(self, pick: int, *states: int) -> Job:
        """A job, mostly one in which something can be done."""
        fitting = [job for job in self.acts.jobs if self.acts.state(job) in states]
        jobs = fitting if fitting and pick % 8 else self.acts.jobs
        return jobs[pick // 8 % len(jobs)]

    def has_jobs(self) -> bool:
        """Whether there is any."""
        return bool(self.acts.jobs)

    @precondition(lambda self: len(self.acts.jobs) < JOBS_MAX)
    @rule(terms=terms, token=places, place=st.one_of(st.none(), places), patient=st.booleans(), carry=places)
    def submit(self, terms: dict[str, Any], token: int, place: int | None, patient: bool, carry: int) -> None:
        """A job for a device or for all, now and then carried on to its result at once."""
        self.did("submit")
        self.patient = patient
        extra = {"challengeBond": 3_000} if terms["policy"] == OPTIMISTIC else {}
        count = len(self.acts.jobs)
        self.acts.submit(terms | extra | {"token": self.acts.base.tokens[token]}, place)
        for job in self.acts.jobs[count:]:
            if carry:
                self.acts.accept(job, place or 0)
            if carry == 2:
                self.acts.deliver(job, place or 0)

    @precondition(lambda self: self.unended())
    @rule(pick=picks, yes=st.booleans())
    def advance(self, pick: int, yes: bool) -> None:
        """The next thing that a job waits for, done by whom it waits for."""
        waiting, acts = self.unended(), self.acts
        job = waiting[pick % len(waiting)]
        state = acts.state(job)
        self.did("advance")
        if state == SUBMITTED:
            self.judge(job, yes, pick % DEVICES, pick // 3 % 6)
        elif state == ACCEPTED:
            acts.deliver(job, acts.device_ids[acts.device_of(job)])
        else:
            acts.accept(job, acts.device_ids[acts.device_of(job)] if state == ASSIGNED else pick % DEVICES)

    @precondition(lambda self: self.unended())
    @rule(pick=picks, yes=st.booleans())
    def go_on(self, pick: int, yes: bool) -> None:
        """The same again, so that more jobs come to their end."""
        self.advance(pick, yes)

    def unended(self) -> list[Job]:
        """The jobs that have not ended, the newest first."""
        return [job for job in reversed(self.acts.jobs) if OPEN <= self.acts.state(job) <= SUBMITTED]

    @precondition(has_jobs)
    @rule(pick=picks, place=places)
    def accept(self, pick: int, place: int) -> None:
        """Mostly by the device it is for."""
        self.did("accept")
        job = self.job(pick, OPEN, ASSIGNED)
        if pick % 5 and self.acts.state(job) == ASSIGNED:
            place = self.acts.device_ids[self.acts.device_of(job)]
        self.acts.accept(job, place)

    @precondition(has_jobs)
    @rule(pick=picks, place=places)
    def deliver(self, pick: int, place: int) -> None:
        """Mostly by the device that has it."""
        self.did("deliver")
        job = self.job(pick, ACCEPTED)
        if pick % 5 and self.acts.state(job) == ACCEPTED:
            place = self.acts.device_ids[self.acts.device_of(job)]
        self.acts.deliver(job, place)

    @precondition(has_jobs)
    @rule(pick=picks, what=st.sampled_from(["decline", "cancel", "expire", "expire"]))
    def leave(self, pick: int, what: str) -> None:
        """One of the ways out before a verdict."""
        self.did(what)
        fitting = {"decline": (ASSIGNED, ACCEPTED), "cancel": (OPEN, ASSIGNED)}
        getattr(self.acts, what)(self.job(pick, *fitting.get(what, (OPEN, ASSIGNED, ACCEPTED, SUBMITTED))))

    @precondition(has_jobs)
    @rule(pick=picks, yes=st.booleans(), seat=places, action=st.integers(0, 5))
    def verify(self, pick: int, yes: bool, seat: int, action: int) -> None:
        """Something that a verification of the job's policy knows, or of another one."""
        job, acts = self.job(pick, SUBMITTED), self.acts
        if pick % 11 == 0:
            self.did("wrong policy")
            acts.verdict(job, yes, acts.arbiter)
        elif pick % 7 == 0 and job.policy == NAMED:
            self.did("wrong verifier")
            acts.verdict(job, yes, acts.challenger)
        elif pick % 7 == 0 and job.policy == QUORUM:
            self.did("copied vote")
            acts.reveal(job, seat, copied=True)
        else:
            self.did("verify")
            self.judge(job, yes, seat, action)

    def judge(self, job: Job, yes: bool, seat: int, action: int) -> None:
        """One step of a job's verification by its policy."""
        acts = self.acts
        if job.policy == NAMED:
            acts.verdict(job, yes, acts.arbiter)
        elif action == 5:
            acts.finalize(job)
        elif job.policy == OPTIMISTIC and not acts.challenged(job):
            acts.challenge(job)
        elif job.policy == OPTIMISTIC:
            acts.rule(job, yes)
        elif action < 3:
            acts.commit(job, seat, yes)
        else:
            acts.reveal(job, seat, copied=False)

    @precondition(has_jobs)
    @rule(pick=picks, votes=st.lists(st.booleans(), min_size=2, max_size=3))
    def vote(self, pick: int, votes: list[bool]) -> None:
        """Members seal their votes one after the other."""
        self.did("vote")
        quorum = [job for job in self.acts.jobs if job.policy == QUORUM and self.acts.state(job) == SUBMITTED]
        if quorum:
            for seat, approve in enumerate(votes):
                self.acts.commit(quorum[pick % len(quorum)], seat, approve)

    def crowded(self) -> list[bytes]:
        """The ids, those of replaced devices too, in whose inbox there is something."""
        acts = self.acts
        return [id_ for id_ in acts.device_ids if acts.word(acts.board, "inbox.heads", id_) & 0xFFFF]

    @precondition(lambda self: self.crowded())
    @rule(pick=picks)
    def prune(self, pick: int) -> None:
        """An inbox with something in it."""
        self.did("prune")
        ids = self.crowded()
        self.acts.prune(ids[pick % len(ids)])

    @rule(pick=picks, token=places, how=st.sampled_from(["directly", "many", "sponsored", "elsewhere"]))
    def claim(self, pick: int, token: int, how: str) -> None:
        """Mostly one that has something."""
        self.did("claim")
        tokens, expected = self.acts.base.tokens, self.acts.ledger.expected
        rich = [key for key, amount in expected.items() if amount]
        if rich and pick % 5:
            name, key = rich[pick // 5 % len(rich)]
            self.acts.claim(key, next(found for found in tokens if getattr(found, "address", found) == name), how)
        else:
            owners = self.acts.owners()
            self.acts.claim(owners[pick % len(owners)], tokens[token], how)

    @precondition(lambda self: len(self.acts.epochs) < EPOCHS_MAX)
    @rule(token=places, amounts=st.lists(st.integers(1, 10**6), min_size=3, max_size=3))
    def distribute(self, token: int, amounts: list[int]) -> None:
        """Three shares."""
        self.did("distribute")
        self.acts.distribute(self.acts.base.tokens[token], amounts)

    @precondition(lambda self: bool(self.acts.epochs))
    @rule(pick=picks, index=places, back=st.integers(0, 3))
    def epoch(self, pick: int, index: int, back: int) -> None:
        """A share is taken, or the rest taken back."""
        self.did("epoch")
        epoch = self.acts.epochs[pick % len(self.acts.epochs)]
        if back:
            self.acts.claim_epoch(epoch, index)
        else:
            self.acts.reclaim(epoch)

    @precondition(lambda self: len(self.acts.workflows) < WORKFLOWS_MAX)
    @rule(token=places, shape=shapes, reward=st.integers(1, 10**6), fee=st.integers(0, 1000), to=places)
    def workflow(self, token: int, shape: list[dict[str, Any]], reward: int, fee: int, to: int) -> None:
        """A workflow of one of the shapes, its first step under the optimistic policy now and then."""
        self.did("workflow")
        steps = [{"reward": reward + place, "fee": fee} | step for place, step in enumerate(shape)]
        if to == 2:
            steps[0] |= {"policy": OPTIMISTIC, "challengeBond": 3_000}
        self.acts.start(self.acts.base.tokens[token], steps)

    @precondition(lambda self: bool(self.acts.workflows))
    @rule(pick=picks, what=st.sampled_from(["open_ready", "sync", "stop", "refund"]), step=st.integers(0, 5))
    def orchestrate(self, pick: int, what: str, step: int) -> None:
        """What anybody or the requester may do with a workflow; few are cancelled while they run."""
        ids = list(self.acts.workflows)
        id_ = ids[pick % len(ids)]
        if what == "stop" and self.acts.workflow_state(id_) == RUNNING and pick % 3:
            what = "sync"
        self.did(what)
        if what == "sync":
            self.acts.sync(id_, step)
        else:
            getattr(self.acts, what)(id_)

    @rule(
        place=places,
        what=st.sampled_from(["suspend", "resume", "resume", "revoke", "replace"]),
        really=st.integers(0, 3),
    )
    def operate(self, place: int, what: str, really: int) -> None:
        """The operator's devices come and go."""
        what = "resume" if what == "revoke" and really else what
        self.did(what)
        if what == "replace":
            self.acts.replace(place)
        else:
            self.acts.change(place, what)

    @rule(name=st.sampled_from(["JobBoard", "RewardVault", "Workflow", "Verification"]), rare=st.integers(0, 2))
    def pause(self, name: str, rare: int) -> None:
        """The guardian stops or starts a contract's entries."""
        self.did("pause")
        contract = self.acts.scene.network[name]
        guardian = self.acts.chain.accounts[47]
        if self.acts.paused(contract):
            contract.unpause(sender=guardian)
        elif rare == 0:
            contract.pause(sender=guardian)

    @rule(seconds=st.sampled_from([1, 1, 1, 100, 400, 400, 900, 900, 2_600, 7_300, 90 * 86_400]))
    def wait(self, seconds: int) -> None:
        """Time passes; seldom a lot of it."""
        self.did("wait")
        self.acts.chain.pass_time(seconds)

    @invariant()
    def books(self) -> None:
        """After every step."""
        if hasattr(self, "acts"):
            self.acts.check()

    def teardown(self) -> None:
        """Everybody goes home with everything; not from a life that hypothesis gave up before its end."""
        if getattr(self, "lived", 0) >= STEPS:
            DONE["runs"] += 1
            self.acts.drain(self.patient)
            DONE["jobs"] += len(self.acts.jobs)
            for job in self.acts.jobs:
                DONE[f"ended {self.acts.state(job)}"] += 1


def play(seed_: int, runs: int) -> dict[str, int]:
    """Plays this many lives of exactly STEPS steps. Raises at the first broken rule, with the steps that break it."""
    DONE.clear()
    run_state_machine_as_test(
        seed(seed_)(Lives),
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS + 1,  # and one to begin
            deadline=None,
            database=None,
            print_blob=True,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
        _min_steps=STEPS + 1,
    )
    return dict(DONE)


def main() -> int:
    """The program."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--runs", type=int, required=True)
    options = parser.parse_args()
    print(json.dumps(play(options.seed, options.runs), sort_keys=True))
    return 0


if __name__ == "__main__":
    sys.exit(main())
