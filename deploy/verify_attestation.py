#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Verifies Halcyon attestations and inclusion proofs without any of Halcyon's code.

Written from Sources/Attestation/PROFILE.md with general-purpose libraries only:
    pip install cbor2==6.3.0 cryptography==50.0.2

    verify_attestation.py [--device ID] [--separately] FILE...

FILEs are attestations of one device in their order (they must form a chain, unless --separately is
given) and inclusion proofs. Without --device any device is accepted, and what it signed is only as
good as what is known of its id. Prints one line of JSON for each file and one for the chain; exit
code 0 only if all is well, 1 if something is refused, 2 for wrong usage.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Mapping

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROFILE = "urn:uuid:246cc437-be94-433f-b03f-d2fa0e3c2e51"
SEQUENCE, PREVIOUS, CLOCK, READINGS, ROOT, PACK, GAPS, FRESHNESS = range(-70001, -70009, -1)
MANDATORY = {6, 256, 261, 265, 267, 268, 270, 271, SEQUENCE, PREVIOUS, CLOCK}
OPTIONAL = {10, READINGS, ROOT, PACK, GAPS, FRESHNESS}
TIME_FIRST_MS, TIME_LAST_MS = 1767225600000, 253402300799999
RANGES_PENDING_MAX = 1024
NAME = re.compile(r"[A-Za-z0-9][-A-Za-z0-9:./_]{0,95}", re.ASCII)
# RFC 8428 section 12.1 and RFC 8798, as listed in section 4 of the profile.
UNITS = frozenset("""
    m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s
    m/s2 m3/s l/s W/m2 cd/m2 bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min
    beat/min beats S/m B VA VAs var vars J/m kg/m3 deg ms min h MHz kW kVA kvar Ah Wh kWh varh
    kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm ug/m3 mm/h m/h ppm /100 /1000 hPa mm cm km
    km/h
""".split())
FAULTS = frozenset("""
    timeout not-connected connection-closed backing-off checksum wrong-device malformed-answer
    missing access-denied input-output not-a-number out-of-range malformed-value clock-not-set
    simulated busy power-on-value events-lost stale no-fix counter-reset output-differs
    modbus-illegal-function modbus-illegal-address modbus-illegal-value
    modbus-device-failure modbus-acknowledge modbus-device-busy modbus-memory-parity
    modbus-gateway-path modbus-gateway-target modbus-other-exception
""".split())
FIELD_PRIME = 2**255 - 19
ORDER_8_Y = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
SMALL_ORDER_Y = {0, 1, FIELD_PRIME - 1, ORDER_8_Y, FIELD_PRIME - ORDER_8_Y}


class Refused(Exception):
    """A rule of the profile is broken."""


def check(condition, rule):
    if not condition:
        raise Refused(rule)


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def is_uint(value, low=0, high=2**64 - 1):
    return type(value) is int and low <= value <= high


def is_digest(value):
    return type(value) is bytes and len(value) == 32


