# SPDX-License-Identifier: Apache-2.0
"""A network with an enrolled device, and the words that tests of jobs and money are told in."""

from dataclasses import dataclass, field
from typing import Any

from eth_abi import encode
from eth_utils import keccak

from chain import Contract, LocalChain, Party, Receipt, Signer
from devices import NO_ADDRESS, Device, domain, enrol

COIN = NO_ADDRESS
REWARD = 10**17
FEE = 10**15
BOND = 10**16
CHALLENGE_BOND = 3 * 10**15
ACCEPT_SECONDS = 3_600
DELIVER_SECONDS = 7_200
WINDOW_SECONDS = 1_800
SALT = b"\x5a" * 32
DOCUMENT = b"\xd0" * 32
RESULT = b"\x7e" * 32
ATTESTATION = b"\xa7" * 32
NO_DEVICE = bytes(32)
NAMED, OPTIMISTIC, QUORUM = 1, 2, 3
JOB_STATES = "NONE OPEN ASSIGNED ACCEPTED SUBMITTED PAID REFUSED UNDECIDED EXPIRED CANCELLED".split()
CLAIM_TYPE = [
    {"name": "token", "type": "address"},
    {"name": "key", "type": "bytes32"},
    {"name": "fee", "type": "uint256"},
    {"name": "nonce", "type": "uint256"},
    {"name": "deadline", "type": "uint256"},
]


@dataclass
class Scene:
    """The eight contracts, an operator with an active device, a requester, a verifier and a stranger."""

    chain: LocalChain
    network: dict[str, Contract]
    device: Device = field(default_factory=lambda: Device.seeded(1))

    def __post_init__(self) -> None:
        self.registry, self.vault = self.network["DeviceRegistry"], self.network["RewardVault"]
        self.board, self.verification = self.network["JobBoard"], self.network["Verification"]
        self.reputation, self.workflow = self.network["Reputation"], self.network["Workflow"]
        self.forwarder = self.network["Forwarder"]
        self.operator, self.requester, self.verifier, self.stranger = self.chain.accounts[1:5]
        enrol(self.registry, self.device, self.operator, capabilities=0b1111)

    @property
    def worker(self) -> Signer:
        """The device's account."""
        return self.device.account

    # --- jobs

    def terms(self, **changes: Any) -> dict[str, Any]:
        """Terms of an open job under a named verifier, from now on; with `changes`."""
        made: dict[str, Any] = {
            "salt": SALT,
            "token": COIN,
            "reward": REWARD,
            "fee": FEE,
            "documentHash": DOCUMENT,
            "uri": "",
            "device": NO_DEVICE,
            "capabilities": 0b0011,
            "minScore": 400,
            "bond": BOND,
            "acceptBy": self.chain.now + ACCEPT_SECONDS,
            "deliverBy": self.chain.now + DELIVER_SECONDS,
            "policy": NAMED,
            "verifier": self.verifier.key,
            "window": WINDOW_SECONDS,
            "challengeBond": 0,
            "silencePays": False,
        }
        if changes.get("policy") == OPTIMISTIC:
            made["challengeBond"] = CHALLENGE_BOND
        assert not set(changes) - set(made), f"no such terms: {sorted(set(changes) - set(made))}"
        return made | changes

    def job_id(self, owner: Party | None = None, salt: bytes = SALT) -> bytes:
        """Where a job of this owner and salt is or will be."""
        return content_id(self.chain, self.board, owner or self.requester, salt)

    def submit(self, sender: Party | None = None, **changes: Any) -> bytes:
        """Submits a job for real and returns its id; native coin is sent along as asked for."""
        terms = self.terms(**changes)
        value = terms["reward"] + terms["fee"] if terms["token"] == COIN else 0
        return bytes(self.board.submit(terms, sender=sender or self.requester, value=value).returned)

    def accept(self, job: bytes, sender: Party | None = None, bond: int = BOND) -> Receipt:
        """The device's account accepts with the bond."""
        return self.board.accept(job, sender=sender or self.worker, value=bond)

    def deliver(self, job: bytes, sender: Party | None = None) -> Receipt:
        """The device's account submits a result."""
        return self.board.submitResult(job, RESULT, ATTESTATION, sender=sender or self.worker)

    def submitted(self, **changes: Any) -> bytes:
        """A job whose result waits for its verification."""
        job = self.submit(**{"device": self.device.id} | changes)
        self.accept(job, bond=changes.get("bond", BOND))
        self.deliver(job)
        return job

    def paid(self, **changes: Any) -> bytes:
        """A job of the named policy that was accepted."""
        job = self.submitted(**changes)
        self.verification.verdict(job, True, sender=self.verifier)
        return job

    def state(self, job: bytes) -> str:
        """A job's state by name."""
        return JOB_STATES[self.board.stateOf(job)]

    # --- money

    def held(self, job: bytes, token: Party = COIN) -> int:
        """What the vault holds under an id."""
        return self.vault.heldOf(job, token)

    def balance(self, key: bytes | Signer | Contract, token: Party = COIN) -> int:
        """What a device or an address can claim."""
        return self.vault.balanceOf(token, key if isinstance(key, bytes) else key.key)

    def sign_claim(self, signer: Signer, key: bytes, fee: int, deadline: int, /, **changes: Any) -> bytes:
        """A claim's signature for a sponsor; `changes` replace members of the message or, `chain_id`, of the domain."""
        message = {"token": COIN, "key": key, "fee": fee, "nonce": self.vault.nonces(key), "deadline": deadline}
        place = domain(self.vault, "Halcyon RewardVault")
        if "chain_id" in changes:
            place["chainId"] = changes.pop("chain_id")
        return signer.sign_typed(place, {"Claim": CLAIM_TYPE}, message | changes)

    def token(self, *holders: Party, mode: int = 0, amount: int = 10**20) -> Contract:
        """A token of the tests, minted to and approved for the vault by each holder; then it takes its mode."""
        made = self.chain.deploy("OddToken")
        for holder in holders:
            made.mint(holder, amount)
            made.approve(self.vault, 2**255, sender=holder)
        made.setMode(mode)
        return made


def content_id(chain: LocalChain, contract: Contract, owner: Party, salt: bytes) -> bytes:
    """keccak256(abi_encode(chain id, contract, owner, salt)): ids of jobs and distributions."""
    address = owner if isinstance(owner, str) else owner.address
    return keccak(
        encode(["uint256", "address", "address", "bytes32"], [chain.chain_id, contract.address, address, salt])
    )


@dataclass(frozen=True)
class Share:
    """One leaf of a distribution."""

    index: int
    key: bytes
    amount: int

    @property
    def leaf(self) -> bytes:
        """keccak256(keccak256(abi_encode(index, key, amount)))."""
        return keccak(keccak(encode(["uint256", "bytes32", "uint256"], [self.index, self.key, self.amount])))


def merkle(leaves: list[bytes]) -> tuple[bytes, list[list[bytes]]]:
    """The root over the leaves, children sorted, and each leaf's siblings from the leaf up; an odd node goes up."""
    proofs: list[list[bytes]] = [[] for _ in leaves]
    row = [(leaf, [place]) for place, leaf in enumerate(leaves)]
    while len(row) > 1:
        above = []
        for left, right in zip(row[::2], row[1::2], strict=False):
            for places, sibling in ((left[1], right[0]), (right[1], left[0])):
                for place in places:
                    proofs[place].append(sibling)
            above.append((keccak(min(left[0], right[0]) + max(left[0], right[0])), left[1] + right[1]))
        row = above + ([row[-1]] if len(row) % 2 else [])
    return row[0][0], proofs
