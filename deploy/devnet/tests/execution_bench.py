# SPDX-License-Identifier: Apache-2.0
"""A chain on the bench: accounts that eth-account signs for, blocks on request, and web3 as an independent client."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Sequence

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eth_account import Account  # noqa: E402
from eth_account.signers.local import LocalAccount  # noqa: E402
from web3 import Web3  # noqa: E402
from web3.providers import BaseProvider  # noqa: E402

from devnet.execution import ExecutionChain, ExecutionGenesis, ForkActivation, View, rpc  # noqa: E402
from devnet.seams import Payload, PayloadRequest, Request, Response, Withdrawal  # noqa: E402

CHAIN_ID = 1337
GENESIS_TIME = 1_700_000_000
COIN = 10**18
ACCOUNTS: list[LocalAccount] = [Account.from_key(bytes([seed + 1]) * 32) for seed in range(10)]
NONE = bytes(32)
FEE_RECIPIENT = b"\xfe" * 20

TOKEN_SOURCE = """
# pragma version 0.4.3
event Transfer:
    sender: indexed(address)
    receiver: indexed(address)
    amount: uint256
balances: public(HashMap[address, uint256])
total: public(uint256)
@deploy
def __init__(supply: uint256):
    self.balances[msg.sender] = supply
    self.total = supply
@external
def transfer(receiver: address, amount: uint256) -> bool:
    assert self.balances[msg.sender] >= amount, "too poor"
    self.balances[msg.sender] -= amount
    self.balances[receiver] += amount
    log Transfer(sender=msg.sender, receiver=receiver, amount=amount)
    return True
@external
def overflow() -> uint256:
    return self.total * max_value(uint256)
@external
def spin():
    for i: uint256 in range(10000000):
        self.total = i
"""


def address_of(account: LocalAccount) -> bytes:
    """The 20-byte address of an account."""
    return bytes.fromhex(account.address[2:])


class Bench(BaseProvider):
    """A chain, a clock that ticks a second per block, and the JSON-RPC answers as a web3 provider."""

    def __init__(self, forks: Sequence[ForkActivation] = (ForkActivation("osaka"),), **genesis: Any) -> None:
        super().__init__()
        balances = {address_of(account): 1000 * COIN for account in ACCOUNTS} | genesis.pop("balances", {})
        self.genesis = ExecutionGenesis(CHAIN_ID, GENESIS_TIME, balances, **genesis)
        self.forks = tuple(forks)
        self.chain = ExecutionChain(self.genesis, self.forks, build_seconds_max=60)
        self.time = GENESIS_TIME
        self.requests: list[PayloadRequest] = []
        self.view: View | None = None
        self.web3 = Web3(self)

    def attributes(self, parent: bytes | None = None, withdrawals: tuple[Withdrawal, ...] = ()) -> PayloadRequest:
        """What consensus would ask for a second later."""
        self.time += 1
        seed = self.time.to_bytes(8, "big") * 4
        return PayloadRequest(parent or self.chain.view.head.hash, self.time, seed, FEE_RECIPIENT, withdrawals,
                              seed[::-1])

    def mine(self, blocks: int = 1, parent: bytes | None = None, withdrawals: tuple[Withdrawal, ...] = ()) -> Payload:
        """Builds blocks and makes the last the head."""
        for _ in range(blocks):
            request = self.attributes(parent, withdrawals)
            payload = self.chain.build(request)
            self.requests.append(request)
            self.chain.choose(payload.block_hash, NONE, NONE)
            parent = None
        return payload

    def sign(self, account: LocalAccount = ACCOUNTS[0], **fields: Any) -> bytes:
        """A raw transaction: of type 2 with fees, nonce and gas filled in where absent."""
        fields = {"chainId": CHAIN_ID, "value": 0, "gas": 21_000,
                  "nonce": self.chain.mempool.next_nonce(address_of(account))} | fields
        fields.setdefault("to", ACCOUNTS[9].address)
        if fields["to"] is None:
            del fields["to"]
        else:
            fields["to"] = Web3.to_checksum_address(fields["to"])
        if fields.get("chainId") is None:
            del fields["chainId"]
        if "gasPrice" not in fields:
            fields = {"maxFeePerGas": 10 * 10**9, "maxPriorityFeePerGas": 10**9} | fields
        return bytes(account.sign_transaction(fields).raw_transaction)

    def send(self, account: LocalAccount = ACCOUNTS[0], **fields: Any) -> bytes:
        """Signs and hands to the pool; the hash."""
        return self.chain.mempool.add(self.sign(account, **fields))

    def post(self, body: bytes | object, **request: Any) -> Response:
        """One HTTP request without HTTP."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return rpc.answer(self.chain, Request(**({"method": "POST", "path": "/", "body": raw} | request)), self.view)

    def rpc(self, method: str, *params: Any) -> dict[str, Any]:
        """The JSON-RPC response to a call."""
        return json.loads(self.post({"jsonrpc": "2.0", "id": 7, "method": method, "params": list(params)}).body)

    def result(self, method: str, *params: Any) -> Any:
        """The result of a call that must succeed."""
        response = self.rpc(method, *params)
        assert "error" not in response, response
        return response["result"]

    def error(self, method: str, *params: Any) -> tuple[int, str]:
        """Code and message of a call that must fail."""
        error = self.rpc(method, *params)["error"]
        return error["code"], error["message"]

    def make_request(self, method: str, params: Any) -> Any:
        """For web3."""
        return self.rpc(method, *json.loads(Web3.to_json(list(params))))

    def deploy(self, interface: dict[str, Any], *arguments: Any) -> Any:
        """Deploys a compiled contract through web3 and a block; the contract."""
        factory = self.web3.eth.contract(abi=interface["abi"], bytecode=interface["bytecode"])
        fields = factory.constructor(*arguments).build_transaction(
            {"from": ACCOUNTS[0].address, "maxFeePerGas": 10**10, "maxPriorityFeePerGas": 10**9,
             "nonce": self.chain.mempool.next_nonce(address_of(ACCOUNTS[0])), "chainId": CHAIN_ID})
        tx_hash = self.web3.eth.send_raw_transaction(ACCOUNTS[0].sign_transaction(fields).raw_transaction)
        self.mine()
        receipt = self.web3.eth.get_transaction_receipt(tx_hash)
        assert receipt.status == 1
        return self.web3.eth.contract(receipt.contractAddress, abi=interface["abi"])


_compiled: dict[str, dict[str, Any]] = {}


def token() -> dict[str, Any]:
    """A compiled token of `TOKEN_SOURCE`."""
    if not _compiled:
        import vyper
        _compiled.update(vyper.compile_code(TOKEN_SOURCE, output_formats=["bytecode", "abi"]))
    return dict(_compiled)
