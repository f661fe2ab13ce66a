# SPDX-License-Identifier: Apache-2.0
"""The consensus layer: real blocks, signatures, finality and light-client objects by the executable specification."""

from devnet.consensus.chain import BeaconChain
from devnet.consensus.options import ChainOptions, Crossing

__all__ = ["BeaconChain", "ChainOptions", "Crossing"]
