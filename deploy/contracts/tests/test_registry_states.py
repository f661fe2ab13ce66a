# SPDX-License-Identifier: Apache-2.0
"""Every function of the registry against a device in every state, as states/DeviceRegistry.md has it."""

from pathlib import Path
from typing import Any

import pytest

from chain import Contract, LocalChain, Signer
from devices import Device, enrolment, rotation
from hardware import HardwareKey
from states import Pair, pairs, table

STATES = table("DeviceRegistry").states


class Scene:
    """One device brought into a state by real calls, and the people around it."""

    def __init__(self, chain: LocalChain, registry: Contract, guardian: Signer, folder: Path) -> None:
        self.chain, self.registry, self.guardian, self.folder = chain, registry, guardian, folder
        self.operator, self.stranger, self.offered = chain.accounts[1:4]
        self.device, self.successor, self.other = (Device.seeded(number) for number in range(1, 4))

    def bring(self, state: str) -> None:
        """Makes the device be in a state."""
        registry, operator = self.registry, self.operator
        if state == "NONE":
            return
        registry.enrol(enrolment(registry, self.device, operator), sender=operator)
        registry.offerOperator(self.device.id, self.offered, sender=operator)
        if state == "SUSPENDED":
            registry.suspend(self.device.id, "", sender=operator)
        elif state == "REVOKED":
            registry.revoke(self.device.id, "", sender=operator)
        elif state == "REPLACED":
            registry.replace(self.device.id, enrolment(registry, self.successor, operator), sender=operator)

    def state(self) -> str:
        """The state the registry says the device is in."""
        return STATES[self.registry.standing(self.device.id)[1]]

    def arguments(self, function: str) -> tuple[Any, ...]:
        """Good arguments of a function."""
        registry, device_id = self.registry, self.device.id
        if function == "enrol":
            return (enrolment(registry, self.device, self.operator),)
        if function == "enrolMany":
            return ([enrolment(registry, device, self.operator) for device in (self.other, self.device)],)
        if function == "rotate":
            return rotation(registry, device_id, self.device, self.other)
        if function == "replace":
            return (device_id, enrolment(registry, self.other, self.operator))
        if function == "bindHardwareKey":
            return (device_id, HardwareKey.made_in(self.folder).binding(registry.hardwareMessage(device_id)))
        last: dict[str, tuple[Any, ...]] = {
            "suspend": ("service",), "resume": ("served",), "revoke": ("stolen",), "setPayout": (self.offered,),
            "setCapabilities": (7,), "offerOperator": (self.stranger,), "acceptOperator": (),
        }  # fmt: skip
        return (device_id, *last[function])

    def caller(self, variant: str) -> Signer:
        """Who calls in a row of the table; a pause comes before the call."""
        if variant == "paused":
            self.registry.pause(sender=self.guardian)
        people = {"account": self.device.account, "stranger": self.stranger, "offered": self.offered}
        return people.get(variant, self.operator)


@pytest.mark.parametrize("pair", pairs("DeviceRegistry"))
def test_a_function_does_in_a_state_what_the_table_says(
    pair: Pair, chain: LocalChain, network: dict[str, Contract], guardian: Signer, tmp_path: Path
) -> None:
    """The next state, or the exact reason and nothing changed."""
    scene = Scene(chain, network["DeviceRegistry"], guardian, tmp_path)
    scene.bring(pair.state)
    assert scene.state() == pair.state
    call = getattr(scene.registry, pair.function)
    arguments, caller = scene.arguments(pair.function), scene.caller(pair.variant)
    if pair.reason is not None:
        word = scene.registry.head(scene.device.id)
        with chain.reverts(pair.reason):
            call(*arguments, sender=caller)
        assert scene.registry.head(scene.device.id) == word
    else:
        assert call(*arguments, sender=caller).events
        assert scene.state() == pair.next
