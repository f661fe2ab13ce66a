# SPDX-License-Identifier: Apache-2.0
"""Measures calls on the chain of the tests and keeps the gas table in README.md equal to what they cost."""

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
sys.path[:0] = [str(FOLDER), str(FOLDER / "tests")]

from chain import LocalChain, Receipt, deploy_network  # noqa: E402
from devices import VALID_SECONDS, Device, domain, enrolment, request, rotation  # noqa: E402
from flows import Flows  # noqa: E402
from rounds import BOND, CHALLENGE_BOND, NAMED, NATIVE, OPTIMISTIC, QUORUM, REWARD, WINDOW_SECONDS  # noqa: E402
from scene import CLAIM_TYPE, Share, merkle  # noqa: E402

README = FOLDER / "README.md"
TABLE = re.compile(r"(<!-- gas table -->\n).*?(<!-- end of gas table -->)", re.DOTALL)
BATCH = 100
JOB_GAS_MAX = 450_000
ANCHOR_GAS_MAX = 60_000
TRANSACTION_GAS_MAX = 16_777_216  # EIP-7825
URI = "https://requester.example/documents/" + "d" * 24


class GasError(Exception):
    """A ceiling is broken, or the README has no place for the table."""


@dataclass(frozen=True)
class Row:
    """One line of the table; gas of a whole transaction unless the text says otherwise."""

    what: str
    gas: int
    ceiling: int | None = None


Measured = Iterator[tuple[str, Receipt | int]]


def _registry(desk: Flows) -> Measured:
    registry, operator = desk.registry, desk.operator
    yield "enrol 1 device", registry.enrol(enrolment(registry, Device.seeded(500), operator), sender=operator)
    wallet = desk.stranger
    devices = [Device.seeded(501 + place) for place in range(BATCH)]
    batch = [enrolment(registry, device, operator, payout=wallet) for device in devices]
    full = registry.enrolMany(batch, sender=operator)
    yield f"enrol {BATCH} devices with a payout address", full
    yield "— each of them", full.gas_used // BATCH
    yield "rotate both keys", registry.rotate(
        *rotation(registry, devices[0].id, devices[0], Device.seeded(900)), sender=operator
    )
    newer = enrolment(registry, Device.seeded(901), operator)
    yield "replace a device", registry.replace(devices[1].id, newer, sender=operator)
    yield "revoke a device", registry.revoke(devices[2].id, "stolen", sender=operator)


def _anchor(desk: Flows) -> Measured:
    anchor, forwarder = desk.network["AttestationAnchor"], desk.network["Forwarder"]
    device, sender = desk.device.id, desk.device.account
    yield "anchor, a device's first", anchor.anchor(device, b"\1" * 32, 1, 9, sender=sender)
    yield "**anchor**", anchor.anchor(device, b"\2" * 32, 10, 19, sender=sender)
    roots, numbers = [bytes([place]) * 32 for place in range(16, 32)], list(range(20, 36))
    yield "anchor 16 batches at once", anchor.anchorMany(device, roots, numbers, numbers, sender=sender)
    forwarder.execute(*request(forwarder, sender, anchor, "anchor", device, b"\3" * 32, 40, 49))
    made = request(forwarder, sender, anchor, "anchor", device, b"\4" * 32, 50, 59)
    yield "anchor through the forwarder", forwarder.execute(*made)


def _named(desk: Flows) -> Measured:
    board = desk.board
    yield "submit, open, 60-byte URI", board.submit(
        desk.terms(NAMED, device=bytes(32), uri=URI), sender=desk.requester, value=REWARD + desk.terms(NAMED)["fee"]
    )
    first, later = _job(desk, True), _job(desk, True)
    strict = _job(desk, True, capabilities=0b11, minScore=400)
    yield from zip(("submit, assigned", "accept with a bond", "submit result", "verdict: accepted"), later, strict=True)
    yield "**whole job, named verifier**", sum(receipt.gas_used for receipt in later)
    yield "**— with capabilities and a score asked for**", sum(receipt.gas_used for receipt in strict)
    yield "— the first one of a device and a verifier", sum(receipt.gas_used for receipt in first)
    yield "verdict: refused", _job(desk, False)[3]
    job = desk.submitted(NAMED)
    desk.chain.pass_time(WINDOW_SECONDS + 1)
    yield "expire after the verifier's silence", board.expire(job)


def _job(desk: Flows, accepted: bool, **asked: Any) -> list[Receipt]:
    terms, account = desk.terms(NAMED, **asked), desk.device.account
    submitted = desk.board.submit(terms, sender=desk.requester, value=terms["reward"] + terms["fee"])
    job = submitted.returned
    return [
        submitted,
        desk.board.accept(job, sender=account, value=BOND),
        desk.board.submitResult(job, b"\1" * 32, b"\2" * 32, sender=account),
        desk.verification.verdict(job, accepted, sender=desk.verifier),
    ]


