# SPDX-License-Identifier: Apache-2.0
"""Tokens that break the rules and receivers that fight back: their own transaction fails, nobody else's money moves."""

import pytest
from chain import Contract, LocalChain
from scene import BOND, COIN, DELIVER_SECONDS, FEE, REWARD, SALT, Scene

PLAIN, SILENT, DENYING, FEE_TAKING, REENTER, GARBAGE, LONG, LYING, GENEROUS, REVERTING = range(10)
TAKE, REFUSE, REENTER_COIN, BURN = range(4)
EPOCH_SECONDS = 86_400
BURN_GAS = 300_000


@pytest.fixture
def scene(chain: LocalChain, network: dict[str, Contract]) -> Scene:
    """A network in whose vault somebody else's money lies."""
    made = Scene(chain, network)
    made.submit(sender=made.operator, salt=b"\xee" * 32, bond=0)
    return made


@pytest.mark.parametrize("mode", [SILENT, LONG])
def test_tokens_that_answer_nothing_or_too_much_work(mode: int, scene: Scene) -> None:
    """Held, paid and claimed in full."""
    token = scene.token(scene.requester, mode=mode)
    scene.paid(token=token)
    scene.vault.claim(token, scene.device.id, sender=scene.worker)
    scene.vault.claim(token, scene.verifier.key, sender=scene.verifier)
    assert (token.balanceOf(scene.operator), token.balanceOf(scene.verifier)) == (REWARD, FEE)
    assert token.balanceOf(scene.vault) == 0


@pytest.mark.parametrize("mode", [DENYING, GARBAGE, LYING, REVERTING])
def test_a_token_that_does_not_bring_what_it_says_is_refused(mode: int, scene: Scene) -> None:
    """At submission and at a distribution; no job, no distribution, no balance."""
    token = scene.token(scene.requester, mode=mode)
    with scene.chain.reverts("token refused"):
        scene.submit(token=token)
    expiry = scene.chain.now + EPOCH_SECONDS
    with scene.chain.reverts("token refused"):
        scene.vault.distribute(token, b"\1" * 32, 10, expiry, SALT, sender=scene.requester)
    assert scene.state(scene.job_id()) == "NONE"


@pytest.mark.parametrize("place", ["account", "nothing"])
def test_an_address_without_code_is_no_token(place: str, scene: Scene) -> None:
    """An account's, and one that nobody has used."""
    address = scene.stranger.address if place == "account" else "0x" + "77" * 20
    with scene.chain.reverts("not a token"):
        scene.submit(token=address)


def test_a_token_that_was_not_approved_is_refused(scene: Scene) -> None:
    """And one of which there is too little."""
    token = scene.token()
    with scene.chain.reverts("token refused"):
        scene.submit(token=token)
    token.mint(scene.requester, REWARD + FEE - 1)
    token.approve(scene.vault, 2**255, sender=scene.requester)
    with scene.chain.reverts("token refused"):
        scene.submit(token=token)


def test_a_token_that_takes_a_fee_lowers_the_reward_that_the_device_sees(scene: Scene) -> None:
    """What came is what is promised; when nothing of the reward came, there is no job."""
    token = scene.token(scene.requester, mode=FEE_TAKING)
    job = scene.submitted(token=token)
    arrived = REWARD + FEE - (REWARD + FEE) // 100
    assert scene.board.job(job).reward == arrived - FEE
    assert scene.held(job, token) == token.balanceOf(scene.vault) == arrived
    scene.verification.verdict(job, True, sender=scene.verifier)
    scene.vault.claim(token, scene.device.id, sender=scene.worker)
    scene.vault.claim(token, scene.verifier.key, sender=scene.verifier)
    assert token.balanceOf(scene.vault) == 0
    with scene.chain.reverts("no reward"):
        scene.submit(token=token, reward=10, fee=10_000, salt=b"\1" * 32)


def test_a_generous_tokens_surplus_is_not_booked(scene: Scene) -> None:
    """No more than what was asked for is promised."""
    token = scene.token(scene.requester, mode=GENEROUS)
    job = scene.submit(token=token)
    assert scene.held(job, token) == REWARD + FEE


def test_a_token_that_turns_bad_blocks_its_own_claims_alone(scene: Scene) -> None:
    """The balance stays, other balances are paid, and it is paid when the token comes round."""
    token = scene.token(scene.requester)
    scene.paid(token=token)
    for mode in (DENYING, GARBAGE, REVERTING):
        token.setMode(mode)
        with scene.chain.reverts("token refused"):
            scene.vault.claim(token, scene.device.id, sender=scene.worker)
        assert scene.balance(scene.device.id, token) == REWARD
    assert scene.vault.claim(COIN, scene.device.id, sender=scene.worker).returned == BOND
    token.setMode(PLAIN)
    assert scene.vault.claim(token, scene.device.id, sender=scene.worker).returned == REWARD


def test_a_token_that_turns_bad_does_not_stop_a_jobs_end(scene: Scene) -> None:
    """Settlement, expiry and refund touch no token."""
    token = scene.token(scene.requester)
    settled = scene.submitted(token=token)
    expiring = scene.submit(token=token, salt=b"\1" * 32)
    token.setMode(REVERTING)
    scene.verification.verdict(settled, False, sender=scene.verifier)
    scene.chain.pass_time(DELIVER_SECONDS)
    scene.board.expire(expiring, sender=scene.stranger)
    assert scene.balance(scene.requester, token) == REWARD + REWARD + FEE


