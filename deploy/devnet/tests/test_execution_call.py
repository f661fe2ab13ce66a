# SPDX-License-Identifier: Apache-2.0
"""eth_call and eth_estimateGas: results, failures in geth's words, limits, and the P-256 precompile by fork."""

from __future__ import annotations

import hashlib
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from execution_bench import ACCOUNTS, COIN, GENESIS_TIME, Bench, address_of, token
from web3.exceptions import ContractLogicError, ContractPanicError

from devnet.execution import ForkActivation, limits

P256VERIFY = "0x" + "00" * 18 + "0100"


def word(value: int) -> str:
    """32 bytes in hexadecimal digits."""
    return value.to_bytes(32, "big").hex()


@pytest.fixture(scope="module")
def bench() -> Bench:
    """A chain with the token deployed; only read by the tests."""
    made = Bench()
    made.token = made.deploy(token(), 10**24)
    return made


def test_calls_return_what_the_contract_returns_and_change_nothing(bench: Bench) -> None:
    """Also at an older block, before the contract was there."""
    functions = bench.token.functions
    assert functions.total().call() == 10**24
    assert functions.transfer(ACCOUNTS[1].address, 5).call({"from": ACCOUNTS[0].address}) is True
    assert functions.balances(ACCOUNTS[1].address).call() == 0
    asked = {"to": bench.token.address, "data": bench.token.encode_abi("total", [])}
    assert bench.result("eth_call", asked, "0x0") == "0x"
    assert bench.result("eth_call", asked | {"input": asked["data"]}, "latest") == "0x" + word(10**24)


def test_reverts_carry_code_3_their_data_and_their_reason(bench: Bench) -> None:
    """As web3 expects them, for reasons and panics."""
    with pytest.raises(ContractLogicError, match="execution reverted: too poor"):
        bench.token.functions.transfer(ACCOUNTS[1].address, 5).call({"from": ACCOUNTS[1].address})
    asked = {"to": bench.token.address, "from": ACCOUNTS[1].address,
             "data": bench.token.encode_abi("transfer", [ACCOUNTS[2].address, 5])}
    error = bench.rpc("eth_call", asked, "latest")["error"]
    assert error["code"] == 3 and error["message"] == "execution reverted: too poor"
    assert error["data"].startswith("0x08c379a0") and "too poor".encode().hex() in error["data"]
    assert bench.rpc("eth_estimateGas", asked)["error"] == error
    panic = bytes.fromhex("634e487b71600052601160205260246 01cfd".replace(" ", ""))
    other = Bench(contracts={b"\x31" * 20: panic})
    assert other.error("eth_call", {"to": "0x" + "31" * 20}) == (
        3, "execution reverted: arithmetic underflow or overflow")
    with pytest.raises(ContractPanicError):
        other.web3.eth.call({"to": "0x" + "31" * 20})


@pytest.mark.parametrize(("code", "words"), [
    ("fe", "invalid opcode: opcode 0xfe not defined"), ("600056", "invalid jump destination"),
    ("01", "stack underflow"),
    ("5b600056", "out of gas"), ("60006000fd", "execution reverted"),
    ("6001600060003e", "return data out of bounds"),
    ("5b5f5f5f5f5f305af1005b", None)])
def test_failures_are_named_as_geth_names_them(code: str, words: str | None) -> None:
    """-32000, but 3 for a revert without data; the last code calls itself until the depth limit and succeeds."""
    other = Bench(contracts={b"\x31" * 20: bytes.fromhex(code)})
    asked = {"to": "0x" + "31" * 20, "gas": hex(300_000)}
    if words is None:
        assert other.result("eth_call", asked) == "0x"
    else:
        assert other.error("eth_call", asked) == (3 if words == "execution reverted" else -32000, words)


def test_a_call_that_runs_too_long_is_aborted(monkeypatch: pytest.MonkeyPatch) -> None:
    """In bounded time, and the chain is none the worse."""
    monkeypatch.setattr(limits, "CALL_SECONDS_MAX", 0.3)
    monkeypatch.setattr("devnet.execution.rpc.deadline_from_now", lambda: time.monotonic() + 0.3)
    other = Bench(contracts={b"\x31" * 20: bytes.fromhex("5b600056")})
    begun = time.monotonic()
    assert other.error("eth_call", {"to": "0x" + "31" * 20, "gas": hex(30_000_000)}) == (
        -32000, "execution aborted (timeout = 0.3s)")
    assert time.monotonic() - begun < 3
    assert other.mine().block_number == 1


def test_calls_that_cannot_begin_say_why(bench: Bench) -> None:
    """Gas, balance, fees, contradictory fields."""
    rich, nobody = ACCOUNTS[0].address, "0x" + "99" * 20
    assert bench.error("eth_call", {"to": nobody, "gas": "0x5207"}) == (
        -32000, "intrinsic gas too low: have 20999, want 21000")
    assert bench.error("eth_call", {"from": nobody, "to": rich, "value": "0x1"}) == (
        -32000, f"insufficient funds for gas * price + value: address {nobody} have 0 want 1")
    code, message = bench.error("eth_call", {"from": rich, "to": nobody, "gasPrice": "0x1", "gas": "0x5208"})
    assert code == -32000 and message.startswith(f"max fee per gas less than block base fee: address {rich.lower()}")
    assert bench.error("eth_call", {"to": nobody, "data": "0x01", "input": "0x02"}) == (
        -32602, 'invalid argument 0: both "data" and "input" are set and not equal. Please use "input" to pass '
                "transaction call data")
    assert bench.error("eth_call", {"gasPrice": "0x1", "maxFeePerGas": "0x1"})[0] == -32602
    assert bench.error("eth_call", {"to": nobody, "accessList": [{}]}) == (
        -32602, "invalid argument 0: a list of objects with address is wanted")
    assert bench.error("eth_call", {"to": nobody}, "latest", {nobody: {}}) == (
        -32602, "invalid argument 2: state and block overrides are not supported")


