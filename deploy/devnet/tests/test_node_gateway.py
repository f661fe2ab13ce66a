# SPDX-License-Identifier: Apache-2.0
"""Faults at work between HTTP and the APIs, and the control API that turns them on. The APIs here are small ones."""

import json
from collections.abc import Iterator

import pytest

from devnet.node import limits
from devnet.node.control import Control
from devnet.node.faults import FaultBoard
from devnet.node.gateway import Gateway, View, Views
from devnet.node.producer import Producer, SlotClock
from devnet.node.wire import Wire, json_response
from devnet.seams import Request, Response, SlotOutcome, SlotPlan

ROOT = "ab" * 32
BRANCH = ["cd" * 32, "ef" * 32]


def view(slot: int, chain: str = "0x1") -> View:
    """A moment whose answers tell its slot and chain."""

    def beacon(request: Request) -> Response:
        if "octet-stream" in request.headers.get("accept", ""):
            body = slot.to_bytes(8, "little") + bytes.fromhex(ROOT) + bytes.fromhex("".join(BRANCH))
            return Response(200, {"Content-Type": "application/octet-stream"}, body)
        return json_response(200, {"version": "fulu", "data": {
            "slot": str(slot), "root": "0x" + ROOT, "finality_branch": ["0x" + node for node in BRANCH]}})

    def execution(request: Request) -> Response:
        try:
            document = json.loads(request.body)
        except ValueError:
            error = {"code": -32700, "message": "parse error"}
            return json_response(200, {"jsonrpc": "2.0", "id": None, "error": error})
        calls = document if isinstance(document, list) else [document]
        results = {"eth_blockNumber": hex(slot), "eth_chainId": chain,
                   "eth_getProof": {"balance": "0x5", "accountProof": ["0x" + "11" * 40]}}
        made = [{"jsonrpc": "2.0", "id": call["id"], "result": results[call["method"]]} for call in calls]
        return json_response(200, made if isinstance(document, list) else made[0])

    return View(slot, beacon, execution)


class OtherNetwork:
    """Another network's newest moment."""

    def view(self, same_chain_id: bool) -> View:
        """It differs by chain id unless asked not to."""
        return view(900, "0x1" if same_chain_id else "0x2")


@pytest.fixture
def board() -> FaultBoard:
    """No faults, seed 0."""
    return FaultBoard(0)


@pytest.fixture
def views() -> Views:
    """Moments of slots 1 to 100, without 50 to 60."""
    made = Views()
    for slot in [*range(1, 50), *range(61, 101)]:
        made.push(view(slot))
    return made


def beacon(board: FaultBoard, views: Views, accept: str = "application/json") -> Wire:
    """One beacon request."""
    gateway = Gateway("beacon", views, board, OtherNetwork())
    return gateway.handle(Request("GET", "/eth/v1/beacon/light_client/finality_update", headers={"accept": accept}))


def rpc(board: FaultBoard, views: Views, *methods: str) -> list[dict[str, object]]:
    """One batch; ids are the methods' places."""
    calls = [{"jsonrpc": "2.0", "id": at, "method": method, "params": []} for at, method in enumerate(methods)]
    gateway = Gateway("execution", views, board, OtherNetwork())
    wire = gateway.handle(Request("POST", "/", body=json.dumps(calls).encode()))
    return json.loads(wire.response.body)


def test_a_stale_answer_is_that_of_so_many_slots_ago(board: FaultBoard, views: Views) -> None:
    """Where that slot has no moment, the one before it; where none is so old, the oldest kept."""
    slots = []
    for back in (8, 45, 63):
        board.add({"kind": "stale", "target": "beacon", "slots": back})
        slots.append(int(json.loads(beacon(board, views).response.body)["data"]["slot"]))
        board.clear()
    oldest = [*range(1, 50), *range(61, 101)][-limits.VIEWS_MAX]
    assert slots == [92, 49, max(37, oldest)]


