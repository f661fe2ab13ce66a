# SPDX-License-Identifier: Apache-2.0
"""Steps about the execution layer: transactions, block hashes, roots and proofs recomputed from the answers."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from eth_account import Account

from . import blocks
from .client import Network, fetch
from .light import Light
from .report import Failure, Report, equal, expect

# A contract that stores 42 in slot 0 and logs topic 42 when it is made; called, it returns slot 0.
_RUNTIME = "5f545f5260205ff3"
INIT_CODE = "0x602a5f55602a5f5fa167" + _RUNTIME + "5f5260086018f3"
ANSWER = 42
ABSENT_SLOT = "0x" + "0" * 62 + "07"
NOBODY = "0x" + "00" * 18 + "0dea"
_GWEI = 10**9
_MINE_SLOTS_MAX = 4


@dataclass
class Sent:
    """What the steps sent: the block that holds all of it, and the contract made there."""

    contract: str
    block: dict[str, Any]
    hashes: list[str]


def transaction(network: Network, key: str, nonce: int, **fields: Any) -> str:
    """A signed EIP-1559 transaction, as hexadecimal."""
    if "to" in fields:
        fields["to"] = bytes.fromhex(fields["to"][2:])
    full = {"chainId": network.ready["chainId"], "nonce": nonce, "maxFeePerGas": 20 * _GWEI,
            "maxPriorityFeePerGas": _GWEI, "gas": 200_000, "value": 0, "type": 2, "data": "0x", **fields}
    return "0x" + bytes(Account.sign_transaction(full, key).raw_transaction).hex()


def mined(network: Network, hash_: str) -> dict[str, Any]:
    """The receipt of a transaction, after a few slots if need be."""
    for _ in range(_MINE_SLOTS_MAX):
        network.advance(1)
        receipt = network.rpc("eth_getTransactionReceipt", hash_)
        if receipt is not None:
            return dict(receipt)
    raise Failure(f"transaction {hash_} is in no block after {_MINE_SLOTS_MAX} slots")


def send(report: Report, network: Network) -> Sent | None:
    """Transfers and a contract, in one block."""
    sent = None
    with report.step("transactions are taken, mined and logged") as notes:
        keys = [account["key"] for account in network.ready["funded"]]
        sender = network.ready["funded"][0]["address"]
        nonce = int(network.rpc("eth_getTransactionCount", sender, "pending"), 16)
        raws = [transaction(network, keys[0], nonce, data=INIT_CODE)]
        raws += [transaction(network, keys[0], nonce + at, to=NOBODY, value=at, gas=21_000) for at in range(1, 12)]
        hashes = [network.rpc("eth_sendRawTransaction", raw) for raw in raws]
        receipt = mined(network, hashes[0])
        last = mined(network, hashes[-1])
        equal([receipt["status"], last["status"]], ["0x1", "0x1"], "the receipts' status")
        equal(receipt["logs"][0]["topics"], [f"0x{ANSWER:064x}"], "the topics of the log")
        block = network.rpc("eth_getBlockByHash", receipt["blockHash"], False)
        sent = Sent(receipt["contractAddress"], block, hashes)
        found = network.rpc("eth_getLogs", {"address": sent.contract, "fromBlock": "0x0", "toBlock": "latest"})
        equal([log["transactionHash"] for log in found], [hashes[0]], "the transactions of the contract's logs")
        called = network.rpc("eth_call", {"to": sent.contract}, "latest")
        equal(called, f"0x{ANSWER:064x}", "what the contract returns")
        notes.append(f"{len(block['transactions'])} in block {int(block['number'], 16)}")
    return sent


def recompute(report: Report, network: Network, sent: Sent) -> None:
    """Hashes, roots and proofs of the newest blocks and of the one with the transactions."""
    with report.step("block hashes are Keccak of the RLP header, and parents chain") as notes:
        head = int(network.rpc("eth_blockNumber"), 16)
        numbers = sorted({0, 1, int(sent.block["number"], 16), *range(max(0, head - 40), head + 1)})
        previous = None
        for number in numbers:
            block = network.rpc("eth_getBlockByNumber", hex(number), False)
            equal("0x" + blocks.block_hash(block).hex(), block["hash"], f"the hash of block {number}")
            if previous is not None and int(previous["number"], 16) == number - 1:
                equal(block["parentHash"], previous["hash"], f"the parent of block {number}")
            previous = block
        notes.append(f"{len(numbers)} blocks, {blocks.FIELDS} fields")
    with report.step("the receipts root is rebuilt from eth_getBlockReceipts") as notes:
        receipts = network.rpc("eth_getBlockReceipts", sent.block["hash"])
        equal("0x" + blocks.receipts_root(receipts).hex(), sent.block["receiptsRoot"], "the receipts root")
        notes.append(f"{len(receipts)} receipts")
    with report.step("account, slot, absent slot and absent account proofs hold under the head's state root") as notes:
        head_block = network.rpc("eth_getBlockByNumber", "latest", False)
        prove(network, sent, head_block)
        notes.append(f"block {int(head_block['number'], 16)}")


def prove(network: Network, sent: Sent, block: dict[str, Any]) -> None:
    """Verifies proofs of the contract, its slots, the sender and an absent account under a block's state root."""
    root, reference = blocks.raw(block["stateRoot"]), {"blockHash": block["hash"]}
    answer = network.rpc("eth_getProof", sent.contract, ["0x0", ABSENT_SLOT], reference)
    slots = blocks.check_proof(answer, root, sent.contract)
    equal(sorted(slots.values()), [0, ANSWER], "the proven slots' values")
    sender = network.ready["funded"][0]["address"]
    proven = network.rpc("eth_getProof", sender, [], reference)
    blocks.check_proof(proven, root, sender)
    equal(network.rpc("eth_getBalance", sender, block["number"]), proven["balance"], "the balance beside its proof")
    missing = "0x" + "77" * 20
    blocks.check_proof(network.rpc("eth_getProof", missing, [], reference), root, missing)