@pytest.mark.parametrize(
    ("contract", "function"),
    [
        ("RewardVault", "claim"),
        ("RewardVault", "claimTo"),
        ("RewardVault", "distribute"),
        ("RewardVault", "reclaim"),
        ("JobBoard", "submit"),
        ("JobBoard", "cancel"),
        ("Workflow", "submit"),
    ],
)
def test_a_token_cannot_call_back_in_the_middle_of_a_deposit(contract: str, function: str, scene: Scene) -> None:
    """Each way into the money is locked while a token is being pulled."""
    token = scene.token(scene.requester, mode=REENTER)
    target = scene.network[contract]
    arguments = {
        "claim": (COIN, token.key),
        "claimTo": (COIN, scene.stranger.address),
        "distribute": (COIN, b"\1" * 32, 1, scene.chain.now + EPOCH_SECONDS, SALT),
        "reclaim": (bytes(32),),
        "cancel": (scene.job_id(),),
    }
    if contract == "Workflow":
        made: tuple[object, ...] = (SALT, token, [step(scene)])
    else:
        made = arguments.get(function, (scene.terms(token=token, salt=b"\2" * 32),))
    token.mint(token, 10**18)
    token.setCall(target, target.interface.encode(function, made))
    job = scene.submit(token=token)
    assert token.reached() is False and token.answer() == b""
    assert scene.held(job, token) == REWARD + FEE and token.balanceOf(scene.vault) == REWARD + FEE


def step(scene: Scene) -> dict[str, object]:
    """A workflow's only step."""
    terms = scene.terms()
    for name in ("salt", "token", "acceptBy", "deliverBy"):
        del terms[name]
    extra = {"acceptWithin": 60, "deliverWithin": 120, "needs": 0, "retries": 0, "compensation": 0, "optional": False}
    return terms | extra


@pytest.mark.parametrize("function", ["claim", "claimTo", "claimMany"])
def test_a_receiver_that_calls_back_gets_its_balance_once(function: str, scene: Scene) -> None:
    """The second claim meets the lock; the balance is gone when it is over."""
    receiver = scene.chain.deploy("OddReceiver")
    earn(scene, receiver)
    arguments = {
        "claim": (COIN, receiver.key),
        "claimTo": (COIN, receiver.address),
        "claimMany": ([{"token": COIN, "key": receiver.key}],),
    }
    again = scene.vault.interface.encode(function, arguments[function])
    receiver.setMode(REENTER_COIN, scene.vault, again)
    before = scene.chain.balance(scene.vault)
    receiver.act(scene.vault, again)
    assert receiver.reached() is False and receiver.answer() == b""
    assert scene.chain.balance(receiver) == REWARD + FEE
    assert scene.chain.balance(scene.vault) == before - REWARD - FEE
    assert scene.balance(receiver) == 0


def earn(scene: Scene, receiver: Contract) -> None:
    """Gives a contract a balance: it submits a job and cancels it."""
    terms = scene.terms()
    receiver.act(scene.board, scene.board.interface.encode("submit", (terms,)), value=REWARD + FEE)
    job = scene.job_id(receiver)
    receiver.act(scene.board, scene.board.interface.encode("cancel", (job,)))
    assert scene.balance(receiver) == REWARD + FEE


@pytest.mark.parametrize("mode", [REFUSE, BURN])
def test_a_receiver_that_takes_no_coin_fails_alone_and_may_name_another(mode: int, scene: Scene) -> None:
    """Its balance stays; others are paid meanwhile."""
    receiver = scene.chain.deploy("OddReceiver")
    earn(scene, receiver)
    receiver.setMode(mode, scene.vault, b"")
    claim = scene.vault.interface.encode("claim", (COIN, receiver.key))
    with scene.chain.reverts("payment refused"):
        receiver.act(scene.vault, claim, gas=BURN_GAS if mode == REFUSE else 20 * BURN_GAS)
    assert scene.balance(receiver) == REWARD + FEE
    scene.paid(salt=b"\1" * 32)
    scene.vault.claim(COIN, scene.device.id, sender=scene.worker)
    receiver.act(scene.vault, scene.vault.interface.encode("claimTo", (COIN, scene.stranger.address)))
    assert scene.balance(receiver) == 0 and scene.chain.balance(receiver) == 0


def test_a_payout_that_takes_no_coin_stops_no_settlement_and_can_be_changed(scene: Scene) -> None:
    """Nothing is pushed when a job ends."""
    receiver = scene.chain.deploy("OddReceiver")
    receiver.setMode(REFUSE, scene.vault, b"")
    scene.registry.setPayout(scene.device.id, receiver, sender=scene.operator)
    scene.paid()
    with scene.chain.reverts("payment refused"):
        scene.vault.claim(COIN, scene.device.id, sender=scene.worker)
    deadline = scene.chain.now
    signature = scene.sign_claim(scene.worker, scene.device.id, 5, deadline)
    with scene.chain.reverts("payment refused"):
        scene.vault.claimFor(COIN, scene.device.id, 5, deadline, signature, sender=scene.stranger)
    scene.registry.setPayout(scene.device.id, scene.operator, sender=scene.operator)
    scene.vault.claim(COIN, scene.device.id, sender=scene.worker)
    assert scene.balance(scene.device.id) == 0


def test_nobody_reaches_the_entrants_functions(scene: Scene) -> None:
    """Not the registry, the reputation, the forwarder in somebody's name, nor a guardian."""
    job = scene.submit()
    callers = [scene.network[name] for name in ("DeviceRegistry", "Reputation", "Forwarder", "AttestationAnchor")]
    for caller in [*callers, scene.stranger, scene.requester, scene.chain.accounts[47]]:
        with scene.chain.reverts("not entrant"):
            scene.vault.pay(job, COIN, scene.stranger.key, REWARD, sender=caller)
        with scene.chain.reverts("not entrant"):
            scene.vault.move(job, SALT, COIN, REWARD, sender=caller)
        with scene.chain.reverts("not entrant"):
            scene.vault.hold(job, COIN, scene.stranger, 0, sender=caller)
