# SPDX-License-Identifier: Apache-2.0
"""Execution blocks between the seam's plain values and the specification's containers."""

from __future__ import annotations

from typing import Any

from devnet.seams import Payload, Withdrawal

_SHARED = (
    "parent_hash",
    "fee_recipient",
    "state_root",
    "receipts_root",
    "logs_bloom",
    "prev_randao",
    "block_number",
    "gas_limit",
    "gas_used",
    "timestamp",
    "base_fee_per_gas",
    "block_hash",
    "blob_gas_used",
    "excess_blob_gas",
)
"""The fields that a payload and its header have alike."""


def _withdrawals(spec: Any, payload: Payload) -> Any:
    return spec.Withdrawals(
        data=[
            spec.Withdrawal(
                index=withdrawal.index,
                validator_index=withdrawal.validator_index,
                address=withdrawal.address,
                amount=withdrawal.amount_gwei,
            )
            for withdrawal in payload.withdrawals
        ]
    )


def _transactions(spec: Any, payload: Payload) -> Any:
    # Through SSZ: since gloas a transaction is a progressive list, whose constructor takes no bytes.
    return spec.Transactions(data=[spec.ssz_deserialize(spec.Transaction, raw) for raw in payload.transactions])


def plain_withdrawals(withdrawals: Any) -> tuple[Withdrawal, ...]:
    """Returns the specification's withdrawals as the seam's."""
    return tuple(Withdrawal(int(w.index), int(w.validator_index), bytes(w.address), int(w.amount)) for w in withdrawals)


def execution_payload(spec: Any, payload: Payload, slot: int) -> Any:
    """Returns an ExecutionPayload.

    Since gloas it names its slot; its block access list (EIP-7928) is empty, because osaka's blocks have none.
    """
    fields: dict[str, Any] = {name: getattr(payload, name) for name in _SHARED}
    fields["extra_data"] = spec.ExtraData(data=payload.extra_data)
    fields["transactions"] = _transactions(spec, payload)
    fields["withdrawals"] = _withdrawals(spec, payload)
    if "slot_number" in spec.ExecutionPayload.model_fields:
        fields["slot_number"] = slot
    return spec.ExecutionPayload(**fields)


def payload_header(spec: Any, payload: Payload) -> Any:
    """Returns the ExecutionPayloadHeader; its transactions and withdrawals roots are SSZ roots, not trie roots."""
    fields: dict[str, Any] = {name: getattr(payload, name) for name in _SHARED}
    fields["extra_data"] = spec.ExtraData(data=payload.extra_data)
    fields["transactions_root"] = spec.hash_tree_root(_transactions(spec, payload))
    fields["withdrawals_root"] = spec.hash_tree_root(_withdrawals(spec, payload))
    return spec.ExecutionPayloadHeader(**fields)


def execution_requests(spec: Any, payload: Payload) -> Any:
    """Returns the ExecutionRequests of EIP-7685's typed list. AssertionError: unknown type, empty, out of order."""
    return spec.get_execution_requests(list(payload.execution_requests))