def test_estimates_are_enough_and_not_much_more_than_needed(bench: Bench) -> None:
    """A plain transfer exactly; a token transfer, a creation and a cleared slot sufficient when really sent."""
    other = Bench()
    assert other.web3.eth.estimate_gas({"from": ACCOUNTS[0].address, "to": ACCOUNTS[1].address, "value": 1}) == 21_000
    other.token = other.deploy(token(), 10**24)
    functions = other.token.functions
    for account, call in ((ACCOUNTS[0], functions.transfer(ACCOUNTS[1].address, 7)),
                          (ACCOUNTS[1], functions.transfer(ACCOUNTS[2].address, 7))):
        estimate = call.estimate_gas({"from": account.address})
        tx_hash = other.send(account, to=other.token.address, data=call._encode_transaction_data(), gas=estimate)
        other.mine()
        receipt = other.web3.eth.get_transaction_receipt(tx_hash)
        assert receipt.status == 1
        assert receipt.gasUsed <= estimate < receipt.gasUsed * 1.35


def test_estimates_respect_the_gas_given_and_the_balance(bench: Bench) -> None:
    """The allowance is in the error; a sender without the value is told so."""
    data = bench.token.encode_abi("transfer", [ACCOUNTS[1].address, 5])
    asked = {"from": ACCOUNTS[0].address, "to": bench.token.address, "data": data}
    assert bench.error("eth_estimateGas", asked | {"gas": hex(30_000)}) == (
        -32000, "gas required exceeds allowance (30000)")
    poor = asked | {"from": "0x" + "99" * 20, "gasPrice": hex(10**10), "value": "0x1"}
    assert bench.error("eth_estimateGas", poor) == (-32000, "insufficient funds for transfer")


def test_the_p256_precompile_comes_with_osaka() -> None:
    """EIP-7951 with a signature made by OpenSSL: before the fork nothing answers there, after it 1; a changed byte
    gives nothing."""
    key = ec.derive_private_key(int.from_bytes(hashlib.sha256(b"p256 test key").digest(), "big"), ec.SECP256R1())
    digest = hashlib.sha256(b"a message").digest()
    r, s = decode_dss_signature(key.sign(b"a message", ec.ECDSA(hashes.SHA256())))
    public = key.public_key().public_numbers()
    given = digest.hex() + word(r) + word(s) + word(public.x) + word(public.y)
    other = Bench((ForkActivation("prague"), ForkActivation("osaka", GENESIS_TIME + 2)))
    asked = {"to": P256VERIFY, "data": "0x" + given}
    assert other.mine().block_number == 1
    assert other.result("eth_call", asked) == "0x"
    other.mine()
    assert other.result("eth_call", asked) == "0x" + word(1)
    assert other.result("eth_call", asked | {"data": "0x" + given[:-2] + f"{int(given[-2:], 16) ^ 1:02x}"}) == "0x"


def test_a_transaction_above_the_gas_cap_is_possible_only_before_osaka() -> None:
    """EIP-7825 from the fork on, in pool and in blocks; one that waits from before leaves with its reason."""
    other = Bench((ForkActivation("prague"), ForkActivation("osaka", GENESIS_TIME + 3)))
    other.send(gas=20_000_000)
    assert len(other.mine().transactions) == 1
    kept = other.send(gas=20_000_000)
    other.chain.mempool.hold(kept, True)
    other.mine()
    other.chain.mempool.hold(kept, False)
    assert other.mine().transactions == ()
    assert other.chain.mempool.dropped(kept) == "TransactionGasLimitExceededError: Gas limit too high"


def test_calls_may_carry_access_lists_and_authorizations(bench: Bench) -> None:
    """A warm slot makes the call cheaper than a cold one; a delegation acts for the call only."""
    asked = {"from": ACCOUNTS[0].address, "to": bench.token.address, "data": bench.token.encode_abi("total", [])}
    listed = asked | {"accessList": [{"address": bench.token.address, "storageKeys": ["0x" + word(1)]}]}
    cold, warm = (int(bench.result("eth_estimateGas", call), 16) for call in (asked, listed))
    assert 0 < warm - cold < 2400 + 1900
    signed = ACCOUNTS[5].sign_authorization({"chainId": 1337, "address": bench.token.address, "nonce": 0})
    delegated = {"to": ACCOUNTS[5].address, "data": asked["data"], "authorizationList": [{
        "chainId": "0x539", "address": bench.token.address, "nonce": "0x0", "yParity": hex(signed.y_parity),
        "r": hex(signed.r), "s": hex(signed.s)}]}
    assert bench.result("eth_call", delegated) == "0x" + word(0)
    assert bench.result("eth_getCode", ACCOUNTS[5].address) == "0x"
    assert bench.web3.eth.get_balance(ACCOUNTS[5].address) == 1000 * COIN
    assert address_of(ACCOUNTS[5]).hex() in delegated["to"].lower()
