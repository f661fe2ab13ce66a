# SPDX-License-Identifier: Apache-2.0
"""The Beacon API's answers, media types and errors."""

from __future__ import annotations

import json
from typing import Any

import pytest
from consensus_chains import GENESIS_TIME, Client, crossing, grown, new_chain, settled

from devnet.consensus import ChainOptions
from devnet.consensus.beacon_api import answer
from devnet.seams import Request, SlotPlan

LIGHT = "/eth/v1/beacon/light_client"
ZERO = "0x" + "00" * 32
JSON, SSZ = "application/json", "application/octet-stream"


@pytest.fixture(scope="module")
def client() -> Client:
    """Asks the settled chain: slot 50, finalized to slot 32."""
    return Client(settled())


@pytest.fixture(scope="module")
def crossed() -> Client:
    """Asks the chain that crosses forks."""
    return Client(crossing())


def test_genesis_and_configuration_describe_the_network(client: Client):
    """What a client takes its parameters from: strings, hexadecimals as they are."""
    view = settled().snapshot()
    genesis = client.json("/eth/v1/beacon/genesis")["data"]
    assert genesis == {
        "genesis_time": str(GENESIS_TIME),
        "genesis_validators_root": "0x" + view.network.genesis_validators_root.hex(),
        "genesis_fork_version": "0x00000001",
    }
    config = client.json("/eth/v1/config/spec")["data"]
    expected = {
        "CONFIG_NAME": "halcyon-devnet-1337",
        "PRESET_BASE": "minimal",
        "SECONDS_PER_SLOT": "12",
        "SLOT_DURATION_MS": "12000",
        "SLOTS_PER_EPOCH": "8",
        "EPOCHS_PER_SYNC_COMMITTEE_PERIOD": "8",
        "SYNC_COMMITTEE_SIZE": "512",
        "MIN_SYNC_COMMITTEE_PARTICIPANTS": "1",
        "UPDATE_TIMEOUT": "64",
        "DEPOSIT_CHAIN_ID": "1337",
        "DEPOSIT_NETWORK_ID": "1337",
        "ELECTRA_FORK_EPOCH": "0",
        "FULU_FORK_EPOCH": "0",
        "FULU_FORK_VERSION": "0x06000001",
        "GLOAS_FORK_EPOCH": "18446744073709551615",
        "DOMAIN_SYNC_COMMITTEE": "0x07000000",
        "BLOB_SCHEDULE": [],
    }
    assert {name: config[name] for name in expected} == expected


def test_the_fork_schedule_lists_what_is_active_or_scheduled(client: Client, crossed: Client):
    """Each fork names the one before it."""
    settled_forks = client.json("/eth/v1/config/fork_schedule")["data"]
    assert settled_forks[-1] == {"previous_version": "0x05000001", "current_version": "0x06000001", "epoch": "0"}
    crossing_forks = crossed.json("/eth/v1/config/fork_schedule")["data"]
    assert [(fork["current_version"], fork["epoch"]) for fork in crossing_forks[-3:]] == [
        ("0x05000001", "0"),
        ("0x06000001", "3"),
        ("0x07000001", "10"),
    ]
    assert all(
        after["previous_version"] == before["current_version"]
        for before, after in zip(crossing_forks, crossing_forks[1:])
    )


def test_the_node_is_ready_and_synced(client: Client):
    """Health has no body."""
    response = client.ask("/eth/v1/node/health")
    assert (response.status, response.body) == (200, b"")
    assert client.json("/eth/v1/node/syncing")["data"] == {
        "head_slot": "50", "sync_distance": "0", "is_syncing": False, "is_optimistic": False, "el_offline": False,
    }
    assert client.json("/eth/v1/node/version")["data"]["version"].startswith("halcyon-devnet/")
    assert client.refusal("/eth/v1/node/health", syncing_status="99") == (400, "Invalid syncing status code")


