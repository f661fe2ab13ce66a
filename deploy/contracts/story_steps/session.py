# SPDX-License-Identifier: Apache-2.0
"""Transactions and calls over JSON-RPC, by web3 and eth-account alone."""

import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eth_abi import decode
from eth_abi.exceptions import DecodingError
from eth_account.signers.local import LocalAccount
from web3 import Web3
from web3.contract import Contract
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, TimeExhausted
from web3.types import TxParams, TxReceipt

OUTPUTS = Path(__file__).resolve().parent.parent / "out"
RECEIPT_SECONDS_MAX = 120
POLL_SECONDS = 0.2
REQUEST_SECONDS_MAX = 30
GAS_MARGIN_PERCENT = 130
TIP_WEI = 10**9
ERROR_SELECTOR = "0x08c379a0"  # Error(string)


class StoryError(Exception):
    """The story can't go on: a transaction failed or did not arrive in time, or the network is not what it must be."""


@dataclass
class Session:
    """A connection to an execution client."""

    url: str
    gas: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.web3 = Web3(Web3.HTTPProvider(self.url, request_kwargs={"timeout": REQUEST_SECONDS_MAX}))
        if not self.web3.is_connected():
            raise StoryError(f"nothing answers at {self.url}")
        self.chain_id = self.web3.eth.chain_id

    def artifact(self, name: str) -> dict[str, Any]:
        """A compiled contract of out/. Raises StoryError when it isn't there."""
        path = OUTPUTS / f"{name}.json"
        if not path.is_file():
            raise StoryError(f"no out/{name}.json: run deploy/contracts/build")
        made: dict[str, Any] = json.loads(path.read_text())
        return made

    def contract(self, name: str, address: str) -> Contract:
        """A deployed contract by its name and address."""
        checksummed = Web3.to_checksum_address(address)
        return self.web3.eth.contract(address=checksummed, abi=self.artifact(name)["abi"])

    def now(self) -> int:
        """The newest block's time."""
        return int(self.web3.eth.get_block("latest")["timestamp"])

    def balance(self, address: str) -> int:
        """Native coin of an address at the newest block."""
        return int(self.web3.eth.get_balance(Web3.to_checksum_address(address)))

    def wait_past(self, second: int) -> None:
        """Returns when a block is later than a second of the network's time."""
        deadline = time.monotonic() + RECEIPT_SECONDS_MAX
        while self.now() <= second:
            if time.monotonic() > deadline:
                raise StoryError(f"no block after second {second} within {RECEIPT_SECONDS_MAX} s")
            time.sleep(POLL_SECONDS)

    def transfer(self, sender: LocalAccount, to: str, value: int) -> None:
        """Sends native coin and waits for it."""
        self._send(sender, {"to": Web3.to_checksum_address(to), "value": value}, "transfer")

    def deploy(self, sender: LocalAccount, name: str, *args: Any) -> str:
        """Creates a contract. Returns its address."""
        artifact = self.artifact(name)
        factory = self.web3.eth.contract(abi=artifact["abi"], bytecode=artifact["bytecode"])
        made = factory.constructor(*args).build_transaction({"gas": 1, "gasPrice": 0, "chainId": self.chain_id})
        receipt = self._send(sender, {"data": made["data"]}, f"deploy {name}")
        address = receipt["contractAddress"]
        if address is None:
            raise StoryError(f"{name}: the receipt names no contract")
        return str(address)

    def send(self, sender: LocalAccount, call: ContractFunction, value: int = 0) -> TxReceipt:
        """Sends a contract call and waits for its receipt. Raises StoryError when it fails."""
        transaction: TxParams = {"to": call.address, "data": call._encode_transaction_data(), "value": value}
        return self._send(sender, transaction, call.fn_name)

    def refusal(self, sender: str, call: ContractFunction, value: int = 0) -> str:
        """The reason that a call is refused with now, or "accepted"."""
        try:
            call.call({"from": Web3.to_checksum_address(sender), "value": value})
        except ContractLogicError as error:
            return _reason(error)
        return "accepted"

    def _send(self, sender: LocalAccount, transaction: TxParams, what: str) -> TxReceipt:
        eth = self.web3.eth
        base = int(eth.get_block("latest")["baseFeePerGas"])
        whole: TxParams = {
            **transaction,
            "from": sender.address,
            "chainId": self.chain_id,
            "nonce": eth.get_transaction_count(sender.address, "pending"),
            "maxPriorityFeePerGas": TIP_WEI,
            "maxFeePerGas": 2 * base + TIP_WEI,
        }
        try:
            whole["gas"] = eth.estimate_gas(whole) * GAS_MARGIN_PERCENT // 100
        except ContractLogicError as error:
            raise StoryError(f"{what} would be refused: {_reason(error)}") from error
        signed = sender.sign_transaction({key: value for key, value in whole.items() if key != "from"})
        sent = eth.send_raw_transaction(signed.raw_transaction)
        try:
            receipt = eth.wait_for_transaction_receipt(sent, timeout=RECEIPT_SECONDS_MAX, poll_latency=POLL_SECONDS)
        except TimeExhausted as error:
            raise StoryError(f"{what}: no receipt of 0x{sent.hex()} within {RECEIPT_SECONDS_MAX} s") from error
        if receipt["status"] != 1:
            raise StoryError(f"{what}: 0x{sent.hex()} failed in block {receipt['blockNumber']}")
        self.gas[what] = int(receipt["gasUsed"])
        return receipt


def _reason(error: ContractLogicError) -> str:
    # The string of Error(string), else what the client said.
    data = error.data
    if isinstance(data, str) and data.startswith(ERROR_SELECTOR):
        try:
            return str(decode(["string"], bytes.fromhex(data[len(ERROR_SELECTOR) :]))[0])
        except (DecodingError, ValueError):
            pass
    return str(error.message)
