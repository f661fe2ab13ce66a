# SPDX-License-Identifier: Apache-2.0
"""Checks a running network from outside: over HTTP, with the specification's own light client, hashes recomputed."""