@pytest.mark.parametrize(
    ("block_id", "slot", "finalized"),
    [("head", 50, False), ("finalized", 32, True), ("justified", 40, False), ("genesis", 0, True), ("7", 7, True)],
)
def test_a_block_is_found_by_every_kind_of_id(client: Client, block_id: str, slot: int, finalized: bool):
    """And by its root; header, root and block agree."""
    header = client.json(f"/eth/v1/beacon/headers/{block_id}")
    assert header["finalized"] is finalized
    assert header["execution_optimistic"] is False
    assert header["data"]["canonical"] is True
    assert header["data"]["header"]["message"]["slot"] == str(slot)
    root = client.json(f"/eth/v1/beacon/blocks/{block_id}/root")["data"]["root"]
    assert root == header["data"]["root"]
    assert client.json(f"/eth/v1/beacon/headers/{root}") == header
    block = client.json(f"/eth/v2/beacon/blocks/{root}")
    assert block["version"] == "fulu"
    assert block["finalized"] is finalized
    fields = {name: block["data"]["message"][name] for name in ("slot", "proposer_index", "parent_root", "state_root")}
    assert {name: header["data"]["header"]["message"][name] for name in fields} == fields
    assert block["data"]["signature"] == header["data"]["header"]["signature"]


def test_headers_are_listed_by_slot_and_by_parent(client: Client):
    """Without a query it is the head's."""
    assert [h["header"]["message"]["slot"] for h in client.json("/eth/v1/beacon/headers")["data"]] == ["50"]
    by_slot = client.json("/eth/v1/beacon/headers", slot="20")
    assert by_slot["finalized"] is True
    parent = by_slot["data"][0]["header"]["message"]["parent_root"]
    assert client.json("/eth/v1/beacon/headers", parent_root=parent)["data"] == by_slot["data"]
    assert client.json("/eth/v1/beacon/headers", parent_root=parent, slot="21")["data"] == []
    assert client.json("/eth/v1/beacon/headers", slot="51")["data"] == []


def test_an_orphan_is_found_by_root_and_is_not_canonical():
    """A reorg hides nothing."""
    chain, _ = new_chain(ChainOptions(committee_size=32))
    grown(chain, 4)
    left = "0x" + chain.snapshot().head.root.hex()
    chain.advance(5, SlotPlan(parent_slots_back=1))
    client = Client(chain)
    assert client.json(f"/eth/v1/beacon/headers/{left}")["data"]["canonical"] is False
    assert client.refusal("/eth/v1/beacon/headers/4") == (404, "Block not found")
    listed = client.json("/eth/v1/beacon/headers", slot="4")["data"]
    assert [(entry["root"], entry["canonical"]) for entry in listed] == [(left, False)]
    siblings = client.json("/eth/v1/beacon/headers", parent_root=listed[0]["header"]["message"]["parent_root"])
    assert [entry["canonical"] for entry in siblings["data"]] == [False, True]


def test_states_tell_root_fork_and_checkpoints(client: Client, crossed: Client):
    """By slot and by root alike."""
    root = client.json("/eth/v1/beacon/states/head/root")["data"]["root"]
    assert root == client.json("/eth/v1/beacon/headers/head")["data"]["header"]["message"]["state_root"]
    by_root = client.json(f"/eth/v1/beacon/states/{root}/finality_checkpoints")
    assert by_root == client.json("/eth/v1/beacon/states/50/finality_checkpoints")
    checkpoints = by_root["data"]
    assert [checkpoints[name]["epoch"] for name in ("previous_justified", "current_justified", "finalized")] == [
        "4", "5", "4",
    ]
    finalized = client.json("/eth/v1/beacon/blocks/finalized/root")["data"]["root"]
    assert checkpoints["finalized"]["root"] == finalized
    assert crossed.json("/eth/v1/beacon/states/80/fork")["data"] == {
        "previous_version": "0x06000001", "current_version": "0x07000001", "epoch": "10",
    }


@pytest.mark.parametrize(
    "path",
    ["/eth/v2/beacon/blocks/{}", "/eth/v1/beacon/headers/{}", "/eth/v1/beacon/blocks/{}/root"],
)
def test_unknown_and_unreadable_block_ids_are_refused(client: Client, path: str):
    """404 for what is not there, 400 for what is no id, with the beginning of it."""
    assert client.refusal(path.format("51")) == (404, "Block not found")
    assert client.refusal(path.format(ZERO)) == (404, "Block not found")
    assert client.refusal(path.format("newest")) == (400, "Invalid block ID: newest")
    assert client.refusal(path.format("0x12")) == (400, "Invalid block ID: 0x12")
    assert client.refusal(path.format("-1")) == (400, "Invalid block ID: -1")
    assert client.refusal(path.format("٣")) == (400, "Invalid block ID: ٣")
    assert client.refusal(path.format(str(2**64))) == (400, f"Invalid block ID: {2**64}")
    assert client.refusal(path.format("x" * 500)) == (400, "Invalid block ID: " + "x" * 80 + "…")


