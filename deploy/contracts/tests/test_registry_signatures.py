# SPDX-License-Identifier: Apache-2.0
"""Signatures the registry must refuse, found by trying, and hardware keys by openssl."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chain import Contract, LocalChain, Signer
from devices import ENROL_TYPE, VALID_SECONDS, Device, domain, enrol, enrolment
from hardware import HardwareKey

ONE, TWO = Device.seeded(1), Device.seeded(2)
SECP256K1_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
ADDRESSES = st.binary(min_size=20, max_size=20).map(lambda raw: "0x" + raw.hex())

TRIES = settings(
    max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def registry(network: dict[str, Contract]) -> Contract:
    """The network's registry."""
    return network["DeviceRegistry"]


@pytest.fixture
def operator(chain: LocalChain) -> Signer:
    """Who enrols."""
    return chain.accounts[1]


def _signed_under(registry: Contract, operator: Signer, **changes: Any) -> dict[str, Any]:
    message = {
        "operator": operator.address, "attestationKey": ONE.key, "account": ONE.account.address, "capabilities": 1,
        "payout": operator.address, "deadline": registry.chain.now + VALID_SECONDS,
    }  # fmt: skip
    place = domain(registry, "Halcyon DeviceRegistry") | changes
    members = {name: value for name, value in message.items() if name != "operator"}
    signature = ONE.account.sign_typed(place, {"Enrol": ENROL_TYPE}, message)
    return members | {"accountSignature": signature, "binding": bytes(64)}


@TRIES
@given(place=st.integers(0, 64), change=st.integers(1, 255))
def test_a_signature_with_any_byte_changed_is_refused(
    registry: Contract, operator: Signer, chain: LocalChain, place: int, change: int
) -> None:
    """r, s and v alike."""
    made = enrolment(registry, ONE, operator)
    signature = bytearray(made["accountSignature"])
    signature[place] ^= change
    with chain.reverts("bad signature"):
        registry.enrol(made | {"accountSignature": bytes(signature)}, sender=operator)


@TRIES
@given(signature=st.binary(max_size=65))
def test_bytes_that_are_no_signature_are_refused(
    registry: Contract, operator: Signer, chain: LocalChain, signature: bytes
) -> None:
    """Any length, any content."""
    with chain.reverts("bad signature"):
        registry.enrol(enrolment(registry, ONE, operator) | {"accountSignature": signature}, sender=operator)


@TRIES
@given(
    change=st.one_of(
        st.fixed_dictionaries({"capabilities": st.integers(0, 2**256 - 1).filter(lambda bits: bits != 0xFF)}),
        st.fixed_dictionaries({"attestationKey": st.binary(min_size=32, max_size=32).filter(lambda key: any(key))}),
        st.fixed_dictionaries({"account": ADDRESSES}),
        st.fixed_dictionaries({"payout": ADDRESSES.filter(lambda address: int(address, 16) != 0)}),
        st.fixed_dictionaries({"deadline": st.integers(2_000_000_000, 2**256 - 1)}),
    )
)
def test_nothing_that_was_signed_can_be_changed(
    registry: Contract, operator: Signer, chain: LocalChain, change: dict[str, Any]
) -> None:
    """Each member of an enrolment is under the signature."""
    with chain.reverts("bad signature"):
        registry.enrol(enrolment(registry, ONE, operator) | change, sender=operator)


