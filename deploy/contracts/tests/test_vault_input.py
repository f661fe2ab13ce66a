# SPDX-License-Identifier: Apache-2.0
"""Claims, sponsored claims and distributions: who, when, how much, and never twice."""

from typing import Any

import pytest
from chain import Contract, LocalChain
from devices import Device, enrolment
from scene import BOND, COIN, FEE, REWARD, SALT, Scene, Share, merkle

S_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
EPOCH_SECONDS = 86_400


@pytest.fixture
def scene(chain: LocalChain, network: dict[str, Contract]) -> Scene:
    """A network whose device has been paid for one job."""
    made = Scene(chain, network)
    made.paid()
    return made


def test_a_devices_balance_goes_to_its_payout_whoever_of_its_own_asks(scene: Scene) -> None:
    """Account, operator and payout address; nobody else."""
    payout = scene.chain.accounts[9]
    scene.registry.setPayout(scene.device.id, payout, sender=scene.operator)
    for caller in (scene.worker, scene.operator, payout):
        saved, before = scene.chain.snapshot(), scene.chain.balance(payout)
        assert scene.vault.claim(COIN, scene.device.id, sender=caller).returned == REWARD + BOND
        assert scene.chain.balance(payout) == before + REWARD + BOND
        with scene.chain.reverts("nothing to claim"):
            scene.vault.claim(COIN, scene.device.id, sender=caller)
        scene.chain.restore(saved)
    for caller in (scene.requester, scene.verifier, scene.stranger):
        with scene.chain.reverts("not owner"):
            scene.vault.claim(COIN, scene.device.id, sender=caller)


@pytest.mark.parametrize("key", [b"\x99" * 32, bytes(32), b"\0" * 11 + b"\1" * 21])
def test_nobody_owns_the_balance_of_an_unknown_key(key: bytes, scene: Scene) -> None:
    """An unknown device's, and zero's."""
    for caller in (scene.worker, scene.operator, scene.stranger):
        with scene.chain.reverts("not owner"):
            scene.vault.claim(COIN, key, sender=caller)


def test_a_replaced_devices_balance_is_its_successors(scene: Scene) -> None:
    """The old account may not ask any more."""
    successor, payout = Device.seeded(2), scene.chain.accounts[9]
    made = enrolment(scene.registry, successor, scene.operator, payout=payout)
    scene.registry.replace(scene.device.id, made, sender=scene.operator)
    with scene.chain.reverts("not owner"):
        scene.vault.claim(COIN, scene.device.id, sender=scene.worker)
    before = scene.chain.balance(payout)
    scene.vault.claim(COIN, scene.device.id, sender=successor.account)
    assert scene.chain.balance(payout) == before + REWARD + BOND


def test_what_a_revoked_device_earned_stays_claimable(scene: Scene) -> None:
    """By its operator, to its payout."""
    scene.registry.revoke(scene.device.id, "lost", sender=scene.operator)
    assert scene.vault.claim(COIN, scene.device.id, sender=scene.operator).returned == REWARD + BOND


def test_many_claims_are_all_paid_or_none(scene: Scene) -> None:
    """Up to 32; one that is not the caller's, or named twice, takes all back."""
    scene.submit(sender=scene.operator, salt=b"\1" * 32)
    scene.board.cancel(scene.job_id(scene.operator, b"\1" * 32), sender=scene.operator)
    both = [{"token": COIN, "key": scene.device.id}, {"token": COIN, "key": scene.operator.key}]
    with scene.chain.reverts("nothing to claim"):
        scene.vault.claimMany(both + both[:1], sender=scene.operator)
    with scene.chain.reverts("not owner"):
        scene.vault.claimMany(both + [{"token": COIN, "key": scene.verifier.key}], sender=scene.operator)
    with scene.chain.reverts(""):
        scene.vault.claimMany(both * 17, sender=scene.operator)
    before = scene.chain.balance(scene.operator)
    scene.vault.claimMany(both, sender=scene.operator)
    assert scene.chain.balance(scene.operator) == before + REWARD + BOND + REWARD + FEE


