# SPDX-License-Identifier: Apache-2.0
"""A development network made of the executable consensus and execution specifications, in one process."""
