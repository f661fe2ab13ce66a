# SPDX-License-Identifier: Apache-2.0
"""Who may give a device's earnings away, and where no money may go."""

from collections.abc import Callable

import pytest
from chain import Contract, LocalChain, Signer
from devices import Device, rotation
from scene import BOND, COIN, REWARD, Scene

EARNED = REWARD + BOND
TENTH = EARNED // 10
CLAIM_SECONDS = 60


@pytest.fixture
def scene(chain: LocalChain, network: dict[str, Contract]) -> Scene:
    """A network whose device has been paid for one job."""
    made = Scene(chain, network)
    made.paid()
    return made


def sponsored(scene: Scene, signer: Signer, fee: int, token: Contract | str = COIN) -> None:
    """A stranger sends a claim that somebody signed, for its fee."""
    deadline = scene.chain.now + CLAIM_SECONDS
    address = token if isinstance(token, str) else token.address
    signature = scene.sign_claim(signer, scene.device.id, fee, deadline, token=address)
    scene.vault.claimFor(token, scene.device.id, fee, deadline, signature, sender=scene.stranger)


@pytest.mark.parametrize("fee", [EARNED, TENTH + 1])
def test_a_stolen_device_cannot_sign_its_earnings_away(fee: int, scene: Scene) -> None:
    """Its account may pay a sponsor a tenth; the rest goes to the payout address that only the operator sets."""
    with scene.chain.reverts("fee too high"):
        sponsored(scene, scene.worker, fee)
    before = scene.chain.balance(scene.stranger), scene.chain.balance(scene.operator)
    sponsored(scene, scene.worker, TENTH)
    after = scene.chain.balance(scene.stranger), scene.chain.balance(scene.operator)
    assert after == (before[0] + TENTH, before[1] + EARNED - TENTH)


ENDS: dict[str, Callable[[Scene], object]] = {
    "suspend": lambda scene: scene.registry.suspend(scene.device.id, "stolen", sender=scene.operator),
    "revoke": lambda scene: scene.registry.revoke(scene.device.id, "stolen", sender=scene.operator),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_device_out_of_service_signs_nothing_away(end: str, scene: Scene) -> None:
    """Its account may still have everything sent to the payout address, and the operator may pay a sponsor."""
    ENDS[end](scene)
    with scene.chain.reverts("fee too high"):
        sponsored(scene, scene.worker, 1)
    saved, before = scene.chain.snapshot(), scene.chain.balance(scene.operator)
    sponsored(scene, scene.worker, 0)
    assert scene.chain.balance(scene.operator) == before + EARNED
    scene.chain.restore(saved)
    sponsored(scene, scene.operator, EARNED)
    assert scene.balance(scene.device.id) == 0


def test_a_sold_device_does_not_pay_its_seller(scene: Scene) -> None:
    """The old operator and a payout address of old sign for nothing."""
    payout, buyer = scene.chain.accounts[9], scene.chain.accounts[10]
    scene.registry.setPayout(scene.device.id, payout, sender=scene.operator)
    scene.registry.offerOperator(scene.device.id, buyer, sender=scene.operator)
    scene.registry.acceptOperator(scene.device.id, sender=buyer)
    for signer in (scene.operator, payout, scene.stranger):
        with scene.chain.reverts("bad signature"):
            sponsored(scene, signer, 0)
    before = scene.chain.balance(buyer)
    sponsored(scene, buyer, 7)
    assert scene.chain.balance(buyer) == before + EARNED - 7


def test_a_signature_of_an_account_that_was_rotated_away_is_worth_nothing(scene: Scene) -> None:
    """Nor does it use a nonce."""
    successor = Device.seeded(2)
    scene.registry.rotate(*rotation(scene.registry, scene.device.id, scene.device, successor), sender=scene.operator)
    with scene.chain.reverts("bad signature"):
        sponsored(scene, scene.worker, 0)
    assert scene.vault.nonces(scene.device.id) == 0
    sponsored(scene, successor.account, TENTH)


def test_the_smallest_balance_pays_no_sponsor_by_the_devices_word(scene: Scene) -> None:
    """A tenth is rounded down."""
    token = scene.token(scene.requester)
    scene.paid(token=token, reward=9, fee=0, salt=b"\1" * 32)
    with scene.chain.reverts("fee too high"):
        sponsored(scene, scene.worker, 1, token)
    sponsored(scene, scene.operator, 9, token)
    assert token.balanceOf(scene.stranger) == 9


def test_money_cannot_be_lost_in_the_vault_itself(scene: Scene) -> None:
    """As a payout address or as the place of a claim: tokens sent to itself would belong to nobody."""
    token = scene.token(scene.requester)
    scene.paid(token=token, salt=b"\1" * 32)
    scene.registry.setPayout(scene.device.id, scene.vault, sender=scene.operator)
    for money in (token, COIN):
        with scene.chain.reverts("payment refused"):
            scene.vault.claim(money, scene.device.id, sender=scene.worker)
        with scene.chain.reverts("payment refused"):
            scene.vault.claimTo(money, scene.vault, sender=scene.verifier)
    assert scene.balance(scene.device.id, token) == REWARD and scene.balance(scene.device.id) == EARNED + BOND