def test_a_sponsored_claim_pays_the_sponsor_what_was_signed_and_works_once(scene: Scene) -> None:
    """The rest goes to the payout address, not to the signer."""
    deadline = scene.chain.now
    signature = scene.sign_claim(scene.worker, scene.device.id, 1_000, deadline)
    before = scene.chain.balance(scene.stranger), scene.chain.balance(scene.operator)
    scene.vault.claimFor(COIN, scene.device.id, 1_000, deadline, signature, sender=scene.stranger)
    assert scene.chain.balance(scene.stranger) == before[0] + 1_000
    assert scene.chain.balance(scene.operator) == before[1] + REWARD + BOND - 1_000
    scene.paid(salt=b"\1" * 32)
    with scene.chain.reverts("bad signature"):
        scene.vault.claimFor(COIN, scene.device.id, 1_000, deadline, signature, sender=scene.stranger)


@pytest.mark.parametrize(
    "changes",
    [
        {"chain_id": 1},
        {"token": "0x" + "11" * 20},
        {"key": b"\1" * 32},
        {"fee": 6},
        {"nonce": 1},
        {"deadline": 2**255},
    ],
)
def test_a_claim_signed_for_anything_else_is_refused(changes: dict[str, Any], scene: Scene) -> None:
    """Another chain, token, key, fee, nonce, deadline."""
    deadline = scene.chain.now + 60
    signature = scene.sign_claim(scene.worker, scene.device.id, 5, deadline, **changes)
    with scene.chain.reverts("bad signature"):
        scene.vault.claimFor(COIN, scene.device.id, 5, deadline, signature, sender=scene.stranger)


def test_malformed_signatures_are_refused(scene: Scene) -> None:
    """Empty, short, the other half of the curve, an odd v, another signer, and a key that nobody signs for."""
    deadline = scene.chain.now + 60
    good = scene.sign_claim(scene.worker, scene.device.id, 5, deadline)
    twin = good[:32] + (S_ORDER - int.from_bytes(good[32:64], "big")).to_bytes(32, "big") + bytes([55 - good[64]])
    other = scene.sign_claim(scene.verifier, scene.device.id, 5, deadline)
    for bad in (b"", good[:64], twin, good[:64] + b"\0", good[:64] + b"\x1d", bytes(65), other):
        with scene.chain.reverts("bad signature"):
            scene.vault.claimFor(COIN, scene.device.id, 5, deadline, bad, sender=scene.stranger)
    unknown = b"\x99" * 32
    with scene.chain.reverts("bad signature"):
        scene.vault.claimFor(COIN, unknown, 0, deadline, bytes(65), sender=scene.stranger)
    scene.vault.claimFor(COIN, scene.device.id, 5, deadline, good, sender=scene.stranger)


def test_a_sponsors_fee_and_deadline_have_edges(scene: Scene) -> None:
    """The whole balance may be the fee when the operator signs, not one more; the last second counts, not the next."""
    amount, deadline = REWARD + BOND, scene.chain.now + 60
    signature = scene.sign_claim(scene.operator, scene.device.id, amount + 1, deadline)
    with scene.chain.reverts("fee too high"):
        scene.vault.claimFor(COIN, scene.device.id, amount + 1, deadline, signature, sender=scene.stranger)
    signature = scene.sign_claim(scene.operator, scene.device.id, amount, deadline)
    scene.chain.set_time(deadline + 1)
    with scene.chain.reverts("expired"):
        scene.vault.claimFor(COIN, scene.device.id, amount, deadline, signature, sender=scene.stranger)
    scene.chain.set_time(deadline)
    scene.vault.claimFor(COIN, scene.device.id, amount, deadline, signature, sender=scene.stranger)
    assert scene.balance(scene.device.id) == 0


def distribute(scene: Scene, shares: list[Share], total: int, token: Any = COIN) -> tuple[bytes, list[list[bytes]]]:
    """Funds a distribution by the requester."""
    root, proofs = merkle([share.leaf for share in shares])
    made = scene.vault.distribute(
        token,
        root,
        total,
        scene.chain.now + EPOCH_SECONDS,
        SALT,
        sender=scene.requester,
        value=total if token == COIN else 0,
    )
    return bytes(made.returned), proofs