def test_faults_of_a_method_leave_the_rest_of_a_batch_alone(board: FaultBoard, views: Views) -> None:
    """Stale, other chain, hidden and altered entries stand beside true ones."""
    board.add({"kind": "stale", "target": "execution", "match": "^eth_blockNumber$", "slots": 10})
    board.add({"kind": "other-chain", "target": "execution", "match": "chainId"})
    board.add({"kind": "alter", "target": "execution", "match": "Proof", "field": "balance"})
    assert [entry["result"] for entry in rpc(board, views, "eth_blockNumber", "eth_chainId", "eth_getProof")] == [
        hex(90), "0x2", {"balance": "0x4", "accountProof": ["0x" + "11" * 40]}]
    board.clear()
    board.add({"kind": "hide", "target": "execution", "match": "Proof"})
    assert [entry["result"] for entry in rpc(board, views, "eth_blockNumber", "eth_getProof")] == [hex(100), None]


def test_no_call_is_made_twice_whatever_answers_it(board: FaultBoard, views: Views) -> None:
    """A transaction in a batch that several faults strike goes to one network once; answers keep the batch's order."""
    seen: list[tuple[str, str]] = []

    def spying(name: str, moment: View) -> View:
        def execution(request: Request) -> Response:
            document = json.loads(request.body)
            seen.extend((name, call["method"]) for call in (document if isinstance(document, list) else [document]))
            return moment.execution(request)
        return View(moment.slot, moment.beacon, execution)

    class SpiedNetwork(OtherNetwork):
        """Another network that notes what it is asked."""

        def view(self, same_chain_id: bool) -> View:
            """It notes under its name."""
            return spying("other", super().view(same_chain_id))

    spied = Views()
    for slot in range(1, 101):
        spied.push(spying("past" if slot < 100 else "now", view(slot)))
    board.add({"kind": "stale", "target": "execution", "match": "Number", "slots": 10})
    board.add({"kind": "other-chain", "target": "execution", "match": "chainId"})
    methods = ["eth_chainId", "eth_getProof", "eth_blockNumber", "eth_getProof"]
    calls = [{"jsonrpc": "2.0", "id": at, "method": method} for at, method in enumerate(methods)]
    gateway = Gateway("execution", spied, board, SpiedNetwork())
    wire = gateway.handle(Request("POST", "/", body=json.dumps(calls).encode()))
    assert [entry["id"] for entry in json.loads(wire.response.body)] == [0, 1, 2, 3]
    assert sorted(seen) == [("now", "eth_getProof")] * 2 + [("other", "eth_chainId"), ("past", "eth_blockNumber")]
    seen.clear()
    gateway.handle(Request("POST", "/", body=json.dumps(calls[0]).encode()))
    assert seen == [("other", "eth_chainId")]


def test_another_chain_may_claim_the_same_chain_id(board: FaultBoard, views: Views) -> None:
    """sameChainId is the harder attack."""
    board.add({"kind": "other-chain", "target": "execution", "sameChainId": True})
    assert [entry["result"] for entry in rpc(board, views, "eth_chainId", "eth_blockNumber")] == ["0x1", hex(900)]


def test_a_wrong_proof_changes_the_same_kind_of_leaf_in_json_and_ssz(board: FaultBoard, views: Views) -> None:
    """One bit of one branch node; slot and root stay."""
    board.add({"kind": "wrong-proof", "target": "beacon"})
    packed = beacon(board, views, "application/octet-stream").response.body
    spoken = json.loads(beacon(board, views).response.body)["data"]
    assert packed[:40] == (100).to_bytes(8, "little") + bytes.fromhex(ROOT)
    assert spoken["slot"] == "100" and spoken["root"] == "0x" + ROOT
    truth = int("".join(BRANCH), 16)
    for branch in (packed[40:].hex(), "".join(node[2:] for node in spoken["finality_branch"])):
        assert (int(branch, 16) ^ truth).bit_count() == 1


def test_a_field_is_altered_in_ssz_too(board: FaultBoard, views: Views) -> None:
    """By name, to a value."""
    board.add({"kind": "alter", "target": "beacon", "field": "slot", "value": "7"})
    assert beacon(board, views, "application/octet-stream").response.body[:8] == (7).to_bytes(8, "little")
    assert json.loads(beacon(board, views).response.body)["data"]["slot"] == "7"


