# SPDX-License-Identifier: Apache-2.0
"""Hostile sponsors, forged suffixes, and call data that is too short to carry a sender."""

from typing import Any

import pytest
from chain import Contract, LocalChain, Reverted, Signer
from devices import forward, request, sign_request
from scene import ATTESTATION, BOND, COIN, FEE, RESULT, REWARD, SALT, Scene

REENTER = 4


@pytest.fixture
def scene(chain: LocalChain, network: dict[str, Contract]) -> Scene:
    """A network and its device."""
    return Scene(chain, network)


def raw(scene: Scene, signer: Signer, target: Contract, data: bytes, value: int = 0) -> tuple[dict[str, Any], bytes]:
    """A signed request with any call data."""
    message, _ = request(scene.forwarder, signer, scene.forwarder, "nonces", signer.address, value=value)
    message |= {"target": target.address, "data": data}
    return message, sign_request(scene.forwarder, signer, message)


@pytest.mark.parametrize("name", ["RewardVault", "JobBoard", "Verification", "Workflow", "DeviceRegistry"])
def test_short_and_padded_call_data_speaks_for_nobody_else(name: str, scene: Scene) -> None:
    """Cut anywhere, or with another sender's address behind it: refused, or done in the signer's own name."""
    victim, attacker, target = scene.worker, scene.stranger, scene.network[name]
    scene.paid()
    job = scene.submit(salt=b"\1" * 32, device=scene.device.id)
    calls = {
        "RewardVault": ("claimTo", (COIN, attacker.address)),
        "JobBoard": ("decline", (job, "no")),
        "Verification": ("verdict", (job, True)),
        "Workflow": ("cancel", (bytes(32),)),
        "DeviceRegistry": ("suspend", (scene.device.id, "no")),
    }
    function, arguments = calls[name]
    data = target.interface.encode(function, arguments)
    before = scene.chain.balance(attacker), scene.balance(scene.device.id), scene.state(job)
    for length in (0, 1, 3, 4, 5, 23, 24, len(data) - 20, len(data) - 1, len(data)):
        for suffix in (b"", bytes.fromhex(victim.address[2:]), bytes.fromhex(scene.operator.address[2:])):
            with pytest.raises(Reverted):
                forward(scene.forwarder, attacker, raw(scene, attacker, target, data[:length] + suffix))
    assert before == (scene.chain.balance(attacker), scene.balance(scene.device.id), scene.state(job))
    assert scene.registry.standing(scene.device.id)[1] == 1


@pytest.mark.parametrize("name", ["RewardVault", "JobBoard", "Verification", "Workflow", "DeviceRegistry"])
def test_a_suffix_without_the_forwarder_is_only_noise(name: str, scene: Scene, guardian: Signer) -> None:
    """Behind a direct call's data anybody's address may stand; nor can a guardian's be forged through the forwarder."""
    target = scene.network[name]
    pause = target.interface.encode("pause", ())
    with scene.chain.reverts("not guardian"):
        scene.chain.send(target, pause + bytes.fromhex(guardian.address[2:]), sender=scene.stranger)
    with scene.chain.reverts("not guardian"):
        forward(scene.forwarder, scene.stranger, raw(scene, guardian, target, pause))


def test_a_sponsor_that_spoils_a_batch_gains_nothing_but_delay(scene: Scene) -> None:
    """It sends a delivery from within a token's transfer, where the board is locked. The signer signs once more."""
    job = scene.submit(device=scene.device.id)
    scene.accept(job)
    token = scene.token(scene.stranger, mode=REENTER)
    signed = request(scene.forwarder, scene.worker, scene.board, "submitResult", job, RESULT, ATTESTATION)
    batch = scene.forwarder.interface.encode("executeMany", ([signed[0]], [signed[1]]))
    token.setCall(scene.forwarder, batch)
    scene.submit(sender=scene.stranger, token=token, salt=b"\1" * 32)
    assert token.reached() and scene.state(job) == "ACCEPTED"
    with scene.chain.reverts("bad nonce"):
        forward(scene.forwarder, scene.stranger, signed)
    again = request(scene.forwarder, scene.worker, scene.board, "submitResult", job, RESULT, ATTESTATION)
    single = scene.forwarder.interface.encode("execute", again)
    token.setCall(scene.forwarder, single)
    scene.submit(sender=scene.stranger, token=token, salt=b"\2" * 32)
    assert not token.reached() and scene.forwarder.nonces(scene.worker) == again[0]["nonce"]
    forward(scene.forwarder, scene.stranger, again)
    assert scene.state(job) == "SUBMITTED" and scene.held(job) == REWARD + FEE + BOND


def test_a_sister_contract_is_nobodys_sender(scene: Scene) -> None:
    """No signature speaks for the workflow, the board or zero, so their rights can't be relayed."""
    job = scene.submit(salt=SALT)
    data = scene.board.interface.encode("cancel", (job,))
    for name in ("Workflow", "Verification", "RewardVault"):
        message, signature = raw(scene, scene.stranger, scene.board, data)
        message["sender"] = scene.network[name].address
        with scene.chain.reverts("bad signature"):
            scene.forwarder.execute(message, signature, sender=scene.stranger)
        with scene.chain.reverts("bad signature"):
            scene.forwarder.execute(message, bytes(65), sender=scene.stranger)
