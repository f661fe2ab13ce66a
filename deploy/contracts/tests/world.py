# SPDX-License-Identifier: Apache-2.0
"""A small economy on the eight contracts, and what each call must do to it, worked out in Python from the rules.

Every action says beforehand which refusal is due, or who will be paid what; then it calls and compares.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from chain import Contract, LocalChain, Party, Receipt, Reverted, Signer, address_of, deploy_network
from devices import Device, enrol, enrolment
from eth_abi import encode
from eth_utils import keccak
from ledger import Ledger, slot
from scene import COIN, Scene

OPEN, ASSIGNED, ACCEPTED, SUBMITTED, PAID, REFUSED, UNDECIDED, EXPIRED, CANCELLED = range(1, 10)
BEGUN = (ACCEPTED, SUBMITTED)
ACTIVE, SUSPENDED, REVOKED, REPLACED = range(1, 5)
PLAIN, FEE_TAKING = 0, 3
GUARDIAN_PLACE = 47
DEVICES = 3
PLACES = 16
REPLACEMENTS_MAX = 8
LOW_127 = 2**127 - 1
REVOKED_BIT = 1 << 126
TIME = 2**40 - 1


@dataclass(frozen=True)
class Base:
    """A prepared network, made once; every run starts from its snapshot."""

    scene: Scene
    tokens: list[Party]
    committee: bytes
    members: list[Signer]


def prepare() -> Base:
    """Three devices, two requesters, a plain and a fee-taking token, a committee of two of three."""
    chain = LocalChain()
    scene = Scene(chain, deploy_network(chain, guardian=chain.accounts[GUARDIAN_PLACE]))
    for number in range(2, DEVICES + 1):
        enrol(scene.registry, Device.seeded(number), scene.operator)
    requesters = chain.accounts[10:12]
    tokens: list[Party] = [COIN, scene.token(*requesters, mode=PLAIN), scene.token(*requesters, mode=FEE_TAKING)]
    members = sorted(chain.accounts[20:23], key=lambda member: member.address)
    committee = bytes(scene.verification.createCommittee(members, 2).returned)
    for vault_user in (*requesters, scene.operator):
        assert chain.balance(vault_user) > 0
    return Base(scene, tokens, committee, members)


@dataclass
class Job:
    """What does not change of a job."""

    id: bytes
    requester: str
    token: Party
    reward: int
    fee: int
    bond: int
    challenge_bond: int
    policy: int
    window: int
    accept_by: int
    deliver_by: int
    min_score: int
    silence_pays: bool
    workflow: bytes
    votes: dict[int, tuple[bool, bytes]] = field(default_factory=dict)

    @property
    def payer(self) -> bytes:
        """The requester's key."""
        return bytes.fromhex(self.requester[2:]).rjust(32, b"\0")


