# SPDX-License-Identifier: Apache-2.0
"""The end-to-end story: the contracts used over JSON-RPC by nothing but web3 and eth-account."""