def test_unknown_and_unreadable_state_ids_are_refused(client: Client):
    """As with blocks."""
    path = "/eth/v1/beacon/states/{}/fork"
    assert client.refusal(path.format("51")) == (404, "State not found")
    assert client.refusal(path.format(ZERO)) == (404, "State not found")
    assert client.refusal(path.format("newest")) == (400, "Invalid state ID: newest")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ({}, "Missing `start_period` value"),
        ({"start_period": "0"}, "Missing `count` value"),
        ({"start_period": "-1", "count": "1"}, "Invalid sync committee period requested"),
        ({"start_period": "0", "count": "0"}, "Invalid count requested"),
        ({"start_period": "0", "count": "many"}, "Invalid count requested"),
        ({"start_period": str(2**64), "count": "1"}, "Invalid sync committee period requested"),
    ],
)
def test_a_range_of_updates_must_be_one(client: Client, query: dict[str, str], reason: str):
    """With the standard's words."""
    assert client.refusal(f"{LIGHT}/updates", **query) == (400, reason)


def test_a_parameter_given_twice_is_refused(client: Client):
    """Neither is picked."""
    request = Request("GET", f"{LIGHT}/updates", {"start_period": ["0", "1"], "count": ["1"]})
    response = answer(client.chain, request)
    assert (response.status, json.loads(response.body)["message"]) == (400, "`start_period` is given 2 times")


def test_updates_are_consecutive_from_the_earliest_known_period(crossed: Client):
    """A range that ends before or begins after is empty, a larger count is cut, none is made up."""

    def periods(start: int, count: int) -> list[int]:
        found = crossed.json(f"{LIGHT}/updates", start_period=str(start), count=str(count))
        return [int(update["data"]["attested_header"]["beacon"]["slot"]) // 64 for update in found]

    assert periods(0, 1) == [0]
    assert periods(0, 2) == [0, 1]
    assert periods(1, 1000) == [1, 2]
    assert periods(3, 5) == []
    assert periods(2**64 - 1, 128) == []
    assert crossed.ssz(f"{LIGHT}/updates", start_period="3", count="5").body == b""


def test_unavailable_light_client_objects_are_404():
    """Before there is one; and for a root that is no checkpoint's."""
    chain, _ = new_chain(ChainOptions(committee_size=32))
    client = Client(chain)
    assert client.refusal(f"{LIGHT}/finality_update") == (404, "LC finality update unavailable")
    assert client.refusal(f"{LIGHT}/optimistic_update") == (404, "LC optimistic update unavailable")
    chain.advance(1)
    head = chain.snapshot().head.root.hex()
    assert client.refusal(f"{LIGHT}/bootstrap/0x{head}") == (404, "LC bootstrap unavailable")
    assert client.refusal(f"{LIGHT}/bootstrap/{head}") == (400, "Invalid block root value")
    assert client.refusal(f"{LIGHT}/finality_update") == (404, "LC finality update unavailable")
    assert client.json(f"{LIGHT}/optimistic_update")["version"] == "fulu"
    # One period's range, but nobody has signed in the next: no update is known yet for period 5.
    assert client.json(f"{LIGHT}/updates", start_period="5", count="1") == []


def _same(document: Any, value: Any) -> None:
    """Compares a JSON document with an SSZ value, field by field, by the value's own text forms."""
    if isinstance(document, dict):
        assert list(document) == list(type(value).model_fields)
        for name, part in document.items():
            _same(part, getattr(value, name))
    elif isinstance(document, list):
        assert len(document) == len(value)
        for part, element in zip(document, value):
            _same(part, element)
    elif isinstance(document, bool):
        assert document == bool(value)
    elif document.startswith("0x"):
        assert bytes.fromhex(document[2:]) == value.encode_bytes()
    else:
        assert document == str(int(value))


@pytest.mark.parametrize("slot", [3, 30, 100])
def test_json_and_ssz_say_the_same_under_every_fork(crossed: Client, slot: int):
    """Blocks, envelopes, bootstraps and updates."""
    view = crossing().snapshot()
    boundary = "0x" + view.branch.blocks[slot // 8 * 8].root.hex()
    paths = {
        f"/eth/v2/beacon/blocks/{slot}": "SignedBeaconBlock",
        f"{LIGHT}/bootstrap/{boundary}": "LightClientBootstrap",
        f"{LIGHT}/finality_update": "LightClientFinalityUpdate",
        f"{LIGHT}/optimistic_update": "LightClientOptimisticUpdate",
    }
    if slot >= 80:
        paths[f"/eth/v1/beacon/execution_payload_envelope/{slot}"] = "SignedExecutionPayloadEnvelope"
    for path, kind in paths.items():
        document, ssz = crossed.json(path), crossed.ssz(path)
        assert document["version"] == ssz.headers["Eth-Consensus-Version"]
        assert crossed.ask(path).headers["Eth-Consensus-Version"] == document["version"]
        spec = view.network.specs[document["version"]]
        _same(document["data"], getattr(spec, kind).decode_bytes(ssz.body))
    assert crossed.refusal("/eth/v1/beacon/execution_payload_envelope/30") == (
        404, "Execution payload envelope not found",
    )


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        (SSZ, SSZ),
        (JSON, JSON),
        (f"{SSZ};q=1.0,{JSON};q=0.9", SSZ),
        (f"{SSZ};q=0.5, {JSON};q=0.9", JSON),
        (f"{SSZ}, {JSON}", SSZ),
        (f"{JSON}, {SSZ}", JSON),
        (f"{SSZ};q=0.5, */*;q=0.1", SSZ),
        (f"{JSON};q=0, */*", SSZ),
        ("application/*;q=0.2, text/html", JSON),
        ("Application/Octet-Stream; q=0.3", SSZ),
        (f"{SSZ};q=2, {JSON};q=0.1", JSON),
    ],
)
def test_the_media_type_follows_the_accept_header(client: Client, accept: str | None, chosen: str):
    """By quality, then by order; the most exact range decides about a type."""
    response = client.ask(f"{LIGHT}/finality_update", accept)
    assert (response.status, response.headers["Content-Type"]) == (200, chosen)
    assert response.headers["Eth-Consensus-Version"] == "fulu"