def under_finality(report: Report, network: Network, light: Light, sent: Sent) -> None:
    """The chain of trust whole: sync committee, finalized header, block hash, state root, storage slot."""
    with report.step("a slot is proven under a header that the sync committee finalized") as notes:
        number = int(sent.block["number"], 16)
        for _ in range(6):
            light.sync()
            hash_ = light.execution_block()
            block = network.rpc("eth_getBlockByHash", hash_, False)
            if int(block["number"], 16) >= number:
                break
            network.advance(int(light.spec.SLOTS_PER_EPOCH))
        expect(int(block["number"], 16) >= number, "the block was never finalized")
        equal("0x" + blocks.block_hash(block).hex(), hash_, "the hash of the finalized block")
        if light.newest != "gloas":
            execution = light.store.finalized_header.execution
            equal("0x" + bytes(execution.state_root).hex(), block["stateRoot"], "the state root in the beacon header")
        prove(network, sent, block)
        notes.append(f"block {int(block['number'], 16)}")


def pool(report: Report, network: Network) -> None:
    """Stuck, replaced, dropped and gapped transactions."""
    account = network.ready["funded"][1]
    key, sender = account["key"], account["address"]

    def put(nonce: int, **fields: Any) -> str:
        raw = transaction(network, key, nonce, to=NOBODY, gas=21_000, **fields)
        return str(network.rpc("eth_sendRawTransaction", raw))

    with report.step("a held transaction waits, is replaced by one that pays more, and is mined when let go") as notes:
        nonce = int(network.rpc("eth_getTransactionCount", sender, "latest"), 16)
        network.control("POST", "/mempool/hold", {"sender": sender})
        first = put(nonce)
        network.advance(2)
        equal(network.rpc("eth_getTransactionReceipt", first), None, "the held transaction's receipt")
        cheap = transaction(network, key, nonce, to=NOBODY, gas=21_000, value=1)
        refusal = network.rpc_answer("eth_sendRawTransaction", cheap)
        equal(refusal["error"]["message"], "replacement transaction underpriced", "the refusal")
        second = put(nonce, maxFeePerGas=30 * _GWEI, maxPriorityFeePerGas=2 * _GWEI)
        network.control("POST", "/mempool/hold", {"sender": sender, "hold": False})
        equal(mined(network, second)["status"], "0x1", "the replacement's status")
        equal(network.rpc("eth_getTransactionByHash", first), None, "the replaced transaction")
        notes.append("underpriced one refused")
    with report.step("a dropped transaction is gone, and one behind it waits for its nonce") as notes:
        network.control("POST", "/mempool/hold", {"sender": sender})
        gone, behind = put(nonce + 1), put(nonce + 2)
        equal(network.control("POST", "/mempool/drop", {"hash": gone}), {"dropped": True}, "the answer to the drop")
        network.control("POST", "/mempool/hold", {"sender": sender, "hold": False})
        network.advance(2)
        equal(network.rpc("eth_getTransactionByHash", gone), None, "the dropped transaction")
        equal(network.rpc("eth_getTransactionReceipt", behind), None, "the receipt behind the gap")
        again = put(nonce + 1)
        mined(network, again)
        expect(network.rpc("eth_getTransactionReceipt", behind) is not None, "the gap closed, and nothing followed")
        notes.append(f"nonces {nonce + 1}, {nonce + 2}")


