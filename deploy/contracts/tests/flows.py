# SPDX-License-Identifier: Apache-2.0
"""Workflows brought to a point by real calls."""

from collections.abc import Callable
from typing import Any

from chain import Receipt, Reverted
from eth_abi import encode
from eth_utils import keccak
from rounds import BOND, FEE, NAMED, NATIVE, REWARD, WINDOW_SECONDS, Desk, account_key

STEP_STATES = ("WAITING", "OPEN", "DONE", "FAILED", "SKIPPED", "COMPENSATED")
FLOW_STATES = ("NONE", "RUNNING", "COMPENSATING", "COMPLETED", "FAILED", "CANCELLED")
ACCEPT_SECONDS, DELIVER_SECONDS = 100, 200
GAS_STEP_PERCENT = 90


class Flows(Desk):
    """The parties of a job, and the workflow contract."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.workflow = self.network["Workflow"]

    def step(self, *needs: int, **changes: Any) -> dict[str, Any]:
        """A step for the device under the named verifier, after the steps given by their indices."""
        known: dict[str, Any] = {
            "reward": REWARD,
            "fee": FEE,
            "documentHash": keccak(b"document"),
            "uri": "",
            "device": self.device.id,
            "capabilities": 0,
            "minScore": 0,
            "bond": BOND,
            "acceptWithin": ACCEPT_SECONDS,
            "deliverWithin": DELIVER_SECONDS,
            "policy": NAMED,
            "verifier": account_key(self.verifier),
            "window": WINDOW_SECONDS,
            "challengeBond": 0,
            "silencePays": False,
            "needs": sum(1 << need for need in needs),
            "retries": 0,
            "compensation": 0,
            "optional": False,
        }
        return known | changes

    @staticmethod
    def price(steps: list[dict[str, Any]]) -> int:
        """What has to be held for these steps."""
        return sum(step["reward"] + step["fee"] * (1 + step["retries"]) for step in steps)

    def start(self, *steps: dict[str, Any], salt: bytes = bytes(32)) -> bytes:
        """Submits a workflow with its native coin. Returns its id."""
        receipt = self.workflow.submit(
            salt, NATIVE, list(steps), sender=self.requester, value=self.price(list(steps))
        )
        return bytes(receipt.returned)

    def id_of(self, salt: bytes) -> bytes:
        """The id that a workflow of the requester with this salt has."""
        types = ["uint256", "address", "address", "bytes32"]
        made = keccak(encode(types, [self.chain.chain_id, self.workflow.address, self.requester.address, salt]))
        return made[:31] + b"\0"

    def result(self, flow: bytes, step: int, bond: int = BOND) -> bytes:
        """The device accepts an open step's job and hands a result in. Returns the job."""
        job = bytes(self.workflow.jobOf(flow, step))
        self.deliver(job, bond=bond)
        return job

    def end(self, flow: bytes, step: int, accepted: bool = True) -> Receipt:
        """An open step's job is done and accepted or refused."""
        receipt: Receipt = self.verification.verdict(self.result(flow, step), accepted, sender=self.verifier)
        return receipt

    def end_unheard(self, flow: bytes, step: int, accepted: bool = True) -> bytes:
        """The same with so little gas that the board's call of the workflow fails. Returns the job."""
        job = self.result(flow, step)
        self.starved(
            lambda gas: self.verification.verdict(job, accepted, sender=self.verifier, gas=gas),
            lambda: self.stepped(flow, step) == "OPEN",
        )
        return job

    def starved(self, act: Callable[[int], Receipt], unheard: Callable[[], bool]) -> Receipt:
        """Acts with the most gas, in steps of a few percent, with which the act succeeds and its effect is lost."""
        saved = self.chain.snapshot()
        gas = act(2**23).gas_used
        while gas > 21_000:
            self.chain.restore(saved)
            try:
                receipt = act(gas)
            except Reverted:
                raise AssertionError(f"nothing between being heard and failing whole, at {gas} gas") from None
            if unheard():
                return receipt
            gas = gas * GAS_STEP_PERCENT // 100
        raise AssertionError("always heard")

    def named(self, flow: bytes) -> str:
        """The workflow's state by name."""
        return FLOW_STATES[self.workflow.stateOf(flow)]

    def stepped(self, flow: bytes, step: int) -> str:
        """A step's state by name."""
        return STEP_STATES[self.workflow.stepState(flow, step)]

    def steps(self, flow: bytes) -> list[str]:
        """All steps' states by name."""
        count = (self.workflow.heads(flow) >> 168) & 255
        return [self.stepped(flow, step) for step in range(count)]

    def held(self, flow: bytes) -> int:
        """Native coin that the vault holds for the workflow itself."""
        amount: int = self.vault.heldOf(flow, NATIVE)
        return amount
