# SPDX-License-Identifier: Apache-2.0
"""The genesis state and block, made around the execution layer's block 0."""

from __future__ import annotations

from typing import Any

from devnet.consensus.keys import ValidatorKeys, derived
from devnet.consensus.options import ChainOptions
from devnet.consensus.payload import payload_header
from devnet.seams import Payload


def withdrawal_address(seed: int, index: int) -> bytes:
    """Returns the 20-byte address that a validator's surplus goes to, and the fees of its blocks."""
    return derived(seed, "withdrawal address", index)[:20]


def _validators(spec: Any, options: ChainOptions, keys: ValidatorKeys) -> Any:
    """Returns validators of the greatest effective balance (EIP-7251), whose surplus is withdrawn.

    Lots for committees are drawn until a balance-weighted one wins: with the least balance, 64 times as often, which
    makes the slot that draws a committee of 512 half a second late.
    """
    return spec.Validators(
        data=[
            spec.Validator(
                pubkey=public_key,
                withdrawal_credentials=bytes(spec.COMPOUNDING_WITHDRAWAL_PREFIX)
                + bytes(11)
                + withdrawal_address(options.seed, index),
                effective_balance=spec.MAX_EFFECTIVE_BALANCE_ELECTRA,
                slashed=False,
                activation_eligibility_epoch=spec.GENESIS_EPOCH,
                activation_epoch=spec.GENESIS_EPOCH,
                exit_epoch=spec.FAR_FUTURE_EPOCH,
                withdrawable_epoch=spec.FAR_FUTURE_EPOCH,
            )
            for index, public_key in enumerate(keys.public_keys)
        ]
    )


def _add_execution(spec: Any, state: Any, payload: Payload) -> None:
    """Puts block 0 under the state: as the last header, or, since gloas, as the parent of an empty bid (EIP-7732)."""
    if hasattr(state, "latest_execution_payload_header"):
        state.latest_execution_payload_header = payload_header(spec, payload)
        return
    state.latest_block_hash = payload.block_hash
    state.latest_execution_payload_bid = spec.ExecutionPayloadBid(
        parent_block_hash=payload.block_hash,
        gas_limit=payload.gas_limit,
        execution_requests_root=spec.hash_tree_root(spec.ExecutionRequests.empty()),
    )
    slots = int(spec.SLOTS_PER_HISTORICAL_ROOT)
    state.execution_payload_availability = spec.ExecutionPayloadAvailability(data=[True] * slots)


def genesis_body(spec: Any, state: Any) -> Any:
    """Returns the genesis block's body, which the state's latest header commits to."""
    body = spec.BeaconBlockBody.empty()
    if hasattr(state, "latest_execution_payload_bid"):
        body.signed_execution_payload_bid.message = state.latest_execution_payload_bid
    return body


def genesis_state(spec: Any, options: ChainOptions, keys: ValidatorKeys, payload: Payload, genesis_time: int) -> Any:
    """Returns the state of slot 0 under the first fork's specification, every validator active."""
    validators = _validators(spec, options, keys)
    count = len(validators)
    version = getattr(spec.config, f"{options.fork.upper()}_FORK_VERSION")
    state = spec.BeaconState(
        genesis_time=genesis_time,
        genesis_validators_root=spec.hash_tree_root(validators),
        fork=spec.Fork(previous_version=version, current_version=version, epoch=spec.GENESIS_EPOCH),
        randao_mixes=spec.RandaoMixes(data=[payload.block_hash] * int(spec.EPOCHS_PER_HISTORICAL_VECTOR)),
        validators=validators,
    )
    state.eth1_data = spec.Eth1Data(block_hash=payload.block_hash)
    state.balances = type(state.balances)(data=[spec.MAX_EFFECTIVE_BALANCE_ELECTRA] * count)
    state.inactivity_scores = type(state.inactivity_scores)(data=[0] * count)
    for name in ("previous_epoch_participation", "current_epoch_participation"):
        setattr(state, name, type(getattr(state, name))(data=[0] * count))
    state.deposit_requests_start_index = spec.UNSET_DEPOSIT_REQUESTS_START_INDEX if options.fork == "electra" else 0
    _add_execution(spec, state, payload)
    # The committee of the first two periods is the same: both are drawn from epoch 0's seed.
    state.current_sync_committee = spec.get_next_sync_committee(state)
    state.next_sync_committee = spec.get_next_sync_committee(state)
    if hasattr(spec, "initialize_proposer_lookahead"):
        state.proposer_lookahead = spec.initialize_proposer_lookahead(state)
    elif hasattr(state, "proposer_lookahead"):
        epochs = range(int(spec.MIN_SEED_LOOKAHEAD) + 1)
        ahead = [index for epoch in epochs for index in spec.get_beacon_proposer_indices(state, spec.Epoch(epoch))]
        state.proposer_lookahead = type(state.proposer_lookahead)(data=ahead)
    if hasattr(spec, "initialize_ptc_window"):
        state.ptc_window = spec.initialize_ptc_window(state)
    state.latest_block_header = spec.BeaconBlockHeader(body_root=spec.hash_tree_root(genesis_body(spec, state)))
    return state


def genesis_block(spec: Any, state: Any) -> Any:
    """Returns the block of slot 0, which nobody signs."""
    block = spec.BeaconBlock(state_root=spec.hash_tree_root(state), body=genesis_body(spec, state))
    return spec.SignedBeaconBlock(message=block)
