# SPDX-License-Identifier: Apache-2.0
"""A token without books fills balances to the brim: no job may depend on there being room for one coin more."""

import pytest
from chain import Contract, LocalChain, Reverted
from scene import BOND, DELIVER_SECONDS, OPTIMISTIC, WINDOW_SECONDS, Scene, Share

EPOCH_SECONDS = 86_400
AMOUNTS = [2**256 - 1, 2**255, 2**160 - 1, 2**128]


@pytest.fixture
def scene(chain: LocalChain, network: dict[str, Contract]) -> Scene:
    """A network and its device."""
    return Scene(chain, network)


@pytest.fixture
def phantom(scene: Scene) -> Contract:
    """A token that says whatever an attacker likes."""
    return scene.chain.deploy("PhantomToken")


def brim(scene: Scene, token: Contract, key: bytes) -> None:
    """Fills a balance by distributions of one share, each as large as the vault takes and the balance has room for."""
    for serial, amount in enumerate([*AMOUNTS, *AMOUNTS]):
        share, salt = Share(0, key, amount), key[-16:] + serial.to_bytes(16, "big")
        token.reset()
        expiry = scene.chain.now + EPOCH_SECONDS
        try:
            made = scene.vault.distribute(token, share.leaf, amount, expiry, salt, sender=scene.stranger)
            scene.vault.claimEpoch(made.returned, 0, key, amount, [])
        except Reverted:
            continue
    token.reset()


def test_a_stranger_cannot_wedge_an_assignment_into_an_inbox(scene: Scene, phantom: Contract) -> None:
    """The refund of a declined, cancelled, expired or pruned job always finds room in its requester's balance."""
    brim(scene, phantom, scene.stranger.key)
    job = scene.submit(sender=scene.stranger, token=phantom, device=scene.device.id, bond=0)
    saved = scene.chain.snapshot()
    scene.board.decline(job, "dust", sender=scene.worker)
    assert scene.state(job) == "CANCELLED" and scene.board.inboxOf(scene.device.id)[0] == bytes(32)
    scene.chain.restore(saved)
    scene.chain.pass_time(DELIVER_SECONDS)
    scene.board.prune(scene.device.id, sender=scene.operator)
    assert scene.state(job) == "EXPIRED"


@pytest.mark.parametrize("pays", [False, True])
def test_a_requester_cannot_lock_a_devices_bond_by_a_full_balance(pays: bool, scene: Scene, phantom: Contract) -> None:
    """Whatever silence means, a delivered job ends and the bond comes back, its place in the inbox is free."""
    for key in (scene.requester.key, scene.device.id, scene.verifier.key):
        brim(scene, phantom, key)
    job = scene.submitted(token=phantom, silencePays=pays)
    scene.chain.pass_time(WINDOW_SECONDS + 1)
    scene.board.expire(job, sender=scene.stranger)
    assert scene.balance(scene.device.id) == BOND and scene.held(job) == 0


def test_a_challenger_cannot_be_kept_from_its_bond_by_a_full_balance(scene: Scene, phantom: Contract) -> None:
    """An arbiter's ruling pays in the job's token: it must find room, or the round never ends."""
    for key in (scene.requester.key, scene.stranger.key, scene.verifier.key):
        brim(scene, phantom, key)
    job = scene.submitted(token=phantom, policy=OPTIMISTIC)
    bond = scene.terms(policy=OPTIMISTIC)["challengeBond"]
    scene.verification.challenge(job, bytes(32), sender=scene.stranger, value=bond)
    scene.verification.rule(job, True, sender=scene.verifier)
    assert scene.balance(scene.stranger) == bond


def test_no_deposit_is_so_large_that_a_balance_could_run_over(scene: Scene, phantom: Contract) -> None:
    """The largest deposit is 2**160 - 1: a balance has room for 2**96 of them."""
    expiry = scene.chain.now + EPOCH_SECONDS
    with scene.chain.reverts("too much"):
        scene.vault.distribute(phantom, b"\1" * 32, 2**160, expiry, bytes(32), sender=scene.stranger)
    scene.vault.distribute(phantom, b"\1" * 32, 2**160 - 1, expiry, bytes(32), sender=scene.stranger)
    largest = 2**128 - 1
    job = scene.submit(token=phantom, reward=largest, fee=largest, salt=b"\7" * 32)
    assert scene.held(job, phantom) == 2 * largest