def is_strict_point(encoded):
    """Whether 32 bytes are a point's canonical encoding and the point is not of small order."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    return y < FIELD_PRIME and y not in SMALL_ORDER_Y


def decode(data, where):
    """One CBOR item, and only in its deterministic encoding."""
    try:
        value = cbor2.loads(data)
        same = cbor2.dumps(value, canonical=True) == data
    except Exception as error:  # whatever the library thinks of hostile input
        raise Refused(f"{where}: not CBOR ({type(error).__name__})") from error
    check(same, f"{where}: not deterministic CBOR")
    return value


def has_keys(value, mandatory, optional=frozenset()):
    if not isinstance(value, Mapping) or any(type(key) not in (int, str) for key in value):
        return False
    keys = set(value)
    return mandatory <= keys <= mandatory | optional


def check_record(record, encoded, claims):
    check(len(encoded) <= 512, "record: size")
    check(has_keys(record, {0, 1, "b", "i", "m"}, {2, 3, 4, 6, "q", "qc"}), "record: labels")
    check(type(record[0]) is str and NAME.fullmatch(record[0]), "record: name")
    check(type(record[1]) is str and record[1] in UNITS, "record: unit")
    check(is_uint(record["b"], 0, 2**32 - 1) and record["b"] <= claims[267], "record: boot")
    check(is_uint(record["i"], 1) and is_uint(record["m"], 0, 2**63 - 1), "record: id, uptime")
    check(sum(label in record for label in (2, 3, 4)) == 1, "record: one value")
    if 2 in record:
        value = record[2]
        whole = type(value) is int and -(2**63) <= value < 2**63
        finite = type(value) is float and abs(value) < float("inf")
        check(whole or finite, "record: number")
    if 3 in record:
        check(type(record[3]) is str and len(record[3].encode()) <= 256, "record: text")
    if 4 in record:
        check(type(record[4]) is bool, "record: state")
    if 6 in record:
        check(type(record[6]) is float and 0 < record[6] < 1e12, "record: time")
        milliseconds = round(record[6] * 1000)
        check(TIME_FIRST_MS <= milliseconds <= TIME_LAST_MS, "record: time range")
        check(milliseconds / 1000 == record[6], "record: time between milliseconds")
    quality = record.get("q")
    check("q" not in record or (type(quality) is int and quality in (1, 2)), "record: quality")
    check(quality != 2 or record.get(3) in FAULTS, "record: bad without a cause")
    check(("qc" in record) == (quality == 1), "record: cause")
    check(quality != 1 or (type(record["qc"]) is str and record["qc"] in FAULTS), "record: cause")


def leaf_hash(leaf):
    return sha256(b"\x00", leaf)


def tree_root(hashes):
    """RFC 9162 section 2.1.1, on leaf hashes."""
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return sha256(b"\x01", tree_root(hashes[:split]), tree_root(hashes[split:]))


def path_root(leaf, index, size, path):
    """RFC 9162 section 2.1.3.2: the root to which a path leads."""
    check(index < size, "proof: index")
    node, last, digest = index, size - 1, leaf
    for sibling in path:
        check(last != 0, "proof: path too long")
        if node & 1 or node == last:
            digest = sha256(b"\x01", sibling, digest)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            digest = sha256(b"\x01", digest, sibling)
        node, last = node >> 1, last >> 1
    check(last == 0, "proof: path too short")
    return digest


def lost(claims_list, kind, reason=None):
    """Ranges of positions that gap records declare lost, merged, in order."""
    ranges = sorted(
        (gap[2], gap[3])
        for claims in claims_list
        for gap in claims.get(GAPS, [])
        if gap[0] == kind and reason in (None, gap[1])
    )
    merged = []
    for first, last in ranges:
        if merged and first <= merged[-1][1] + 1:
            merged[-1][1] = max(last, merged[-1][1])
        else:
            merged.append([first, last])
    return merged


def covered(ranges, first, last):
    return first > last or any(low <= first and last <= high for low, high in ranges)


def check_gaps(gaps):
    check(type(gaps) is list and 1 <= len(gaps) <= 64, "gaps: count")
    for gap in gaps:
        check(type(gap) is list and len(gap) == 4, "gaps: shape")
        check(is_uint(gap[0], 1, 2) and is_uint(gap[1], 1, 4), "gaps: kind and reason")
        check(is_uint(gap[2], 1) and is_uint(gap[3], gap[2]), "gaps: range")
    order = [(gap[0], gap[2], gap[3], gap[1]) for gap in gaps]
    check(all(a < b for a, b in zip(order, order[1:])), "gaps: order")


def check_readings(claims):
    check((READINGS in claims) == (ROOT in claims), "readings: range and root")
    check(READINGS in claims or PACK not in claims, "readings: pack without range")
    if READINGS not in claims:
        return
    numbers = claims[READINGS]
    check(type(numbers) is list and len(numbers) == 3, "readings: shape")
    check(all(is_uint(number, 1) for number in numbers), "readings: numbers")
    first, last, count = numbers
    check(first <= last and count <= last - first + 1, "readings: range")
    check(is_digest(claims[ROOT]), "root: digest")
    holes = lost([claims], 1)
    inside = sum(max(0, min(high, last) - max(low, first) + 1) for low, high in holes)
    check(inside >= last - first + 1 - count, "readings: missing")
    if PACK not in claims:
        return
    pack = claims[PACK]
    check(type(pack) is list and len(pack) > 0, "pack: shape")
    leaves = [cbor2.dumps(record, canonical=True) for record in pack]
    for record, encoded in zip(pack, leaves):
        check_record(record, encoded, claims)
    ids = [record["i"] for record in pack]
    check(all(a < b for a, b in zip(ids, ids[1:])), "pack: order")
    check([ids[0], ids[-1], len(ids)] == numbers, "pack: range")
    check(all(covered(holes, a + 1, b - 1) for a, b in zip(ids, ids[1:])), "pack: missing")
    check(tree_root([leaf_hash(leaf) for leaf in leaves]) == claims[ROOT], "pack: root")


def check_claims(claims, device):
    check(has_keys(claims, MANDATORY, OPTIONAL), "claims: keys")
    check(claims[256] == b"\x01" + device, "ueid: not the signing key's")
    check(claims[265] == PROFILE, "eat_profile: another profile")
    check(claims[270] == "halcyond", "swname")
    check(is_uint(claims[267], 0, 2**32 - 1), "bootcount")
    check(is_digest(claims[268]), "bootseed")
    version = claims[271]
    check(type(version) is list and len(version) == 1 and type(version[0]) is str, "swversion")
    check(1 <= len(version[0].encode()) <= 64, "swversion")
    if 10 in claims:
        check(type(claims[10]) is bytes and 8 <= len(claims[10]) <= 64, "eat_nonce")
    clock = claims[CLOCK]
    check(type(clock) is list and len(clock) == 2, "clock: shape")
    check(all(is_uint(number, 0, 2**63 - 1) for number in clock), "clock: numbers")
    check(is_uint(claims[6]) and claims[6] == clock[0] // 1000, "clock: iat")
    check(is_uint(claims[261]) and claims[261] == clock[1] // 1000, "clock: uptime")
    check(is_uint(claims[SEQUENCE], 1), "sequence")
    check(claims[PREVIOUS] is None or is_digest(claims[PREVIOUS]), "previous")
    check(claims[SEQUENCE] > 1 or claims[PREVIOUS] is None, "previous: of the first")
    if FRESHNESS in claims:
        block = claims[FRESHNESS]
        check(type(block) is list and len(block) == 3, "freshness: shape")
        check(is_uint(block[0]) and is_uint(block[1]) and is_digest(block[2]), "freshness")
    if GAPS in claims:
        check_gaps(claims[GAPS])
    check_readings(claims)


def verify(data, device):
    """The claims of an attestation of that device, or of any if it is None."""
    check(len(data) <= 65536, "message: size")
    message = decode(data, "message")
    check(isinstance(message, cbor2.CBORTag) and message.tag == 18, "message: tag")
    parts = message.value
    check(isinstance(parts, (list, tuple)) and len(parts) == 4, "message: parts")
    protected, unprotected, payload, signature = parts
    check(all(type(part) is bytes for part in (protected, payload, signature)), "message: parts")
    check(isinstance(unprotected, Mapping) and len(unprotected) == 0, "message: unprotected header")
    check(len(signature) == 64, "message: signature length")
    header = decode(protected, "protected header")
    check(has_keys(header, {1, 3, 4}), "protected header: keys")
    # A float that equals the number is another encoding: the types must be right, too.
    check(type(header[1]) is int and header[1] == -8, "protected header: algorithm")
    check(type(header[3]) is int and header[3] == 263, "protected header: content type")
    check(is_digest(header[4]), "protected header: kid")
    signer = sha256(header[4])
    check(device in (None, signer), "kid: another device")
    check(is_strict_point(header[4]) and is_strict_point(signature[:32]), "signature: point")
    signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    try:
        Ed25519PublicKey.from_public_bytes(header[4]).verify(signature, signed)
    except (InvalidSignature, ValueError) as error:
        raise Refused("signature") from error
    claims = decode(payload, "payload")
    check_claims(claims, signer)
    return claims


def verify_proof(data, device):
    check(len(data) <= 69632, "proof: size")
    proof = decode(data, "proof")
    check(has_keys(proof, {0, 1, 2, 3}) and proof[0] == PROFILE, "proof: shape")
    check(type(proof[1]) is bytes and type(proof[2]) is bytes, "proof: shape")
    check(type(proof[3]) is list and len(proof[3]) == 3, "proof: shape")
    size, index, path = proof[3]
    check(is_uint(size) and is_uint(index) and type(path) is list, "proof: shape")
    check(len(path) <= 64 and all(is_digest(digest) for digest in path), "proof: path")
    claims = verify(proof[1], device)
    check(READINGS in claims, "proof: no readings attested")
    first, last, count = claims[READINGS]
    check(size == count, "proof: size")
    check(path_root(leaf_hash(proof[2]), index, size, path) == claims[ROOT], "proof: root")
    record = decode(proof[2], "record")
    check_record(record, proof[2], claims)
    check(first + index <= record["i"] <= last - (size - 1 - index), "proof: place of the reading")
    return {"device": claims[256][1:].hex(), "sequence": claims[SEQUENCE], "reading": record["i"], "name": record[0],
            "unit": record[1], "index": index, "size": size}


class Chain:
    """The attestations of one device in order (section 6 of the profile)."""

    def __init__(self):
        self.last = None
        self.digest = None
        self.newest = None
        self.since = []
        self.links = 0

    def accept(self, claims, data):
        if self.last is not None:
            self.check_link(claims)
        since, newest = self.since + [claims], self.newest
        if READINGS in claims:
            first = claims[READINGS][0]
            if newest is not None:
                check(first > newest, "chain: readings twice")
                holes = lost(since, 1)
                check(covered(holes, newest + 1, first - 1), "chain: readings missing")
            newest = claims[READINGS][1]
        ahead = [high for _, high in lost(since, 1) if high > (newest or 0)]
        check(len(ahead) <= RANGES_PENDING_MAX, "chain: ranges")
        self.since, self.newest = since, newest
        self.last, self.digest = claims, sha256(data)
        self.links += 1

    def check_link(self, claims):
        last = self.last
        check(claims[256] == last[256], "chain: another device")
        check(claims[SEQUENCE] > last[SEQUENCE], "chain: order")
        if claims[PREVIOUS] is None:
            ranges = lost([claims], 2, 4)
            check(ranges and covered(ranges, last[SEQUENCE] + 1, claims[SEQUENCE] - 1),
                  "chain: restart without a lost journal")
        else:
            check(claims[SEQUENCE] == last[SEQUENCE] + 1, "chain: attestation missing")
            check(claims[PREVIOUS] == self.digest, "chain: previous hash")
        check(claims[267] >= last[267], "chain: boot count")
        if claims[267] == last[267]:
            check(claims[268] == last[268], "chain: boot seed")
            check(claims[CLOCK][1] >= last[CLOCK][1], "chain: uptime")


def summary(claims, data):
    result = {"device": claims[256][1:].hex(), "sequence": claims[SEQUENCE], "hash": sha256(data).hex(), "issued_at": claims[6],
              "boot": claims[267], "software": f"{claims[270]} {claims[271][0]}",
              "gaps": len(claims.get(GAPS, []))}
    if READINGS in claims:
        result["readings"] = dict(zip(("first", "last", "count"), claims[READINGS]))
        result["root"] = claims[ROOT].hex()
        result["records"] = len(claims.get(PACK, []))
    return result


def is_proof(data):
    """A proof is a map; everything else is held against the profile as an attestation."""
    return data[:1] != b"" and data[0] >> 5 == 5


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--device", help="device id: 64 hexadecimal digits")
    parser.add_argument("--separately", action="store_true",
                        help="verify each attestation by itself, not as a chain")
    parser.add_argument("files", nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    device = None
    if arguments.device is not None:
        if not re.fullmatch(r"[0-9A-Fa-f]{64}", arguments.device):
            parser.error("a device id has 64 hexadecimal digits")
        device = bytes.fromhex(arguments.device)
    chain, proofs, refused = Chain(), 0, 0
    for path in arguments.files:
        result = {"file": path}
        try:
            with open(path, "rb") as file:
                data = file.read(69633)
            if is_proof(data):
                result.update(kind="proof", **verify_proof(data, device))
                proofs += 1
            else:
                claims = verify(data, device)
                if not arguments.separately:
                    chain.accept(claims, data)
                result.update(kind="attestation", **summary(claims, data))
            result["valid"] = True
        except (Refused, OSError) as error:
            result.update(valid=False, refused=str(error))
            refused += 1
        print(json.dumps(result))
    print(json.dumps({"device": device and device.hex(), "links": chain.links, "proofs": proofs,
                      "refused": refused, "valid": refused == 0}))
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
