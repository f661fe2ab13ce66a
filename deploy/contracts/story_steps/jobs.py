# SPDX-License-Identifier: Apache-2.0
"""A job played by a device: acceptance, result; and the two ways besides a named verifier to decide about it."""

from eth_abi import encode
from eth_account.signers.local import LocalAccount
from eth_utils import keccak
from web3.types import TxReceipt

from story_steps.stage import COIN, NATIVE, Device, Stage, address_key

# The fee is odd, so that halves leave a rest.
REWARD, FEE, BOND, CHALLENGE_BOND = COIN // 10, COIN // 100 + 1, COIN // 50, COIN // 20
WINDOW_SECONDS, SHORT_WINDOW_SECONDS = 300, 10
ACCEPT_SECONDS, DELIVER_SECONDS = 600, 1_200
NAMED, OPTIMISTIC, QUORUM = 1, 2, 3


def play(stage: Stage, device: Device, job: bytes, what: str) -> None:
    """The device finds the job in its inbox, accepts it with its bond and hands a result in."""
    board, session, report = stage.contracts["JobBoard"].functions, stage.session, stage.report
    report.equal(f"{what} is in the inbox of the {device.name}", True, job in stage.inbox(device))
    session.send(device.account, board.accept(job), BOND)
    report.equal(f"{what} after acceptance", "ACCEPTED", stage.job_state(job))
    report.equal(f"{what}: reward, fee and bond held", REWARD + FEE + BOND, stage.held(job))
    result, attestation = keccak(b"result" + job), keccak(b"attestation" + job)
    session.send(device.account, board.submitResult(job, result, attestation))
    report.equal(f"{what} after its result", "SUBMITTED", stage.job_state(job))
    committed = bytes(board.job(job).call()[_place(stage, "result")])
    report.equal(f"{what}: the result is committed to", keccak(result + attestation), committed)


def _place(stage: Stage, member: str) -> int:
    # Where a member stands in the job that the board answers with.
    entry = stage.contracts["JobBoard"].get_function_by_name("job").abi
    return [part["name"] for part in entry["outputs"][0]["components"]].index(member)


def _terms(
    stage: Stage, device: Device, salt: str, policy: int, verifier: bytes, window_seconds: int
) -> tuple[object, ...]:
    # Terms of a job for one device, in the order of the contract's struct.
    now, bond = stage.session.now(), CHALLENGE_BOND if policy == OPTIMISTIC else 0
    return (
        stage.secret(salt), NATIVE, REWARD, FEE, keccak(b"document of " + salt.encode()), "", device.id, 0, 0, BOND,
        now + ACCEPT_SECONDS, now + DELIVER_SECONDS, policy, verifier, window_seconds, bond, False,
    )  # fmt: skip


def _submit(
    stage: Stage, device: Device, salt: str, policy: int, verifier: bytes, window_seconds: int = WINDOW_SECONDS
) -> bytes:
    board = stage.contracts["JobBoard"]
    asked = board.functions.submit(_terms(stage, device, salt, policy, verifier, window_seconds))
    receipt = stage.session.send(stage.requester, asked, REWARD + FEE)
    job = bytes(board.events.Submitted().process_receipt(_own(receipt, board.address))[0]["args"]["job"])
    types, owner = ["uint256", "address", "address", "bytes32"], stage.requester.address
    expected = keccak(encode(types, [stage.session.chain_id, board.address, owner, stage.secret(salt)]))
    stage.report.equal("the job's id follows from chain, board, requester, salt", expected, job)
    return job


def _own(receipt: TxReceipt, address: str) -> TxReceipt:
    # A receipt with one contract's logs only.
    logs = [log for log in receipt["logs"] if log["address"] == address]
    return TxReceipt({**receipt, "logs": logs})  # type: ignore[typeddict-item]


def silence(stage: Stage) -> None:
    """Nobody challenges a result: after its window anyone ends the round and the device is paid."""
    stage.report.begin("silence")
    valve, session, report = stage.devices[1], stage.session, stage.report
    arbiter = address_key(stage.arbiter.address)
    job = _submit(stage, valve, "unchallenged job", OPTIMISTIC, arbiter, SHORT_WINDOW_SECONDS)
    play(stage, valve, job, "the job")
    keys = [valve.id, address_key(stage.requester.address), arbiter]
    before = [stage.credit(key) for key in keys]
    review = stage.contracts["JobBoard"].functions.review(job).call()
    session.wait_past(review[2] + review[3])
    challenged = stage.contracts["Verification"].functions.challenge(job, keccak(b"evidence"))
    late = session.refusal(stage.challenger.address, challenged, CHALLENGE_BOND)
    report.equal("a challenge after the window", "window over", late)
    session.send(stage.operator, stage.contracts["Verification"].functions.finalize(job))
    report.equal("the job after the window", "PAID", stage.job_state(job))
    gains = [stage.credit(key) - past for key, past in zip(keys, before, strict=True)]
    report.equal("device gains reward and bond, requester the fee", [REWARD + BOND, FEE, 0], gains)