class World:
    """The state of one run."""

    def __init__(self, base: Base) -> None:
        self.base, self.scene, self.chain = base, base.scene, base.scene.chain
        self.board, self.vault, self.verification = self.scene.board, self.scene.vault, self.scene.verification
        self.registry, self.workflow = self.scene.registry, self.scene.workflow
        self.requesters = self.chain.accounts[10:12]
        self.challenger, self.arbiter = self.scene.stranger, self.scene.verifier
        self.ledger = Ledger(self.chain, self.vault, base.tokens)
        self.jobs: list[Job] = []
        self.devices = [Device.seeded(number) for number in range(1, DEVICES + 1)]
        self.replaced = [0] * DEVICES
        # Every id that was ever a device's, with its place in `devices`.
        self.device_ids = {device.id: place for place, device in enumerate(self.devices)}
        self.words = {device.id: 0 for device in self.devices}
        self.serial = 0

    # --- reading

    def word(self, contract: Contract, variable: str, *keys: bytes, offset: int = 0) -> int:
        """A storage word."""
        return self.chain.storage(contract, slot(contract.name, variable, *keys) + offset)

    def status(self, job: Job) -> int:
        """A job's status word."""
        return self.word(self.board, "record.jobs", job.id)

    def state(self, job: Job) -> int:
        """A job's state."""
        return self.status(job) & 255

    def submitted_at(self, job: Job) -> int:
        """When its result came."""
        return (self.status(job) >> 112) & TIME

    def device_of(self, job: Job) -> bytes:
        """The device that the job names."""
        return self.word(self.board, "record.jobs", job.id, offset=3).to_bytes(32, "big")

    def live(self, device: bytes) -> Device:
        """Who speaks for a device id now."""
        return self.devices[self.device_ids[device]]

    def device_status(self, device: bytes) -> int:
        """Of a device id."""
        return (self.word(self.registry, "head", device) >> 160) & 255

    def paused(self, contract: Contract) -> bool:
        """Whether entries are stopped."""
        return bool(self.word(contract, "pausable.paused"))

    def salt(self) -> bytes:
        """A new one."""
        self.serial += 1
        return self.serial.to_bytes(32, "big")

    # --- calling

    def attempt(self, call: Callable[[], Receipt], refusal: str | None) -> Receipt | None:
        """Calls, and is refused exactly as expected or not at all. Takes in the jobs that workflows opened."""
        try:
            receipt = call()
        except Reverted as error:
            assert error.reason == refusal, f'refused with "{error.reason}", expected {refusal!r}'
            return None
        assert refusal is None, f'went through, expected "{refusal}"'
        for event in receipt.events:
            if event.name == "StepOpened":
                self.adopt(event.job)
        return receipt

    def adopt(self, id_: bytes) -> None:
        """Takes a job in as the board stored it."""
        made = self.board.job(id_)
        token = next(token for token in self.base.tokens if address_of(token) == made.token)
        self.ledger.ids.add(id_)
        self.jobs.append(
            Job(
                id=id_,
                requester=made.requester,
                token=token,
                reward=made.reward,
                fee=made.fee,
                bond=made.bond,
                challenge_bond=made.challengeBond,
                policy=made.policy,
                window=made.window,
                accept_by=made.acceptBy,
                deliver_by=made.deliverBy,
                min_score=made.minScore,
                silence_pays=made.silencePays,
                workflow=made.parent,
            )
        )

    def settle(self, job: Job, before: int, shares: dict[bytes, int], disputed: bool = False) -> None:
        """Books what a job's end must have paid and counted; `shares` are of the fee, the rest goes back."""
        outcome = self.book(job, before, shares)
        if outcome:
            self.note(outcome[0], [outcome[1]], disputed)

    def book(self, job: Job, before: int, shares: dict[bytes, int]) -> tuple[bytes, int] | None:
        """The money alone. Returns the device and the end when a reputation is due to change."""
        end = self.state(job)
        assert end >= PAID, f"state {end} is no end"
        back = job.fee - sum(shares.values()) + (0 if end == PAID else job.reward)
        for key, amount in shares.items():
            self.ledger.credit(job.token, key, amount)
        device = self.device_of(job)
        if end == PAID:
            self.ledger.credit(job.token, device, job.reward)
        if job.workflow == bytes(32):
            self.ledger.credit(job.token, job.payer, back)
        assert self.ledger.held(job.id, job.token) == self.ledger.held(job.id, COIN) == 0, "money left in an ended job"
        if before not in BEGUN:
            return None
        self.ledger.credit(COIN, device if end in (PAID, UNDECIDED) else job.payer, job.bond)
        return None if end == UNDECIDED else (device, end)

    def note(self, device: bytes, ends: list[int], disputed: bool = False) -> None:
        """Takes in the only change of a reputation that is due: the newest id's counters."""
        live = self.live(device).id
        low = self.words[live] & LOW_127
        for end in ends:
            low += 1 << {PAID: 0, REFUSED: 30, EXPIRED: 54}[end]
            if disputed:
                low += 1 << (78 if end == PAID else 102)
        found = self.word(self.scene.reputation, "words", live)
        assert found & LOW_127 == low, "an outcome was counted otherwise than due"
        assert found >> 216 == self.chain.now
        self.words[live] = found
        score = self.scene.reputation.score(live)
        assert 0 <= score <= 1000 and (score == 0 or not low & REVOKED_BIT)

    # --- devices

    def replace(self, place: int) -> None:
        """A new device takes an old one's place."""
        old = self.devices[place]
        number = 100 + 10 * place + self.replaced[place]
        new = Device.seeded(number)
        refusal = None
        if self.device_status(old.id) not in (ACTIVE, SUSPENDED):
            refusal = "wrong state"
        elif self.replaced[place] == REPLACEMENTS_MAX:
            refusal = "chain too long"
        made = enrolment(self.registry, new, self.scene.operator)
        if self.attempt(lambda: self.registry.replace(old.id, made, sender=self.scene.operator), refusal):
            self.chain.set_balance(new.account, 10**20)
            self.replaced[place] += 1
            self.devices[place] = new
            self.device_ids[new.id] = place
            self.words[new.id] = self.words[old.id] & ~REVOKED_BIT
            self.words[old.id] |= 1 << 127

    def change(self, place: int, function: str) -> None:
        """suspend, resume or revoke."""
        device = self.devices[place].id
        status = self.device_status(device)
        allowed = {"suspend": (ACTIVE,), "resume": (SUSPENDED,), "revoke": (ACTIVE, SUSPENDED)}[function]
        refusal = None if status in allowed else "wrong state"
        call = getattr(self.registry, function)
        if self.attempt(lambda: call(device, "", sender=self.scene.operator), refusal) and function == "revoke":
            self.words[device] |= REVOKED_BIT

    # --- invariants

    def check(self) -> None:
        """The books, the reputations that nobody else may have touched, and the inboxes."""
        self.ledger.check()
        for device, word in self.words.items():
            assert self.word(self.scene.reputation, "words", device) == word, "a reputation changed unsettled"
        waiting: dict[bytes, int] = dict.fromkeys(self.device_ids, 0)
        for job in self.jobs:
            status = self.status(job)
            if status & 255 in (ASSIGNED, *BEGUN):
                device, place = self.device_of(job), (status >> 24) & 255
                assert self.word(self.board, "inbox.places", device, offset=place - 1) == int.from_bytes(job.id, "big")
                waiting[device] |= 1 << (place - 1)
            else:
                assert (status >> 24) & 255 == 0
        for device, bitmap in waiting.items():
            assert self.word(self.board, "inbox.heads", device) & 0xFFFF == bitmap, "an inbox lost count"


def commitment(job: Job, member: Signer, approve: bool, salt: bytes) -> bytes:
    """keccak256(abi_encode(job, member, approve, salt))."""
    return keccak(encode(["bytes32", "address", "bool", "bytes32"], [job.id, member.address, approve, salt]))
