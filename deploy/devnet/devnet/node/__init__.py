# SPDX-License-Identifier: Apache-2.0
"""The network as a program: options, the slot clock, HTTP servers, faults on request, the control API, the record."""