def challenge(stage: Stage) -> None:
    """A result is challenged and the challenge upheld: the device gets nothing and loses its bond."""
    stage.report.begin("challenge")
    meter, verification = stage.devices[0], stage.contracts["Verification"].functions
    session, report = stage.session, stage.report
    job = _submit(stage, meter, "challenged job", OPTIMISTIC, address_key(stage.arbiter.address))
    play(stage, meter, job, "the job")
    parties = [address_key(who.address) for who in (stage.challenger, stage.arbiter, stage.requester)] + [meter.id]
    before = [stage.credit(key) for key in parties]
    call = verification.challenge(job, keccak(b"evidence"))
    own = session.refusal(meter.account.address, call, CHALLENGE_BOND)
    report.equal("a device may not challenge itself", "own job", own)
    session.send(stage.challenger, call, CHALLENGE_BOND)
    report.equal("the round is CHALLENGED", 2, verification.roundState(job).call())
    late = session.refusal(stage.requester.address, verification.finalize(job))
    report.equal("nobody ends it before the arbiter's time is over", "window open", late)
    session.send(stage.arbiter, verification.rule(job, True))
    report.equal("the job after the ruling", "REFUSED", stage.job_state(job))
    gains = [stage.credit(key) - past for key, past in zip(parties, before, strict=True)]
    report.equal("challenger gains bond and half the fee", CHALLENGE_BOND + FEE - FEE // 2, gains[0])
    report.equal("arbiter gains half the fee", FEE // 2, gains[1])
    report.equal("requester gains reward and the device's bond", REWARD + BOND, gains[2])
    report.equal("device gains nothing", 0, gains[3])
    counters = stage.contracts["Reputation"].functions.counters(meter.id).call()
    report.equal("reputation: failed and disputes lost", [1, 1], [counters[1], counters[4]])


def quorum(stage: Stage) -> None:
    """Three members seal their votes, open them, two approve: the device and those two are paid."""
    stage.report.begin("quorum")
    valve, session, report = stage.devices[1], stage.session, stage.report
    verification, members = stage.contracts["Verification"].functions, stage.members
    addresses = [member.address for member in members]
    session.send(stage.requester, verification.createCommittee(addresses, 2))
    committee = keccak(encode(["address[]", "uint8"], [addresses, 2]))
    report.equal("the committee has its seats", 3, verification.committeeSize(committee).call())
    job = _submit(stage, valve, "voted job", QUORUM, committee)
    play(stage, valve, job, "the job")
    keys = [*(address_key(address) for address in addresses), address_key(stage.requester.address), valve.id]
    before = [stage.credit(key) for key in keys]
    votes = (True, False, True)
    for member, vote in zip(members, votes, strict=True):
        _commit(stage, member, job, vote)
    report.equal("with every vote sealed the round is REVEALING", 4, verification.roundState(job).call())
    stolen = verification.reveal(job, votes[0], stage.secret(members[0].address))
    report.equal("a copied vote is refused", "bad reveal", session.refusal(members[1].address, stolen))
    for member, vote in zip(members, votes, strict=True):
        session.send(member, verification.reveal(job, vote, stage.secret(member.address)))
    session.send(stage.requester, verification.finalize(job))
    report.equal("the job after the votes", "PAID", stage.job_state(job))
    gains = [stage.credit(key) - past for key, past in zip(keys, before, strict=True)]
    report.equal("the two who approved share the fee", [FEE // 2, 0, FEE // 2], gains[:3])
    report.equal("requester gains what can't be shared", FEE % 2, gains[3])
    report.equal("device gains reward and bond", REWARD + BOND, gains[4])


def _commit(stage: Stage, member: LocalAccount, job: bytes, vote: bool) -> None:
    types = ["bytes32", "address", "bool", "bytes32"]
    sealed = keccak(encode(types, [job, member.address, vote, stage.secret(member.address)]))
    stage.session.send(member, stage.contracts["Verification"].functions.commit(job, sealed))
