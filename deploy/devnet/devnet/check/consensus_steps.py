# SPDX-License-Identifier: Apache-2.0
"""Steps about the consensus layer: the light client's way from the checkpoint, and what the Beacon API promises."""

from __future__ import annotations

from .client import SSZ, Network
from .light import CLIENT, Light
from .report import Refused, Report, equal, expect


def follow(report: Report, network: Network, light: Light) -> None:
    """Bootstrap, updates, finality and optimistic update, each taken by the specification's own functions."""
    ready = network.ready
    with report.step("the specification takes the bootstrap of the printed checkpoint") as notes:
        light.bootstrap(ready["checkpoint"])
        equal(int(light.store.finalized_header.beacon.slot), ready["checkpointSlot"], "the bootstrap's slot")
        equal(len(light.store.current_sync_committee.pubkeys), ready["committeeSize"], "the committee's size")
        notes.append(f"slot {ready['checkpointSlot']}, {ready['committeeSize']} keys")
    with report.step("another root than the bootstrap's is refused") as notes:
        refused(lambda: _bootstrap_as(light, ready["checkpoint"], "0x" + "11" * 32), notes)
    with report.step("the specification takes updates across a committee period, and the finality update") as notes:
        period = int(light.spec.SLOTS_PER_EPOCH) * int(light.spec.EPOCHS_PER_SYNC_COMMITTEE_PERIOD)
        started = int(light.store.finalized_header.beacon.slot)
        if ready["manual"] and network.slot() < started + period:
            network.advance(period)
        fed = light.sync()
        expect(fed >= 1 or not ready["manual"], "no update was needed")
        head = network.beacon_json("/eth/v1/beacon/states/head/finality_checkpoints")
        reached = int(light.store.finalized_header.beacon.slot)
        notes.append(f"{fed} updates, finalized slot {started} to {reached}")
        root = "0x" + bytes(light.spec.hash_tree_root(light.store.finalized_header.beacon)).hex()
        if ready["manual"]:
            equal(root, head["data"]["finalized"]["root"], "the light client's finalized root")
    with report.step("the specification takes the optimistic update, newer than finality") as notes:
        light.optimistic()
        slot = int(light.store.optimistic_header.beacon.slot)
        expect(slot > int(light.store.finalized_header.beacon.slot), "the optimistic header is not newer")
        notes.append(f"slot {slot}")


def answers(report: Report, network: Network) -> None:
    """Fields, forms and refusals of the Beacon API."""
    with report.step("headers, blocks, states and the ready line agree") as notes:
        _agree(network)
        notes.append("genesis, schedule, head")
    refusals = {
        f"{CLIENT}/bootstrap/0x{'11' * 32}": 404, f"{CLIENT}/bootstrap/0x11": 400, f"{CLIENT}/updates?count=1": 400,
        f"{CLIENT}/updates?start_period=x&count=1": 400, "/eth/v1/beacon/headers/4000000000": 404,
        "/eth/v1/beacon/headers/nothing": 400, "/eth/v1/beacon/nothing": 404,
    }
    with report.step("what can't be answered is refused with the standard's status and shape") as notes:
        for path, status in refusals.items():
            answer = network.beacon(path)
            equal(answer.status, status, f"the status of {path}")
            equal(answer.json()["code"], status, f"the code in the answer to {path}")
        equal(network.beacon(f"{CLIENT}/finality_update", "text/plain").status, 406, "the status for text/plain")
        notes.append(f"{len(refusals) + 1} refusals")


