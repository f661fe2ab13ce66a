# SPDX-License-Identifier: Apache-2.0
"""Parties around a job, and jobs brought to a point by real calls: where tests of decisions and workflows begin."""

from dataclasses import dataclass, field
from typing import Any

from chain import Contract, LocalChain, Receipt, Signer
from devices import Device, enrol
from eth_abi import encode
from eth_utils import keccak

NATIVE = "0x" + "00" * 20
COIN = 10**18
REWARD, FEE = 10 * COIN, COIN + 1
BOND, CHALLENGE_BOND = 2 * COIN, 3 * COIN
WINDOW_SECONDS = 600
NAMED, OPTIMISTIC, QUORUM = 1, 2, 3
JOB_STATES = (
    "NONE", "OPEN", "ASSIGNED", "ACCEPTED", "SUBMITTED", "PAID", "REFUSED", "UNDECIDED", "EXPIRED", "CANCELLED",
)  # fmt: skip


def account_key(party: Signer | Contract) -> bytes:
    """The key of an address's balance in the vault."""
    return party.key


def sealed(job: bytes, member: Signer, approve: bool, salt: bytes) -> bytes:
    """A member's commitment to its vote."""
    return keccak(encode(["bytes32", "address", "bool", "bytes32"], [job, member.address, approve, salt]))


def salt_of(member: Signer) -> bytes:
    """A member's secret salt, the same in every run."""
    return keccak(b"salt" + member.secret)


@dataclass
class Desk:
    """The network, a requester, a named verifier, a device with its operator, committee members, and strangers."""

    chain: LocalChain
    network: dict[str, Contract]
    device: Device = field(default_factory=lambda: Device.seeded(1))
    jobs_made: int = 0

    def __post_init__(self) -> None:
        accounts = self.chain.accounts
        self.requester, self.verifier, self.operator, self.stranger, self.challenger = accounts[1:6]
        self.members = sorted(accounts[6:9], key=lambda account: account.address)
        self.board, self.vault = self.network["JobBoard"], self.network["RewardVault"]
        self.verification, self.registry = self.network["Verification"], self.network["DeviceRegistry"]
        enrol(self.registry, self.device, self.operator)

    def committee(self, members: list[Signer] | None = None, k: int = 2) -> bytes:
        """The id of a committee, made if it isn't there yet."""
        chosen = [member.address for member in (self.members if members is None else members)]
        made = keccak(encode(["address[]", "uint8"], [chosen, k]))
        if self.verification.committeeSize(made) == 0:
            assert self.verification.createCommittee(chosen, k).returned == made
        return made

    def terms(self, policy: int, **changes: Any) -> dict[str, Any]:
        """Terms of a direct assignment to the device that can be accepted and delivered in time."""
        self.jobs_made += 1
        known: dict[str, Any] = {
            "salt": self.jobs_made.to_bytes(32, "big"),
            "token": NATIVE,
            "reward": REWARD,
            "fee": FEE,
            "documentHash": keccak(b"document"),
            "uri": "",
            "device": self.device.id,
            "capabilities": 0,
            "minScore": 0,
            "bond": BOND,
            "acceptBy": self.chain.now + 100,
            "deliverBy": self.chain.now + 200,
            "policy": policy,
            "verifier": account_key(self.verifier) if policy != QUORUM else bytes(32),
            "window": WINDOW_SECONDS,
            "challengeBond": CHALLENGE_BOND if policy == OPTIMISTIC else 0,
            "silencePays": False,
        }
        made = known | changes
        if policy == QUORUM and "verifier" not in changes:
            made["verifier"] = self.committee()
        return made

    def submit(self, terms: dict[str, Any]) -> bytes:
        """Puts a job up with native coin. Returns its id."""
        receipt = self.board.submit(terms, sender=self.requester, value=terms["reward"] + terms["fee"])
        return bytes(receipt.returned)

    def deliver(self, job: bytes, device: Device | None = None, bond: int = BOND) -> None:
        """The device accepts an assigned job and hands a result in."""
        account = (device or self.device).account
        self.board.accept(job, sender=account, value=bond)
        self.board.submitResult(job, keccak(b"result"), keccak(b"attestation"), sender=account)

    def submitted(self, policy: int, **changes: Any) -> bytes:
        """A job whose result has just been handed in; the window starts now."""
        job = self.submit(self.terms(policy, **changes))
        self.deliver(job, bond=changes.get("bond", BOND))
        return job

    def challenged(self, **changes: Any) -> bytes:
        """A job of policy 2 with a challenge."""
        job = self.submitted(OPTIMISTIC, **changes)
        self.verification.challenge(job, keccak(b"evidence"), sender=self.challenger, value=CHALLENGE_BOND)
        return job

    def commit(self, job: bytes, member: Signer, approve: bool) -> Receipt:
        """A member's sealed vote."""
        sealed_vote = sealed(job, member, approve, salt_of(member))
        receipt: Receipt = self.verification.commit(job, sealed_vote, sender=member)
        return receipt

    def reveal(self, job: bytes, member: Signer, approve: bool) -> Receipt:
        """A member opens its vote."""
        receipt: Receipt = self.verification.reveal(job, approve, salt_of(member), sender=member)
        return receipt

    def voted(self, votes: dict[Signer, bool], reveal: bool = True, **changes: Any) -> bytes:
        """A job of policy 3 with these votes committed, in the second half of the window, and revealed or not."""
        job = self.submitted(QUORUM, **changes)
        for member, approve in votes.items():
            self.commit(job, member, approve)
        self.chain.pass_time(WINDOW_SECONDS // 2 + 1)
        for member, approve in votes.items() if reveal else ():
            self.reveal(job, member, approve)
        return job

    def state(self, job: bytes) -> str:
        """The job's state on the board, by name."""
        return JOB_STATES[self.board.stateOf(job)]

    def credit(self, key: bytes | Signer, token: str = NATIVE) -> int:
        """What the vault owes a key."""
        balance: int = self.vault.balanceOf(token, key if isinstance(key, bytes) else account_key(key))
        return balance

    def credits(self, *parties: bytes | Signer) -> list[int]:
        """What the vault owes each of these."""
        return [self.credit(party) for party in parties]

    def bond_id(self, job: bytes) -> bytes:
        """Under what the vault holds a challenge's bond."""
        return keccak(encode(["address", "bytes32"], [self.verification.address, job]))

    def nothing_left(self, job: bytes) -> bool:
        """Whether the vault holds nothing for a job and its challenge any more."""
        return all(self.vault.heldOf(held, NATIVE) == 0 for held in (job, self.bond_id(job)))