def _optimistic(desk: Flows) -> Measured:
    verification = desk.verification
    job = desk.submitted(OPTIMISTIC)
    desk.chain.pass_time(WINDOW_SECONDS + 1)
    yield "optimistic: finalize, unchallenged", verification.finalize(job)
    job = desk.submitted(OPTIMISTIC)
    yield "optimistic: challenge", verification.challenge(job, b"\1" * 32, sender=desk.challenger, value=CHALLENGE_BOND)
    yield "optimistic: ruling, upheld", verification.rule(job, True, sender=desk.verifier)
    yield "optimistic: ruling, rejected", verification.rule(desk.challenged(), False, sender=desk.verifier)


def _quorum(desk: Flows) -> Measured:
    job = desk.submitted(QUORUM)
    yield "quorum: commit", [desk.commit(job, member, True) for member in desk.members][-1]
    desk.chain.pass_time(WINDOW_SECONDS // 2 + 1)
    yield "quorum: reveal", [desk.reveal(job, member, True) for member in desk.members][-1]
    yield "quorum: finalize, 3 of 3 voted", desk.verification.finalize(job)


def _vault(desk: Flows) -> Measured:
    vault, account, chain = desk.vault, desk.device.account, desk.chain
    desk.end(desk.start(desk.step()), 0)
    yield "claim", vault.claim(NATIVE, desk.device.id, sender=account)
    desk.end(desk.start(desk.step(), salt=b"\1" * 32), 0)
    message = {"token": NATIVE, "key": desk.device.id, "fee": 10**15, "nonce": 0, "deadline": chain.now + VALID_SECONDS}
    signature = account.sign_typed(domain(vault, "Halcyon RewardVault"), {"Claim": CLAIM_TYPE}, message)
    yield "claim by signature, a sponsor sends", vault.claimFor(
        NATIVE, desk.device.id, message["fee"], message["deadline"], signature, sender=desk.stranger
    )
    shares = [Share(place, desk.device.id if place == 7 else bytes([place]) * 32, 10**15) for place in range(256)]
    root, proofs = merkle([share.leaf for share in shares])
    total = sum(share.amount for share in shares)
    made = vault.distribute(NATIVE, root, total, chain.now + 10**6, bytes(32), sender=desk.requester, value=total)
    yield "distribute an epoch", made
    mine = shares[7]
    yield "claim a share of 256", vault.claimEpoch(made.returned, 7, mine.key, mine.amount, proofs[7], sender=account)


def _workflow(desk: Flows) -> Measured:
    def submit(count: int, salt: bytes) -> Receipt:
        steps = [desk.step(*([place - 1] if place else [])) for place in range(count)]
        receipt: Receipt = desk.workflow.submit(salt, NATIVE, steps, sender=desk.requester, value=desk.price(steps))
        return receipt

    four = submit(4, b"\1" * 32)
    yield "workflow of 4 steps: submit", four
    yield "workflow: verdict that opens the next step", desk.end(four.returned, 0)
    yield "workflow of 32 steps: submit", submit(32, b"\2" * 32)


CEILINGS = {
    f"enrol {BATCH} devices with a payout address": TRANSACTION_GAS_MAX,
    "workflow of 32 steps: submit": TRANSACTION_GAS_MAX,
    "**anchor**": ANCHOR_GAS_MAX,
    "**whole job, named verifier**": JOB_GAS_MAX,
    "**— with capabilities and a score asked for**": JOB_GAS_MAX,
}


def measure() -> list[Row]:
    """All rows, each group on a network of its own."""
    groups: list[Callable[[Flows], Any]] = [_registry, _anchor, _named, _optimistic, _quorum, _vault, _workflow]
    rows = []
    chain = LocalChain()
    network = deploy_network(chain)
    fresh = chain.snapshot()
    for group in groups:
        chain.restore(fresh)
        for what, result in group(Flows(chain, network)):
            gas = result if isinstance(result, int) else result.gas_used
            rows.append(Row(what, gas, CEILINGS.get(what)))
    return rows


def rendered(rows: list[Row]) -> str:
    """The table as the README has it."""
    lines = ["| Call | Gas | At most |", "|---|---:|---:|"]
    lines += [f"| {row.what} | {row.gas:,} | {f'{row.ceiling:,}' if row.ceiling else ''} |" for row in rows]
    return "\n".join(lines) + "\n"


def broken(rows: list[Row]) -> list[str]:
    """One line for each ceiling that isn't kept."""
    over = [row for row in rows if row.ceiling and row.gas >= row.ceiling]
    return [f"{row.what}: {row.gas} gas, {row.ceiling} allowed" for row in over]


def updated(text: str, rows: list[Row]) -> str:
    """The README with this table. Raises GasError when it has no place for it."""
    made, count = TABLE.subn(lambda found: found[1] + rendered(rows) + found[2], text)
    if count != 1:
        raise GasError("README.md has not exactly one gas table")
    return made


def main() -> int:
    """The command behind `deploy/contracts/gas`."""
    parser = argparse.ArgumentParser(prog="deploy/contracts/gas", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the table is not current")
    options = parser.parse_args()
    rows, text = measure(), README.read_text()
    print(rendered(rows), end="")
    faults = broken(rows)
    if options.check and updated(text, rows) != text:
        faults.append("the gas table of README.md is not current: run deploy/contracts/gas")
    elif not options.check:
        README.write_text(updated(text, rows))
    for fault in faults:
        print(f"gas: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