@pytest.mark.parametrize("accept", ["text/html", f"{SSZ};q=0", "application", f"{JSON};q=0, {SSZ};q=0.0, */*"])
def test_nothing_acceptable_is_406(client: Client, accept: str):
    """With the standard's words; the error itself is JSON."""
    refused = (406, "Accepted media type not supported")
    assert client.refusal(f"{LIGHT}/finality_update", accept) == refused
    assert client.refusal(f"{LIGHT}/updates", accept, start_period="0", count="1") == refused


def test_json_only_endpoints_refuse_other_types(client: Client):
    """406, as with no type at all."""
    assert client.refusal("/eth/v1/beacon/genesis", SSZ) == (406, "Accepted media type not supported")
    assert client.ask("/eth/v1/beacon/genesis", "*/*").status == 200


@pytest.mark.parametrize(
    "path",
    ["/", "", "/eth/v1/beacon", "/eth/v1/beacon/headers/", "/eth/v1/beacon/headers/1/2", "/eth/v9/beacon/genesis"],
)
def test_other_paths_are_404(client: Client, path: str):
    """In the standard's form."""
    assert client.refusal(path) == (404, "No such endpoint")


def test_other_methods_are_405(client: Client):
    """And what is allowed is named."""
    response = answer(client.chain, Request("POST", "/eth/v1/beacon/genesis"))
    assert (response.status, response.headers["Allow"]) == (405, "GET")


def test_a_fault_inside_is_500_without_a_word_about_it(caplog: pytest.LogCaptureFixture):
    """The log has it; the client does not."""

    class Broken:
        def snapshot(self) -> Any:
            raise RuntimeError("a secret place")

    response = answer(Broken(), Request("GET", "/eth/v1/beacon/genesis"))
    assert (response.status, json.loads(response.body)) == (500, {"code": 500, "message": "Internal error"})
    assert "a secret place" in caplog.text