def test_each_share_of_a_distribution_is_credited_once_in_any_order(scene: Scene) -> None:
    """300 indices cross a bitmap's word; devices and addresses alike."""
    keys = [scene.device.id, scene.stranger.key, scene.operator.key]
    shares = [Share(index, keys[place % 3], 10 + place) for place, index in enumerate([0, 1, 2, 255, 256, 299, 2**255])]
    id_, proofs = distribute(scene, shares, sum(share.amount for share in shares))
    start = {key: scene.balance(key) for key in keys}
    for share, proof in sorted(zip(shares, proofs, strict=True), key=lambda pair: -pair[0].index):
        scene.vault.claimEpoch(id_, share.index, share.key, share.amount, proof, sender=scene.stranger)
        with scene.chain.reverts("already claimed"):
            scene.vault.claimEpoch(id_, share.index, share.key, share.amount, proof, sender=scene.stranger)
    for key in keys:
        assert scene.balance(key) == start[key] + sum(share.amount for share in shares if share.key == key)
    assert scene.vault.distributions(id_).left == 0


def test_only_what_is_in_the_tree_can_be_claimed(scene: Scene) -> None:
    """Another amount, key, index, an inner node as a leaf, a longer and an empty proof."""
    shares = [Share(index, scene.stranger.key, 10) for index in range(4)]
    id_, proofs = distribute(scene, shares, 40)
    claims: list[tuple[int, bytes, int, list[bytes]]] = [
        (0, scene.stranger.key, 11, proofs[0]),
        (0, scene.operator.key, 10, proofs[0]),
        (9, scene.stranger.key, 10, proofs[0]),
        (0, scene.stranger.key, 10, proofs[0][1:]),
        (0, scene.stranger.key, 10, proofs[0] + [bytes(32)]),
        (0, scene.stranger.key, 10, []),
        (0, scene.stranger.key, 10, [b"\1" * 32] * 32),
    ]
    for claim in claims:
        with scene.chain.reverts("bad proof"):
            scene.vault.claimEpoch(id_, *claim, sender=scene.stranger)
    with scene.chain.reverts(""):
        scene.vault.claimEpoch(id_, 0, scene.stranger.key, 10, [bytes(32)] * 33, sender=scene.stranger)
    assert scene.balance(scene.stranger) == 0


def test_shares_cannot_take_more_than_was_funded_nor_go_to_nobody(scene: Scene) -> None:
    """Neither the next job's money nor a balance that no one could claim."""
    shares = [Share(0, scene.stranger.key, 30), Share(1, scene.stranger.key, 11), Share(2, b"\x99" * 32, 1)]
    shares.append(Share(3, bytes(32), 1))
    id_, proofs = distribute(scene, shares, 40)
    take = [(share.index, share.key, share.amount, proof) for share, proof in zip(shares, proofs, strict=True)]
    scene.vault.claimEpoch(id_, *take[0], sender=scene.stranger)
    with scene.chain.reverts("not enough left"):
        scene.vault.claimEpoch(id_, *take[1], sender=scene.stranger)
    with scene.chain.reverts("no such device"):
        scene.vault.claimEpoch(id_, *take[2], sender=scene.stranger)
    with scene.chain.reverts("no key"):
        scene.vault.claimEpoch(id_, *take[3], sender=scene.stranger)
    scene.chain.pass_time(EPOCH_SECONDS)
    with scene.chain.reverts("too early"):
        scene.vault.reclaim(id_, sender=scene.requester)
    scene.chain.pass_time(1)
    before = scene.balance(scene.requester)
    scene.vault.reclaim(id_, sender=scene.requester)
    assert scene.balance(scene.requester) == before + 10


@pytest.mark.parametrize(
    ("root", "total", "ahead", "reason"),
    [
        (bytes(32), 1, 60, "no root"),
        (b"\1" * 32, 0, 60, "nothing"),
        (b"\1" * 32, 1, 0, "bad expiry"),
        (b"\1" * 32, 1, 10 * 365 * 86_400, None),
        (b"\1" * 32, 1, 10 * 365 * 86_400 + 1, "bad expiry"),
    ],
)
def test_a_distribution_has_a_root_an_amount_and_an_end(
    root: bytes, total: int, ahead: int, reason: str | None, scene: Scene
) -> None:
    """Refused by its rule."""
    made = (COIN, root, total, scene.chain.now + ahead, SALT)
    if reason is None:
        scene.vault.distribute(*made, sender=scene.requester, value=total)
        return
    with scene.chain.reverts(reason):
        scene.vault.distribute(*made, sender=scene.requester, value=total)


def test_the_vault_takes_no_stray_coin(scene: Scene) -> None:
    """It has no way to book it, so it refuses it; so do the others."""
    for contract in scene.network.values():
        with scene.chain.reverts(""):
            scene.chain.send(contract, sender=scene.stranger, value=1)
