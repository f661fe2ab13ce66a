# SPDX-License-Identifier: Apache-2.0
"""The registry: whose devices are whose, through enrolment, rotation, replacement and sale."""

import hashlib

import pytest

from chain import Contract, LocalChain, Signer
from devices import NO_ADDRESS, Device, digest, domain, enrol, enrolment, rotation
from devices import ENROL_TYPE, ROTATE_TYPE, VALID_SECONDS, forward, request
from layout import slot_of

ONE, TWO, THREE = (Device.seeded(number) for number in range(1, 4))
BATCH = 100
GAS_BATCH_MAX = 16_777_216


@pytest.fixture
def registry(network: dict[str, Contract]) -> Contract:
    """The network's registry."""
    return network["DeviceRegistry"]


@pytest.fixture
def operator(chain: LocalChain) -> Signer:
    """Who enrols."""
    return chain.accounts[1]


def test_an_enrolled_device_is_as_it_was_signed(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """Every view says so, and the id is the hash of the key."""
    payout = chain.accounts[5]
    receipt = registry.enrol(enrolment(registry, ONE, operator, 0b1011, payout), sender=operator)
    assert receipt.returned == ONE.id == hashlib.sha256(ONE.key).digest()
    assert registry.standing(ONE.id) == (ONE.account.address, 1, 0b1011)
    assert registry.operatorOf(ONE.id) == operator.address
    assert registry.payoutOf(ONE.id) == payout.address
    assert registry.attestationKeyOf(ONE.id) == ONE.key
    assert registry.deviceOf(ONE.account) == ONE.id
    assert registry.resolve(ONE.id) == ONE.id


def test_the_binding_in_the_event_can_be_checked_by_anyone(registry: Contract, operator: Signer) -> None:
    """The event and the chain are enough to recompute what the attestation key signed."""
    made = enrolment(registry, ONE, operator)
    event = registry.enrol(made, sender=operator).only("Enrolled")
    message = {entry["name"]: getattr(event, entry["name"]) for entry in ENROL_TYPE if entry["name"] != "deadline"}
    signed = digest(
        domain(registry, "Halcyon DeviceRegistry"), {"Enrol": ENROL_TYPE}, message | {"deadline": made["deadline"]}
    )
    ONE.attestation.public_key().verify(event.binding, signed)


def test_a_storage_proof_finds_the_words_of_a_device(
    registry: Contract, operator: Signer, chain: LocalChain
) -> None:
    """The exported layout leads to the packed head and to the capabilities."""
    enrol(registry, ONE, operator, capabilities=0x55)
    word = chain.storage(registry, slot_of("DeviceRegistry", "head", ONE.id))
    assert word & (2**160 - 1) == int(ONE.account.address, 16)
    assert (word >> 160) & 255 == 1
    assert (word >> 168) & 0xFFFFFF == 0
    assert (word >> 192) & (2**40 - 1) == chain.now
    assert word >> 232 == 0
    assert chain.storage(registry, slot_of("DeviceRegistry", "capabilitiesOf", ONE.id)) == 0x55


def test_the_payout_of_a_device_without_one_is_its_operator_whoever_that_is(
    registry: Contract, operator: Signer, chain: LocalChain
) -> None:
    """A sale takes the earnings with it, even where a payout was set."""
    enrol(registry, ONE, operator)
    buyer, wallet = chain.accounts[2:4]
    assert registry.payoutOf(ONE.id) == operator.address
    registry.setPayout(ONE.id, wallet, sender=operator)
    assert registry.payoutOf(ONE.id) == wallet.address
    registry.offerOperator(ONE.id, buyer, sender=operator)
    registry.acceptOperator(ONE.id, sender=buyer)
    assert registry.operatorOf(ONE.id) == registry.payoutOf(ONE.id) == buyer.address
    with chain.reverts("not operator"):
        registry.setPayout(ONE.id, operator, sender=operator)
    with chain.reverts("not offered"):
        registry.acceptOperator(ONE.id, sender=buyer)


def test_an_offer_can_be_taken_back(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """Nobody, the zero address included, can accept then."""
    enrol(registry, ONE, operator)
    registry.offerOperator(ONE.id, chain.accounts[2], sender=operator)
    registry.offerOperator(ONE.id, NO_ADDRESS, sender=operator)
    with chain.reverts("not offered"):
        registry.acceptOperator(ONE.id, sender=chain.accounts[2])


@pytest.mark.parametrize(("late", "reason"), [(-1, None), (0, None), (1, "expired")])
def test_an_enrolment_is_good_until_its_deadline(
    registry: Contract, operator: Signer, chain: LocalChain, late: int, reason: str | None
) -> None:
    """The deadline's own second is in time."""
    made = enrolment(registry, ONE, operator)
    chain.set_time(made["deadline"] + late)
    if reason:
        with chain.reverts(reason):
            registry.enrol(made, sender=operator)
    else:
        registry.enrol(made, sender=operator)


@pytest.mark.parametrize(("late", "reason"), [(-1, None), (0, None), (1, "expired")])
def test_a_rotation_is_good_until_its_deadline(
    registry: Contract, operator: Signer, chain: LocalChain, late: int, reason: str | None
) -> None:
    """The same rule."""
    enrol(registry, ONE, operator)
    made = rotation(registry, ONE.id, ONE, TWO)
    chain.pass_time(VALID_SECONDS + late)
    if reason:
        with chain.reverts(reason):
            registry.rotate(*made, sender=operator)
    else:
        registry.rotate(*made, sender=operator)


def test_another_operator_cannot_use_an_enrolment(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """Front-running an enrolment gives nothing: the signature names the operator."""
    made = enrolment(registry, ONE, operator)
    with chain.reverts("bad signature"):
        registry.enrol(made, sender=chain.accounts[2])
    registry.enrol(made, sender=operator)


def test_an_account_serves_one_live_device(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """It is free again after a revocation, and the old id stays dead."""
    enrol(registry, ONE, operator)
    second = Device(ONE.account, TWO.attestation)
    with chain.reverts("account in use"):
        registry.enrol(enrolment(registry, second, operator), sender=operator)
    registry.suspend(ONE.id, "", sender=operator)
    with chain.reverts("account in use"):
        registry.enrol(enrolment(registry, second, operator), sender=operator)
    registry.revoke(ONE.id, "", sender=operator)
    registry.enrol(enrolment(registry, second, operator), sender=operator)
    assert registry.deviceOf(ONE.account) == second.id
    with chain.reverts("already enrolled"):
        registry.enrol(enrolment(registry, Device(THREE.account, ONE.attestation), operator), sender=operator)


def test_a_device_without_a_key_is_refused(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """At enrolment and at rotation."""
    with chain.reverts("no attestation key"):
        registry.enrol(enrolment(registry, ONE, operator) | {"attestationKey": bytes(32)}, sender=operator)
    enrol(registry, ONE, operator)
    message = {"deviceId": ONE.id, "account": TWO.account.address, "attestationKey": bytes(32), "nonce": 0}
    message["deadline"] = chain.now
    place = domain(registry, "Halcyon DeviceRegistry")
    signatures = [who.account.sign_typed(place, {"Rotate": ROTATE_TYPE}, message) for who in (ONE, TWO)]
    with chain.reverts("no attestation key"):
        registry.rotate(
            ONE.id, TWO.account, bytes(32), chain.now, *signatures, bytes(64), bytes(64), sender=operator
        )


def test_a_full_batch_fits_into_one_transaction(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """A hundred devices, each with a payout address of its own, under EIP-7825's limit."""
    devices = [Device.seeded(number) for number in range(100, 100 + BATCH)]
    batch = [enrolment(registry, device, operator, payout=chain.accounts[9]) for device in devices]
    receipt = registry.enrolMany(batch, sender=operator)
    assert receipt.gas_used < GAS_BATCH_MAX
    assert len(receipt.events) == BATCH
    assert all(registry.deviceOf(device.account) == device.id for device in devices)


def test_a_batch_is_all_or_none(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """One bad signature, one device twice, one account twice, too many, none."""
    devices = [Device.seeded(number) for number in range(100, 105)]
    good = [enrolment(registry, device, operator) for device in devices]
    shared = enrolment(registry, Device(devices[0].account, ONE.attestation), operator)
    for last, reason in [
        (enrolment(registry, ONE, chain.accounts[2]), "bad signature"),
        (good[0], "already enrolled"),
        (shared, "account in use"),
    ]:
        with chain.reverts(reason):
            registry.enrolMany([*good, last], sender=operator)
    with chain.reverts("empty batch"):
        registry.enrolMany([], sender=operator)
    with chain.reverts(""):  # refused by the decoder, before a word of the contract runs
        registry.enrolMany([good[0]] * (BATCH + 1), sender=operator)
    assert all(registry.head(device.id) == 0 for device in devices)


def test_a_rotation_changes_the_keys_and_keeps_the_id(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """The old account is free; the same rotation can't be sent again."""
    enrol(registry, ONE, operator)
    made = rotation(registry, ONE.id, ONE, TWO)
    event = registry.rotate(*made, sender=operator).only("Rotated")
    assert registry.standing(ONE.id)[0] == TWO.account.address
    assert registry.attestationKeyOf(ONE.id) == TWO.key
    assert registry.deviceOf(TWO.account) == ONE.id and registry.deviceOf(ONE.account) == bytes(32)
    signed = digest(
        domain(registry, "Halcyon DeviceRegistry"),
        {"Rotate": ROTATE_TYPE},
        {"deviceId": ONE.id, "account": event.account, "attestationKey": event.attestationKey, "nonce": event.nonce,
         "deadline": made[3]},
    )  # fmt: skip
    ONE.attestation.public_key().verify(event.oldBinding, signed)
    TWO.attestation.public_key().verify(event.newBinding, signed)
    with chain.reverts("bad signature"):
        registry.rotate(*made, sender=operator)
    registry.rotate(*rotation(registry, ONE.id, TWO, Device(TWO.account, THREE.attestation), 1), sender=operator)
    assert (registry.head(ONE.id) >> 168) & 0xFFFFFF == 2


def test_a_rotation_takes_both_signatures(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """Each one's absence has its own reason; a rotation can't be moved to another device."""
    enrol(registry, ONE, operator)
    enrol(registry, THREE, operator)
    made = list(rotation(registry, ONE.id, ONE, TWO))
    with chain.reverts("bad signature"):
        registry.rotate(*made[:4], made[5], *made[5:], sender=operator)
    with chain.reverts("bad new signature"):
        registry.rotate(*made[:5], made[4], *made[6:], sender=operator)
    with chain.reverts("bad signature"):
        registry.rotate(THREE.id, *made[1:], sender=operator)


def test_no_key_is_ever_used_by_two_devices(registry: Contract, operator: Signer, chain: LocalChain) -> None:
    """Neither by rotation to another's key, nor by enrolment of a key a rotation brought, nor by going back."""
    enrol(registry, ONE, operator)
    enrol(registry, TWO, operator)
    with chain.reverts("account in use"):
        registry.rotate(*rotation(registry, ONE.id, ONE, TWO), sender=operator)
    with chain.reverts("key in use"):
        registry.rotate(*rotation(registry, ONE.id, ONE, Device(ONE.account, TWO.attestation)), sender=operator)
    registry.rotate(*rotation(registry, ONE.id, ONE, Device(ONE.account, THREE.attestation)), sender=operator)
    with chain.reverts("key in use"):
        registry.enrol(enrolment(registry, THREE, operator), sender=operator)
    with chain.reverts("key in use"):
        registry.rotate(*rotation(registry, ONE.id, ONE, ONE, 1), sender=operator)


def test_the_last_rotation_does_not_spill_into_its_neighbour(
    registry: Contract, operator: Signer, chain: LocalChain
) -> None:
    """The count ends at 24 bits."""
    enrol(registry, ONE, operator)
    slot, last = slot_of("DeviceRegistry", "head", ONE.id), 2**24 - 1
    chain.poke(registry, slot, chain.storage(registry, slot) | (last << 168))
    with chain.reverts("rotated too often"):
        registry.rotate(*rotation(registry, ONE.id, ONE, TWO, last), sender=operator)


def test_a_replacement_takes_over_and_the_chain_is_bounded(
    registry: Contract, network: dict[str, Contract], operator: Signer, chain: LocalChain
) -> None:
    """Every id of the chain resolves to the newest; the ninth replacement is refused; the account may stay."""
    devices = [Device(ONE.account, Device.seeded(number).attestation) for number in range(200, 210)]
    enrol(registry, devices[0], operator)
    for old, new in zip(devices[:8], devices[1:9], strict=True):
        receipt = registry.replace(old.id, enrolment(registry, new, operator), sender=operator)
        assert receipt.only("Replaced").newId == new.id
        assert registry.standing(old.id)[1] == 4
        assert network["Reputation"].score(old.id) == network["Reputation"].score(new.id)
    assert all(registry.resolve(device.id) == devices[8].id for device in devices[:9])
    assert registry.deviceOf(ONE.account) == devices[8].id
    with chain.reverts("chain too long"):
        registry.replace(devices[8].id, enrolment(registry, devices[9], operator), sender=operator)
    assert registry.resolve(b"\7" * 32) == b"\7" * 32


def test_a_revoked_device_has_no_score_and_its_payout_can_still_be_set(
    registry: Contract, network: dict[str, Contract], operator: Signer, chain: LocalChain
) -> None:
    """What it earned must not be stuck with a receiver that takes nothing."""
    enrol(registry, ONE, operator)
    assert network["Reputation"].score(ONE.id) == 500
    registry.revoke(ONE.id, "stolen", sender=operator)
    assert network["Reputation"].score(ONE.id) == 0
    registry.setPayout(ONE.id, chain.accounts[7], sender=operator)
    assert registry.payoutOf(ONE.id) == chain.accounts[7].address


def test_only_the_guardian_pauses_and_nothing_but_entries(
    registry: Contract, operator: Signer, guardian: Signer, chain: LocalChain
) -> None:
    """Pausing twice or unpausing what runs is refused."""
    with chain.reverts("not guardian"):
        registry.pause(sender=operator)
    with chain.reverts("not guardian"):
        registry.unpause(sender=operator)
    with chain.reverts("not paused"):
        registry.unpause(sender=guardian)
    registry.pause(sender=guardian)
    with chain.reverts("paused"):
        registry.pause(sender=guardian)
    with chain.reverts("paused"):
        registry.enrol(enrolment(registry, ONE, operator), sender=operator)
    registry.unpause(sender=guardian)
    enrol(registry, ONE, operator)


def test_an_operator_without_coin_enrols_through_a_sponsor(
    registry: Contract, network: dict[str, Contract], operator: Signer, chain: LocalChain
) -> None:
    """The signer of the request is the operator, not the sponsor and not the forwarder."""
    chain.set_balance(operator, 0)
    made = request(network["Forwarder"], operator, registry, "enrol", enrolment(registry, ONE, operator))
    forward(network["Forwarder"], chain.accounts[8], made)
    assert registry.operatorOf(ONE.id) == operator.address


def test_a_sender_in_the_call_data_is_believed_from_the_forwarder_alone(
    registry: Contract, operator: Signer, chain: LocalChain
) -> None:
    """Anybody can append an address; only the forwarder's counts."""
    enrol(registry, ONE, operator)
    data = registry.interface.encode("suspend", (ONE.id, "")) + bytes.fromhex(operator.address[2:])
    with chain.reverts("not operator"):
        chain.send(registry, data, sender=chain.accounts[2])


@pytest.mark.parametrize(("place", "reason"), [(0, "no forwarder"), (1, "no reputation")])
def test_a_registry_without_its_neighbours_is_not_made(chain: LocalChain, place: int, reason: str) -> None:
    """Constructor checks."""
    addresses = [chain.accounts[1].address] * 3
    addresses[place] = NO_ADDRESS
    with chain.reverts(reason):
        chain.deploy("DeviceRegistry", *addresses)
