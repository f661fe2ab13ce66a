# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC answers, checked with what others wrote: web3 reads them, py-trie and rlp check hashes and proofs."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rlp as pyrlp
from eth_hash.auto import keccak
from execution_bench import ACCOUNTS, COIN, FEE_RECIPIENT, NONE, Bench, address_of, token
from trie import HexaryTrie

from devnet.execution import limits
from devnet.seams import Withdrawal

HEADER_FIELDS = (
    "parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom", "difficulty",
    "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce", "baseFeePerGas", "withdrawalsRoot",
    "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot", "requestsHash")
INTEGERS = {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed", "excessBlobGas"}


def raw(value: str) -> bytes:
    """DATA as bytes."""
    return bytes.fromhex(value[2:])


@pytest.fixture(scope="module")
def bench() -> Bench:
    """A token, a busy block (number 2) and a few empty ones; only read by the tests."""
    made = Bench()
    made.token = made.deploy(token(), 10**24)
    transfer = made.token.encode_abi("transfer", [ACCOUNTS[1].address, 10**20])
    made.hashes = [made.send(to=made.token.address, data=transfer, gas=90_000) for _ in range(3)]
    made.hashes.append(made.send(ACCOUNTS[2], to=made.token.address, data=transfer, gas=90_000,
                                 maxPriorityFeePerGas=10**8))
    made.hashes.append(made.send(ACCOUNTS[3], gasPrice=9 * 10**8, value=4))
    made.hashes.append(made.send(ACCOUNTS[4], type=1, gasPrice=9 * 10**8, gas=30_000, accessList=[
        {"address": made.token.address, "storageKeys": ["0x" + "00" * 31 + "01"]}]))
    made.mine(withdrawals=(Withdrawal(8, 1, b"\x77" * 20, 5),))
    made.mine(3)
    made.chain.choose(made.chain.view.head.hash, made.chain.view.numbers[3].hash, made.chain.view.numbers[2].hash)
    return made


def test_block_hashes_are_keccak_of_the_rlp_of_the_header_fields(bench: Bench) -> None:
    """All 21 fields of osaka, in order, from the JSON alone."""
    for number in range(bench.chain.view.head.number + 1):
        block = bench.result("eth_getBlockByNumber", hex(number), False)
        fields = [int(block[name], 16) if name in INTEGERS else raw(block[name]) for name in HEADER_FIELDS]
        assert keccak(pyrlp.encode(fields)) == raw(block["hash"])
        header = bench.result("eth_getHeaderByHash", block["hash"])
        assert header == {name: block[name] for name in (*HEADER_FIELDS, "hash")}
        assert header == bench.result("eth_getHeaderByNumber", hex(number))
        assert bench.result("eth_getBlockByHash", block["hash"], False) == block


def test_transactions_receipts_and_withdrawals_roots_come_out_of_the_answers(bench: Bench) -> None:
    """Rebuilt with py-trie and rlp from full blocks and eth_getBlockReceipts."""
    block = bench.result("eth_getBlockByNumber", "0x2", True)
    assert len(block["transactions"]) == 6
    tries = [HexaryTrie({}) for _ in range(3)]
    for index, tx in enumerate(block["transactions"]):
        encoded = raw(bench.result("eth_getRawTransactionByHash", tx["hash"]))
        assert keccak(encoded) == raw(tx["hash"])
        tries[0][pyrlp.encode(index)] = encoded
    for index, receipt in enumerate(bench.result("eth_getBlockReceipts", "0x2")):
        logs = [[raw(log["address"]), [raw(topic) for topic in log["topics"]], raw(log["data"])]
                for log in receipt["logs"]]
        body = pyrlp.encode([int(receipt["status"], 16), int(receipt["cumulativeGasUsed"], 16),
                             raw(receipt["logsBloom"]), logs])
        kind = int(receipt["type"], 16)
        tries[1][pyrlp.encode(index)] = (bytes([kind]) if kind else b"") + body
        assert receipt == bench.result("eth_getTransactionReceipt", receipt["transactionHash"])
    for index, entry in enumerate(block["withdrawals"]):
        tries[2][pyrlp.encode(index)] = pyrlp.encode([
            int(entry["index"], 16), int(entry["validatorIndex"], 16), raw(entry["address"]), int(entry["amount"], 16)])
    assert [trie.root_hash for trie in tries] == [
        raw(block[name]) for name in ("transactionsRoot", "receiptsRoot", "withdrawalsRoot")]
    assert int(block["size"], 16) == len(pyrlp.encode([
        [int(block[name], 16) if name in INTEGERS else raw(block[name]) for name in HEADER_FIELDS],
        [pyrlp.decode(tx) if tx[0] >= 0xC0 else tx for tx in
         (raw(bench.result("eth_getRawTransactionByHash", entry["hash"])) for entry in block["transactions"])],
        [], [pyrlp.decode(tries[2][pyrlp.encode(0)])]]))


def test_proofs_of_present_and_absent_accounts_and_slots_verify_with_py_trie(bench: Bench) -> None:
    """Against the state root of the block asked about, also of older blocks and by hash."""
    absent = "0x" + "ab" * 20
    holder = keccak(address_of(ACCOUNTS[1]).rjust(32, b"\0"))
    slots = ["0x0", "0x1", "0x" + "5a" * 32, "0x" + holder.hex()]
    for number in ("0x0", "0x1", "0x2", "latest"):
        block = bench.result("eth_getBlockByNumber", number, False)
        for who in (bench.token.address, ACCOUNTS[0].address, absent, "0x" + FEE_RECIPIENT.hex()):
            proof = bench.result("eth_getProof", who, slots, {"blockHash": block["hash"], "requireCanonical": True})
            assert proof == bench.result("eth_getProof", who, slots, number)
            account = HexaryTrie.get_from_proof(raw(block["stateRoot"]), keccak(raw(who)),
                                                tuple(pyrlp.decode(raw(node)) for node in proof["accountProof"]))
            claimed = pyrlp.encode([int(proof["nonce"], 16), int(proof["balance"], 16), raw(proof["storageHash"]),
                                    raw(proof["codeHash"])])
            empty = pyrlp.encode([0, 0, keccak(b"\x80"), keccak(b"")])
            assert account == claimed or (account == b"" and claimed == empty)
            for key, entry in zip(slots, proof["storageProof"]):
                assert entry["key"] == key
                nodes = tuple(pyrlp.decode(raw(node)) for node in entry["proof"])
                path = keccak(int(key, 16).to_bytes(32, "big"))
                value = HexaryTrie.get_from_proof(raw(proof["storageHash"]), path, nodes) if nodes else b""
                assert value == (pyrlp.encode(int(entry["value"], 16)) if entry["value"] != "0x0" else b"")
                assert int(bench.result("eth_getStorageAt", who, key, number), 16) == int(entry["value"], 16)
    assert proof["accountProof"] and account != b""
    present = bench.result("eth_getProof", bench.token.address, slots, "latest")["storageProof"]
    assert int(present[1]["value"], 16) == 10**24
    assert len(bench.result("eth_getProof", absent, [], "latest")["accountProof"]) >= 1


def test_web3_reads_blocks_transactions_receipts_and_logs(bench: Bench) -> None:
    """An independent client agrees with what was signed."""
    eth = bench.web3.eth
    assert eth.chain_id == 1337 and bench.web3.net.version == "1337" and not eth.syncing and eth.accounts == []
    assert bench.web3.client_version == "halcyon-devnet/1/python"
    receipt = eth.get_transaction_receipt(bench.hashes[0])
    assert (receipt.status, receipt.to, receipt["from"]) == (1, bench.token.address, ACCOUNTS[0].address)
    (event,) = bench.token.events.Transfer().process_receipt(receipt)
    assert event.args == {"sender": ACCOUNTS[0].address, "receiver": ACCOUNTS[1].address, "amount": 10**20}
    failed = eth.get_transaction_receipt(bench.hashes[3])
    assert failed.status == 0 and failed.logs == []
    found = bench.token.events.Transfer().get_logs(from_block=0, argument_filters={"receiver": ACCOUNTS[1].address})
    assert [log.logIndex for log in found] == [0, 1, 2]
    legacy, listed = (eth.get_transaction(tx_hash) for tx_hash in bench.hashes[4:])
    assert legacy.type == 0 and legacy.v in (2709, 2710) and legacy.gasPrice == 9 * 10**8
    assert listed.type == 1 and listed.accessList[0].address == bench.token.address
    assert eth.get_transaction_by_block(2, 0).hash == bench.hashes[0]
    assert eth.get_block_transaction_count(2) == 6
    assert eth.get_block("finalized").number == 2 and eth.get_block("safe").number == 3
    assert eth.get_block("earliest").number == 0
    dynamic = eth.get_transaction(bench.hashes[0])
    assert dynamic.gasPrice == eth.get_block(2).baseFeePerGas + 10**9 == receipt.effectiveGasPrice


def test_state_is_answered_as_of_the_block_asked_about(bench: Bench) -> None:
    """Balances, nonces, code and storage before and after."""
    who, code = ACCOUNTS[0].address, bench.token.address
    assert bench.result("eth_getBalance", who, "0x0") == hex(1000 * COIN)
    assert [bench.result("eth_getTransactionCount", who, tag) for tag in ("0x0", "0x1", "latest")] == [
        "0x0", "0x1", "0x4"]
    assert bench.result("eth_getCode", code, "0x0") == "0x" and len(bench.result("eth_getCode", code)) > 100
    assert bench.result("eth_getBalance", "0x" + "77" * 20, "pending") == hex(5 * 10**9)
    assert bench.error("eth_getBalance", who, "0x63") == (-32000, "header not found")
    assert bench.error("eth_getBalance", who, "0x" + "12" * 32) == (-32000, "header for hash not found")


def test_hashes_off_the_canonical_chain_are_refused_only_if_asked_so(bench: Bench) -> None:
    """EIP-1898's requireCanonical."""
    other = Bench()
    first = other.mine()
    side = other.chain.build(other.attributes(other.chain.genesis.hash))
    who, reference = ACCOUNTS[0].address, {"blockHash": "0x" + side.block_hash.hex()}
    assert other.result("eth_getBalance", who, reference) == hex(1000 * COIN)
    assert other.error("eth_getBalance", who, reference | {"requireCanonical": True}) == (
        -32000, "hash is not currently canonical")
    assert other.result("eth_getBlockByNumber", "0x1", False)["hash"] == "0x" + first.block_hash.hex()
    assert other.error("eth_getBlockByNumber", "safe", False) == (-32000, "safe block not found")
    assert other.error("eth_getBlockByNumber", "finalized", False) == (-32000, "finalized block not found")
    assert bench.result("eth_getBlockByNumber", "pending", False) is None


def test_logs_are_filtered_by_address_topics_and_range(bench: Bench) -> None:
    """Positions, alternatives, wildcards; by block hash; limits."""
    receiver = "0x" + "00" * 12 + ACCOUNTS[1].address[2:].lower()
    everything = bench.result("eth_getLogs", {"fromBlock": "earliest", "toBlock": "latest"})
    assert len(everything) == 3
    signature = everything[0]["topics"][0]
    for topics, count in (([], 3), ([signature], 3), ([None, None, receiver], 3), ([[signature, receiver]], 3),
                          ([receiver], 0), ([None, receiver], 0), ([None, None, None, receiver], 0), ([None] * 4, 0)):
        assert len(bench.result("eth_getLogs", {"fromBlock": "0x0", "topics": topics})) == count, topics
    assert len(bench.result("eth_getLogs", {"fromBlock": "0x0", "address": ["0x" + "11" * 20]})) == 0
    assert len(bench.result("eth_getLogs", {"fromBlock": "0x3"})) == 0
    assert bench.result("eth_getLogs", {"blockHash": everything[0]["blockHash"]}) == everything
    assert bench.error("eth_getLogs", {"blockHash": "0x" + "12" * 32}) == (-32000, "unknown block")
    assert bench.error("eth_getLogs", {"fromBlock": "0x3", "toBlock": "0x2"}) == (
        -32602, "invalid block range params")
    assert bench.error("eth_getLogs", {"topics": [None] * 5}) == (-32602, "exceed max topics")
    code, message = bench.error("eth_getLogs", {"blockHash": "0x" + "12" * 32, "fromBlock": "0x0"})
    assert code == -32602 and "cannot specify both BlockHash and FromBlock/ToBlock" in message


def test_log_limits_are_errors_not_cut_answers(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """-32005, so that a client can ask for less."""
    monkeypatch.setattr(limits, "LOG_BLOCKS_MAX", 2)
    monkeypatch.setattr(limits, "LOG_RESULTS_MAX", 2)
    monkeypatch.setattr(limits, "LOG_ALTERNATIVES_MAX", 1)
    assert bench.error("eth_getLogs", {"fromBlock": "0x0", "toBlock": "0x2"}) == (
        -32005, "block range greater than 2 max")
    assert bench.error("eth_getLogs", {"fromBlock": "0x2", "toBlock": "0x2"}) == (
        -32005, "query returned more than 2 results")
    assert bench.error("eth_getLogs", {"address": [ACCOUNTS[0].address] * 2})[0] == -32005


def test_fee_answers_follow_the_blocks(bench: Bench) -> None:
    """History with rewards at percentiles, a tip from recent blocks, and the next base fee."""
    history = bench.web3.eth.fee_history(3, 2, [0, 50, 100])
    assert history.oldestBlock == 0 and len(history.baseFeePerGas) == 4 and len(history.gasUsedRatio) == 3
    assert history.baseFeePerGas[3] == bench.chain.view.numbers[3].base_fee
    used = int(bench.chain.view.numbers[2].header.gas_used)
    assert history.gasUsedRatio[2] == used / 30_000_000
    base = history.baseFeePerGas[2]
    assert history.reward[0] == [0, 0, 0]
    assert history.reward[2] == [10**8, 10**9, 10**9] and 9 * 10**8 - base > 10**8
    assert bench.web3.eth.max_priority_fee == 9 * 10**8 - base
    assert bench.web3.eth.gas_price > bench.web3.eth.max_priority_fee
    assert Bench().web3.eth.max_priority_fee == 10**9
    assert bench.error("eth_feeHistory", "0x1", "latest", [50, 50]) == (
        -32602, "invalid reward percentile: #0:50 >= #1:50")
    assert bench.error("eth_feeHistory", "0x1", "latest", [101]) == (-32602, "invalid reward percentile: 101")
    assert bench.error("eth_feeHistory", "0x1", "0x63") == (
        -32000, "request beyond head block: requested 99, head 5")


def test_sending_answers_with_the_hash_or_geths_words(bench: Bench) -> None:
    """Through web3, and the error through plain JSON-RPC."""
    other = Bench()
    signed = other.sign(nonce=0)
    assert other.web3.eth.send_raw_transaction(signed) == keccak(signed)
    assert other.error("eth_sendRawTransaction", "0x" + signed.hex()) == (-32000, "already known")
    waiting = other.result("eth_getTransactionByHash", "0x" + keccak(signed).hex())
    assert waiting["blockHash"] is None and waiting["blockNumber"] is None and waiting["transactionIndex"] is None
    assert other.result("txpool_status") == {"pending": "0x1", "queued": "0x0"}
    assert other.result("eth_getTransactionReceipt", "0x" + keccak(signed).hex()) is None


def test_requests_that_are_no_json_rpc_get_the_standard_codes(bench: Bench) -> None:
    """-32700, -32600, -32601, -32602, with the id where there is one."""
    def answered(body: bytes | object) -> Any:
        return json.loads(bench.post(body).body)

    def error(code: int, message: str, identifier: object = None) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": identifier, "error": {"code": code, "message": message}}
    assert answered(b"{") == answered(b"") == answered(b"[" * 100_000) == error(-32700, "parse error")
    assert answered([]) == error(-32600, "empty batch")
    assert answered([1]) == [error(-32600, "invalid request")]
    assert answered({"jsonrpc": "1.0", "id": 4, "method": "eth_chainId"}) == error(-32600, "invalid request", 4)
    assert answered({"jsonrpc": "2.0", "id": 4, "method": 5}) == error(-32600, "invalid request", 4)
    assert answered({"jsonrpc": "2.0", "id": "a", "method": "eth_sign", "params": []}) == error(
        -32601, "the method eth_sign does not exist/is not available", "a")
    assert answered({"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": {}}) == error(
        -32602, "non-array args", 1)
    assert bench.error("eth_getBalance") == (-32602, "missing value for required argument 0")
    for wrong, problem in (("0x12", "hex string has length 2, want 40"), ("0xzz" + "0" * 38, "invalid hex string"),
                           (5, "hex string without 0x prefix"), ("0x123", "hex string of odd length")):
        assert bench.error("eth_getBalance", wrong, "latest") == (-32602, f"invalid argument 0: {problem}")
    for wrong, problem in (("0x01", "hex number with leading zero digits"), ("0x", 'hex string "0x"'),
                           ("newest", "hex string without 0x prefix"), ("0x" + "f" * 20, "hex number > 63 bits"),
                           ({}, "invalid arguments; neither block nor hash specified")):
        assert bench.error("eth_getBalance", ACCOUNTS[0].address, wrong) == (-32602, f"invalid argument 1: {problem}")
    assert bench.error("eth_getStorageAt", ACCOUNTS[0].address, "0x" + "1" * 65, "latest") == (
        -32602, "invalid argument 1: hex string too long, want at most 32 bytes, have 33 bytes")
    assert bench.error("eth_getProof", ACCOUNTS[0].address, ["0x0"] * 1025, "latest") == (
        -32602, "too many keys, max 1024")


def test_batches_are_answered_in_order_without_notifications_and_limited(bench: Bench) -> None:
    """One view for all of a batch; a hundred at most; too large answers are errors for the rest."""
    def call(identifier: object, method: str, *params: object) -> dict[str, Any]:
        return {"jsonrpc": "2.0", "id": identifier, "method": method, "params": list(params)}
    note = {"jsonrpc": "2.0", "method": "eth_chainId"}
    calls = [call(1, "eth_chainId"), note, call(None, "eth_blockNumber"), call("x", "no")]
    answered = json.loads(bench.post(calls).body)
    assert [entry["id"] for entry in answered] == [1, None, "x"]
    assert answered[0]["result"] == "0x539" and answered[2]["error"]["code"] == -32601
    assert bench.post(note).body == b"" and bench.post([note]).body == b""
    assert len(json.loads(bench.post([call(index, "eth_chainId") for index in range(100)]).body)) == 100
    too_many = json.loads(bench.post([call(index, "eth_chainId") for index in range(101)]).body)
    assert too_many["error"] == {"code": -32600, "message": "batch too large"}


def test_a_batch_whose_answers_grow_too_large_ends_in_errors(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """-32003 for what did not fit any more."""
    monkeypatch.setattr(limits, "BATCH_RESPONSE_BYTES_MAX", 1_000)
    calls = [{"jsonrpc": "2.0", "id": index, "method": "eth_getBlockByNumber", "params": ["0x2", True]}
             for index in range(3)]
    answered = json.loads(bench.post(calls).body)
    assert "result" in answered[0]
    assert [entry["error"]["code"] for entry in answered[1:]] == [-32003, -32003]


def test_http_statuses_are_those_of_an_execution_client(bench: Bench) -> None:
    """POST of JSON only, of limited size."""
    refused = bench.post(b"", method="GET")
    assert refused.status == 405 and refused.headers["Allow"] == "POST"
    assert bench.post(b"{}", headers={"content-type": "text/html"}).status == 415
    assert bench.post(b"{}", headers={"content-type": "application/json; charset=utf-8"}).status == 200
    assert bench.post(b" " * (limits.REQUEST_BYTES_MAX + 1)).status == 413


def test_a_view_of_the_past_answers_as_if_nothing_had_happened_since(bench: Bench) -> None:
    """For faults that serve a stale head: no later block, receipt, log or balance shows."""
    bench.view = bench.chain.past(4)
    try:
        assert bench.result("eth_blockNumber") == "0x1"
        assert bench.result("eth_getBlockByNumber", "0x2", False) is None
        assert bench.result("eth_getTransactionReceipt", "0x" + bench.hashes[0].hex()) is None
        assert bench.result("eth_getBlockByHash", "0x" + bench.chain.view.numbers[2].hash.hex(), False) is None
        assert bench.result("eth_getBlockByNumber", "finalized", False)["number"] == "0x1"
        assert bench.result("eth_getTransactionCount", ACCOUNTS[0].address, "latest") == "0x1"
        assert bench.result("eth_getLogs", {"fromBlock": "0x0", "toBlock": "latest"}) == []
    finally:
        bench.view = None
    assert bench.chain.past(99).head.number == 0


def test_a_reader_keeps_its_view_while_the_chain_moves_on() -> None:
    """The view taken before a reorganisation still answers from the branch that left."""
    other = Bench()
    tx_hash = other.send()
    other.mine()
    before = other.chain.view
    other.mine(parent=other.chain.genesis.hash)
    other.mine()
    other.view = before
    assert other.result("eth_getTransactionReceipt", "0x" + tx_hash.hex())["blockHash"] == "0x" + before.head.hash.hex()
    other.view = None
    receipt = other.result("eth_getTransactionReceipt", "0x" + tx_hash.hex())
    assert receipt["blockNumber"] == "0x2" and other.chain.view.finalized is None
    assert NONE == bytes(32)
