# SPDX-License-Identifier: Apache-2.0
"""Three steps for two devices: submit, assign, accept, result, verify, paid, next step, claim."""

from eth_abi import encode
from eth_utils import keccak

from story_steps.jobs import ACCEPT_SECONDS, BOND, DELIVER_SECONDS, FEE, NAMED, REWARD, WINDOW_SECONDS, play
from story_steps.stage import CAPABILITY_METER, CAPABILITY_VALVE, NATIVE, Device, Stage, address_key

STEPS = ("read the meter", "turn the valve", "read it again")
RETRIES = 1
STEP_STATES = ("WAITING", "OPEN", "DONE", "FAILED", "SKIPPED", "COMPENSATED")
FLOW_STATES = ("NONE", "RUNNING", "COMPENSATING", "COMPLETED", "FAILED", "CANCELLED")


def _step(stage: Stage, place: int, device: Device, capabilities: int, needs: int) -> tuple[object, ...]:
    # In the order of the contract's struct.
    return (
        REWARD, FEE, keccak(STEPS[place].encode()), "", device.id, capabilities, 0, BOND, ACCEPT_SECONDS,
        DELIVER_SECONDS, NAMED, address_key(stage.verifier.address), WINDOW_SECONDS, 0, False, needs, RETRIES, 0, False,
    )  # fmt: skip


def _states(stage: Stage, flow: bytes) -> list[str]:
    workflow = stage.contracts["Workflow"].functions
    return [STEP_STATES[workflow.stepState(flow, place).call()] for place in range(len(STEPS))]


def _submit(stage: Stage, players: list[Device]) -> bytes:
    workflow, session, report = stage.contracts["Workflow"], stage.session, stage.report
    wanted = (CAPABILITY_METER, CAPABILITY_VALVE, CAPABILITY_METER)
    steps = [
        _step(stage, place, device, capabilities, 0 if place == 0 else 1 << (place - 1))
        for place, (device, capabilities) in enumerate(zip(players, wanted, strict=True))
    ]
    price, salt = len(steps) * (REWARD + FEE * (1 + RETRIES)), stage.secret("workflow")
    call = workflow.functions.submit(salt, NATIVE, steps)
    report.equal("a coin too few", "wrong value", session.refusal(stage.requester.address, call, price - 1))
    session.send(stage.requester, call, price)
    types = ["uint256", "address", "address", "bytes32"]
    made = keccak(encode(types, [session.chain_id, workflow.address, stage.requester.address, salt]))
    flow = made[:31] + b"\0"
    report.equal("the workflow", "RUNNING", FLOW_STATES[workflow.functions.stateOf(flow).call()])
    report.equal("steps", ["OPEN", "WAITING", "WAITING"], _states(stage, flow))
    report.equal("held by the workflow", price - REWARD - FEE, stage.held(flow))
    again = session.refusal(stage.requester.address, call, price)
    report.equal("the same workflow again", "workflow exists", again)
    return flow


def play_workflow(stage: Stage) -> None:
    """From submission until every step is paid and the rest of the money is back."""
    report, session, requester = stage.report, stage.session, stage.requester.address
    workflow = stage.contracts["Workflow"].functions
    report.begin("submit")
    players = [stage.devices[0], stage.devices[1], stage.devices[0]]
    flow = _submit(stage, players)
    for place, device in enumerate(players):
        report.begin(f"step {place + 1}")
        _play_step(stage, flow, place, device)
    report.begin("end")
    report.equal("the workflow", "COMPLETED", FLOW_STATES[workflow.stateOf(flow).call()])
    left = len(STEPS) * FEE * RETRIES
    report.equal("left: the fees of attempts that were not needed", left, stage.held(flow))
    session.send(stage.operator, workflow.refund(flow))
    report.equal("given back to the requester by anyone", left, stage.credit(address_key(requester)))
    report.equal("held by the workflow", 0, stage.held(flow))


def _play_step(stage: Stage, flow: bytes, place: int, device: Device) -> None:
    report, session = stage.report, stage.session
    job = bytes(stage.contracts["Workflow"].functions.jobOf(flow, place).call())
    report.equal(f"{STEPS[place]}: given to the {device.name}", "ASSIGNED", stage.job_state(job))
    other = next(each for each in stage.devices if each is not device)
    accept = stage.contracts["JobBoard"].functions.accept(job)
    report.equal("not for the other device", "not the device", session.refusal(other.account.address, accept, BOND))
    keys = [device.id, address_key(stage.verifier.address)]
    before = [stage.credit(key) for key in keys]
    play(stage, device, job, STEPS[place])
    verdict = stage.contracts["Verification"].functions.verdict(job, True)
    report.equal("not for the device to say", "not verifier", session.refusal(device.account.address, verdict))
    session.send(stage.verifier, verdict)
    report.equal(f"{STEPS[place]} after the verdict", "PAID", stage.job_state(job))
    gains = [stage.credit(key) - past for key, past in zip(keys, before, strict=True)]
    report.equal("device gains reward and bond, verifier the fee", [REWARD + BOND, FEE], gains)
    report.equal("nothing is held for the job", 0, stage.held(job))
    report.equal("the inbox has room again", False, job in stage.inbox(device))
    done = place + 1
    after = ["DONE"] * done + ["OPEN"] * (done < len(STEPS)) + ["WAITING"] * (len(STEPS) - done - 1)
    report.equal("steps", after, _states(stage, flow))
    counters = stage.contracts["Reputation"].functions.counters(device.id).call()
    report.equal(f"completed by the {device.name}", place // 2 + 1, counters[0])


def claim(stage: Stage) -> None:
    """Everyone takes what is owed, once; the devices' pay arrives at their payout addresses."""
    report, session = stage.report, stage.session
    report.begin("claim")
    vault = stage.contracts["RewardVault"]
    meter, valve = stage.devices
    for device, caller in ((meter, meter.account), (valve, stage.operator)):
        owed, call = stage.credit(device.id), vault.functions.claim(NATIVE, device.id)
        report.equal(f"{device.name}: not for a stranger", "not owner", session.refusal(stage.challenger.address, call))
        session.send(caller, call)
        report.equal(f"{device.name}: arrived at its payout address", owed, session.balance(device.payout))
        report.equal(f"{device.name}: not twice", "nothing to claim", session.refusal(caller.address, call))
    parties = [stage.requester, stage.verifier, stage.challenger, stage.arbiter, *stage.members]
    owed = sum(stage.credit(address_key(party.address)) for party in parties)
    report.equal("the vault has what it still owes, to the last coin", owed, session.balance(vault.address))
    for party in parties:
        if stage.credit(address_key(party.address)):
            session.send(party, vault.functions.claim(NATIVE, address_key(party.address)))
    report.equal("the vault is empty when everyone has claimed", 0, session.balance(vault.address))