def _agree(network: Network) -> None:
    ready = network.ready
    genesis = network.beacon_json("/eth/v1/beacon/genesis")["data"]
    equal(genesis["genesis_validators_root"], ready["genesisValidatorsRoot"], "the genesis validators' root")
    equal(int(genesis["genesis_time"]), ready["genesisTime"], "the genesis time")
    named = [fork["version"] for fork in ready["forks"]]
    served = [fork["current_version"] for fork in network.beacon_json("/eth/v1/config/fork_schedule")["data"]]
    equal([version for version in served if version in named], named, "the fork versions of the schedule")
    header = network.beacon_json("/eth/v1/beacon/headers/head")["data"]
    slot = header["header"]["message"]["slot"]
    root = network.beacon_json(f"/eth/v1/beacon/blocks/{slot}/root")["data"]["root"]
    equal(root, header["root"], f"the root of the block of slot {slot}")
    block = network.beacon_json(f"/eth/v2/beacon/blocks/{root}")
    equal(block["data"]["message"]["state_root"], header["header"]["message"]["state_root"], "the block's state root")
    packed = network.beacon(f"/eth/v2/beacon/blocks/{root}", SSZ)
    equal(packed.headers.get("eth-consensus-version"), block["version"], "Eth-Consensus-Version of a block")
    state = network.beacon_json(f"/eth/v1/beacon/states/{slot}/root")["data"]["root"]
    equal(state, header["header"]["message"]["state_root"], f"the root of the state of slot {slot}")


def participation(report: Report, network: Network, light: Light) -> None:
    """Sync committees below two thirds, finality that stalls and resumes, a reorg, an empty slot."""
    with report.step("lower participation: the update shows it and the specification does not follow it") as notes:
        network.control("POST", "/plan", {"slots": 2, "sync_bits": 0.5})
        network.advance(2)
        before = int(light.store.finalized_header.beacon.slot)
        update = light.get(f"{CLIENT}/optimistic_update", "LightClientOptimisticUpdate")
        bits = update.sync_aggregate.sync_committee_bits
        share = sum(map(bool, bits)) / len(bits)
        expect(0.4 <= share <= 0.6, f"{share:.0%} of the committee signed, not about half")
        light.finality()
        equal(int(light.store.finalized_header.beacon.slot), before, "the finalized slot after half a committee")
        notes.append(f"{share:.0%} signed")
    with report.step("finality stalls without enough attesters, and resumes") as notes:
        slots = int(light.spec.SLOTS_PER_EPOCH)
        network.control("POST", "/plan", {"slots": 3 * slots, "attesters": 0.5})
        network.advance(2 * slots)
        stalled = _finalized(network)
        network.advance(slots)
        equal(_finalized(network), stalled, "the finalized epoch while half attest")
        network.advance(4 * slots)
        expect(_finalized(network) > stalled, "finality did not resume")
        notes.append(f"epoch {stalled}, then {_finalized(network)}")
    with report.step("a slot without a block leaves the head where it was") as notes:
        head = network.beacon_json("/eth/v1/beacon/headers/head")["data"]["root"]
        network.control("POST", "/plan", {"slots": 1, "skip": True})
        outcome = network.control("POST", "/mine", {"slots": 1}) if network.ready["manual"] else None
        if outcome is not None:
            equal((outcome["produced"], outcome["headRoot"]), (False, head), "the skipped slot's outcome")
            equal(network.beacon(f"/eth/v1/beacon/headers/{outcome['slot']}").status, 404, "the empty slot's status")
            notes.append(f"slot {outcome['slot']}")
        else:
            network.advance(1)


def _finalized(network: Network) -> int:
    return int(network.beacon_json("/eth/v1/beacon/states/head/finality_checkpoints")["data"]["finalized"]["epoch"])


def _bootstrap_as(light: Light, root: str, claimed: str) -> None:
    found = light.get(f"{CLIENT}/bootstrap/{root}", "LightClientBootstrap")
    try:
        light.spec.initialize_light_client_store(light.spec.Root(bytes.fromhex(claimed[2:])), found)
    except AssertionError as problem:
        raise Refused("initialize_light_client_store") from problem


def refused(attempt: object, notes: list[str]) -> None:
    """Expects that a checker refuses what the attempt feeds it."""
    try:
        attempt()  # type: ignore[operator]
    except Refused as refusal:
        notes.append(str(refusal)[:120])
        return
    expect(False, "it was believed")