def test_the_other_form_of_a_signature_is_refused(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """n - s with the other v recovers the same account, but is not low (EIP-2)."""
    made = enrolment(registry, ONE, operator)
    r, s, v = made["accountSignature"][:32], made["accountSignature"][32:64], made["accountSignature"][64]
    twin = r + (SECP256K1_ORDER - int.from_bytes(s, "big")).to_bytes(32, "big") + bytes([55 - v])
    with chain.reverts("bad signature"):
        registry.enrol(made | {"accountSignature": twin}, sender=operator)
    with chain.reverts("bad signature"):
        registry.enrol(made | {"accountSignature": r + s + bytes([v - 27])}, sender=operator)
    registry.enrol(made, sender=operator)


@TRIES
@given(chain_id=st.integers(0, 2**64))
def test_a_signature_for_another_chain_is_refused(
    registry: Contract, operator: Signer, chain: LocalChain, chain_id: int
) -> None:
    """The domain names the chain."""
    saved = chain.snapshot()
    made = _signed_under(registry, operator, chainId=chain_id)
    if chain_id == chain.chain_id:
        registry.enrol(made, sender=operator)
        chain.restore(saved)
    else:
        with chain.reverts("bad signature"):
            registry.enrol(made, sender=operator)


@pytest.mark.parametrize(
    "changes",
    [{"name": "Halcyon Forwarder"}, {"version": "2"}, {"verifyingContract": "0x" + "11" * 20}],
    ids=["name", "version", "contract"],
)
def test_a_signature_for_another_domain_is_refused(
    registry: Contract, operator: Signer, chain: LocalChain, changes: dict[str, Any]
) -> None:
    """The domain names the contract, and what it is."""
    with chain.reverts("bad signature"):
        registry.enrol(_signed_under(registry, operator, **changes), sender=operator)
    registry.enrol(_signed_under(registry, operator), sender=operator)


def test_after_a_chain_split_only_signatures_for_the_own_side_are_good(
    registry: Contract, operator: Signer, chain: LocalChain
) -> None:
    """The same code under a new chain id: the separator is computed anew."""
    before = enrolment(registry, ONE, operator)
    chain.chain_id += 1
    try:
        with chain.reverts("bad signature"):
            registry.enrol(before, sender=operator)
        assert registry.eip712Domain()[3] == chain.chain_id
        registry.enrol(enrolment(registry, ONE, operator), sender=operator)
    finally:
        chain.chain_id -= 1


def test_a_key_of_openssl_is_bound_and_its_signatures_verify(
    registry: Contract, operator: Signer, chain: LocalChain, tmp_path: Path
) -> None:
    """The precompile accepts what openssl signed and nothing else."""
    enrol(registry, ONE, operator)
    key, other = HardwareKey.made_in(tmp_path), b"another message"
    registry.bindHardwareKey(ONE.id, key.binding(registry.hardwareMessage(ONE.id)), sender=operator)
    assert tuple(registry.hardwareKeyOf(ONE.id)) == (key.x, key.y)
    message = b"a reading of a secure element"
    r, s = key.sign(message)
    digest = hashlib.sha256(message).digest()
    assert registry.verifyHardware(ONE.id, digest, r, s)
    assert not registry.verifyHardware(ONE.id, hashlib.sha256(other).digest(), r, s)
    assert not registry.verifyHardware(ONE.id, digest, s, r)
    assert not registry.verifyHardware(ONE.id, digest, bytes(32), s)
    assert not registry.verifyHardware(ONE.id, digest, r, P256_ORDER.to_bytes(32, "big"))
    assert not registry.verifyHardware(TWO.id, digest, r, s)
    registry.suspend(ONE.id, "", sender=operator)
    assert not registry.verifyHardware(ONE.id, digest, r, s)


def test_a_binding_is_for_one_device_one_account_one_chain(
    registry: Contract, operator: Signer, chain: LocalChain, tmp_path: Path
) -> None:
    """A signature for another device, a changed one, a point that isn't on the curve."""
    enrol(registry, ONE, operator)
    enrol(registry, TWO, operator)
    key = HardwareKey.made_in(tmp_path)
    message = registry.hardwareMessage(ONE.id)
    words = [message[place : place + 32] for place in range(0, 160, 32)]
    assert words[0] == b"halcyon hardware key v1".ljust(32)
    assert words[1:] == [chain.chain_id.to_bytes(32, "big"), registry.key, ONE.id, ONE.account.key]
    good = key.binding(message)
    for device, binding in [
        (TWO, good),
        (ONE, good | {"r": good["s"]}),
        (ONE, good | {"y": good["x"]}),
        (ONE, good | {"x": bytes(32), "y": bytes(32)}),
    ]:
        with chain.reverts("bad hardware signature"):
            registry.bindHardwareKey(device.id, binding, sender=operator)
    assert not registry.verifyHardware(ONE.id, bytes(32), bytes(32), bytes(32))