def test_what_an_answer_looks_like_and_how_it_travels(board: FaultBoard, views: Views) -> None:
    """Each kind does its one thing."""
    healthy = beacon(board, views)
    assert healthy == Wire(healthy.response)
    board.add({"kind": "hide", "target": "beacon", "count": 1})
    assert beacon(board, views).response.status == 404
    board.add({"kind": "status", "target": "beacon", "status": 429, "retryAfterSeconds": 3, "count": 1})
    refused = beacon(board, views).response
    assert (refused.status, refused.headers["Retry-After"], json.loads(refused.body)["code"]) == (429, "3", 429)
    board.add({"kind": "wrong-type", "target": "beacon", "count": 1})
    assert beacon(board, views).response.headers["Content-Type"] == "text/html"
    board.add({"kind": "malformed", "target": "beacon", "count": 1})
    assert beacon(board, views).response.body == healthy.response.body[: len(healthy.response.body) // 2]
    for kind, name, value in (("delay", "seconds", 2), ("slow", "bytesPerSecond", 10), ("cut", "bytes", 5)):
        board.add({"kind": kind, "target": "beacon", name: value, "count": 1})
    wire = beacon(board, views)
    assert (wire.delay_seconds, wire.bytes_per_second, wire.cut_after_bytes) == (2.0, 10.0, 5)
    board.add({"kind": "huge", "target": "beacon", "megabytes": 3, "declared": False, "count": 1})
    wire = beacon(board, views)
    assert (wire.padding_bytes, wire.declared, wire.response) == (3_000_000, False, healthy.response)
    assert beacon(board, views) == healthy


def test_a_request_that_is_not_json_rpc_still_meets_faults_of_transport(board: FaultBoard, views: Views) -> None:
    """Its method is the empty text."""
    board.add({"kind": "status", "target": "execution", "status": 500, "match": "^$"})
    wire = Gateway("execution", views, board, OtherNetwork()).handle(Request("POST", "/", body=b"{"))
    assert (wire.response.status, wire.faults) == (500, ("status",))


class Bench:
    """A network that the control API can steer: it counts what it is asked."""

    def __init__(self) -> None:
        self.prepared: list[bool] = []
        self.dropped: list[bytes] = []
        self.held: list[tuple[bytes, bool]] = []
        self.plans: list[SlotPlan] = []

    def ready(self) -> dict[str, object]:
        """Values of the ready line."""
        return {"chainId": 1}

    def status(self) -> dict[str, object]:
        """What it does."""
        return {"memory": True}

    def prepare_other(self, same_chain_id: bool) -> None:
        """Notes it."""
        self.prepared.append(same_chain_id)

    def drop(self, transaction_hash: bytes) -> bool:
        """Notes it."""
        self.dropped.append(transaction_hash)
        return True

    def hold(self, key: bytes, held: bool) -> None:
        """Notes it."""
        self.held.append((key, held))

    def advance(self, slot: int, plan: SlotPlan) -> SlotOutcome:
        """Notes the plan."""
        self.plans.append(plan)
        return SlotOutcome(slot, True, slot, bytes(32), bytes(32), 0, 0, bytes(32), 0, plan.parent_slots_back > 0)


@pytest.fixture
def bench() -> Bench:
    """A fresh network."""
    return Bench()


@pytest.fixture
def control(bench: Bench, board: FaultBoard) -> Iterator[Control]:
    """The control API over it, slots on request."""
    producer = Producer(bench.advance, SlotClock(0, 1), 0, manual=True)
    producer.start()
    yield Control(bench, producer, board, bench)
    producer.stop()


def ask(control: Control, method: str, path: str, body: object = None) -> tuple[int, object]:
    """Status and decoded body."""
    raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
    response = control.handle(Request(method, path, body=raw)).response
    return response.status, json.loads(response.body)


def test_the_control_api_steers_production(control: Control, bench: Bench) -> None:
    """Plan, mine, reorg, clear, status."""
    assert ask(control, "POST", "/plan", {"slots": 2, "attesters": 0.5, "sync_bits": 0.6}) == (200, {"slots": 2})
    status, head = ask(control, "POST", "/mine", {"slots": 1})
    assert status == 200 and isinstance(head, dict) and head["slot"] == 1
    status, head = ask(control, "POST", "/reorg", {"depth": 2})
    assert status == 200 and isinstance(head, dict) and head["reorged"] is True
    assert bench.plans == [SlotPlan(attesters=0.5, sync_bits=0.6), SlotPlan(False, 0.5, 0.6, 2)]
    ask(control, "POST", "/plan", {"skip": True})
    assert ask(control, "DELETE", "/plan") == (200, {"slots": 1})
    status, shown = ask(control, "GET", "/status")
    assert isinstance(shown, dict) and shown["memory"] is True and shown["producer"]["lastSlot"] == 2


def test_the_control_api_turns_faults_on_and_off(control: Control, bench: Bench, board: FaultBoard) -> None:
    """Another network is made before its fault is on."""
    status, made = ask(control, "POST", "/faults", {"kind": "other-chain", "target": "beacon", "sameChainId": True})
    assert status == 200 and isinstance(made, dict) and made["id"] == 1 and bench.prepared == [True]
    assert ask(control, "GET", "/faults") == (200, board.shown())
    assert ask(control, "DELETE", "/faults/1") == (200, {"cleared": 1})
    assert ask(control, "DELETE", "/faults/1") == (404, {"code": 404, "message": "there is no fault 1"})
    assert ask(control, "DELETE", "/faults") == (200, {"cleared": 0})


def test_the_control_api_reaches_the_pool(control: Control, bench: Bench) -> None:
    """By transaction or by sender."""
    key, sender = "0x" + "12" * 32, "0x" + "34" * 20
    assert ask(control, "POST", "/mempool/drop", {"hash": key}) == (200, {"dropped": True})
    ask(control, "POST", "/mempool/hold", {"hash": key})
    ask(control, "POST", "/mempool/hold", {"sender": sender, "hold": False})
    assert bench.dropped == [b"\x12" * 32] and bench.held == [(b"\x12" * 32, True), (b"\x34" * 20, False)]


@pytest.mark.parametrize(("method", "path", "body", "status", "words"), [
    ("GET", "/mines", None, 404, "there is no /mines"),
    ("GET", "/mine", None, 405, "/mine takes POST"),
    ("POST", "/mine", b"{", 400, "the body is not JSON"),
    ("POST", "/mine", [1], 400, "the body is not a JSON object"),
    ("POST", "/mine", {"slots": 0}, 400, "slots must be an integer from 1 to 1024"),
    ("POST", "/mine", {"slots": True}, 400, "slots must be an integer from 1 to 1024"),
    ("POST", "/mine", {"slot": 1}, 400, "there is no parameter slot"),
    ("POST", "/plan", {"attesters": 1.1}, 400, "attesters must be a number from 0 to 1"),
    ("POST", "/plan", {"skip": 1}, 400, "skip must be true or false"),
    ("POST", "/reorg", {"depth": 65}, 400, "depth must be an integer from 1 to 64"),
    ("POST", "/faults", {"kind": "hide"}, 400, "target must be one of beacon, execution"),
    ("POST", "/faults", {"kind": "other-chain", "target": "x"}, 400, "target must be one of beacon, execution"),
    ("POST", "/mempool/drop", {"hash": "0x12"}, 400, "hash must be hexadecimal"),
    ("POST", "/mempool/hold", {}, 400, "exactly one of hash and sender is needed"),
])
def test_a_control_request_that_cannot_be_is_refused_with_its_rule(  # noqa: PLR0913 (a table's columns)
        control: Control, bench: Bench, method: str, path: str, body: object, status: int, words: str) -> None:
    """Status and message; nothing happens."""
    got, answer = ask(control, method, path, body)
    assert isinstance(answer, dict)
    assert (got, answer["code"]) == (status, status) and str(answer["message"]).startswith(words)
    assert bench.plans == [] and bench.prepared == [] and bench.held == []
