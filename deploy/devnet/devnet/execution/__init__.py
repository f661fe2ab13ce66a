# SPDX-License-Identifier: Apache-2.0
"""The execution layer: the executable execution specification over our state, a mempool, and JSON-RPC answers."""

from .block import View
from .call import Call, CallRefused, CallResult, estimate_gas, execute
from .chain import CommitmentMismatch, ExecutionChain
from .genesis import ExecutionGenesis, ForkActivation
from .mempool import Mempool, PoolStatus
from .transaction import TransactionRefused

__all__ = ["Call", "CallRefused", "CallResult", "CommitmentMismatch", "ExecutionChain", "ExecutionGenesis",
           "ForkActivation", "Mempool", "PoolStatus", "TransactionRefused", "View", "estimate_gas", "execute"]