def reorg(report: Report, network: Network) -> None:
    """The head leaves a branch; its transaction is put back and mined again."""
    with report.step("a reorg leaves blocks behind and mines their transactions again") as notes:
        account = network.ready["funded"][2]
        nonce = int(network.rpc("eth_getTransactionCount", account["address"], "latest"), 16)
        raw = transaction(network, account["key"], nonce, to=NOBODY, value=5, gas=21_000)
        hash_ = network.rpc("eth_sendRawTransaction", raw)
        before = mined(network, hash_)
        left = network.beacon_json("/eth/v1/beacon/headers/head")["data"]["root"]
        outcome = network.control("POST", "/reorg", {"depth": 2})
        expect(outcome["reorged"], "the outcome says that nothing was reorged")
        expect(outcome["headRoot"] != left, "the head is still the old one")
        stands = network.rpc("eth_getBlockByNumber", before["blockNumber"], False)
        expect(stands is None or stands["hash"] != before["blockHash"], "the old block is still in the chain")
        header = network.beacon_json(f"/eth/v1/beacon/headers/{left}")["data"]
        equal(header["canonical"], False, "canonical, of the header left behind")
        for _ in range(_MINE_SLOTS_MAX):
            after = network.rpc("eth_getTransactionReceipt", hash_)
            if after is not None:
                break
            network.advance(1)
        expect(after is not None and after["blockHash"] != before["blockHash"], "it was not mined again")
        notes.append(f"block {int(before['blockNumber'], 16)} replaced")


def batches(report: Report, network: Network) -> None:
    """Batch requests and the errors of JSON-RPC."""
    with report.step("batches are answered entry by entry, errors with their codes") as notes:
        text = b'[{"jsonrpc":"2.0","id":1,"method":"eth_chainId"},{"jsonrpc":"2.0","id":2,"method":"eth_none"},3]'
        entries = fetch(network.execution_url, text).json()
        equal(int(entries[0]["result"], 16), network.ready["chainId"], "eth_chainId in a batch")
        equal([entry["error"]["code"] for entry in entries[1:]], [-32601, -32600], "the errors in a batch")
        equal(fetch(network.execution_url, b"{").json()["error"]["code"], -32700, "the error for no JSON")
        refusal = network.rpc_answer("eth_getBalance", "0x12", "latest")
        equal(refusal["error"]["code"], -32602, "the error for no address")
        notes.append("-32601, -32600, -32700, -32602")
    with report.step("answers come within 100 ms when nothing else happens") as notes:
        slowest = 0.0
        for _ in range(20):
            began = time.monotonic()
            network.rpc("eth_getBlockByNumber", "latest", True)
            slowest = max(slowest, time.monotonic() - began)
        expect(slowest < 0.1, f"the slowest of 20 took {slowest * 1e3:.0f} ms")
        notes.append(f"slowest {slowest * 1e3:.1f} ms")
