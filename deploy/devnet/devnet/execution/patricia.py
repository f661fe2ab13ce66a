# SPDX-License-Identifier: Apache-2.0
"""A persistent Merkle Patricia trie (yellow paper, appendix D) in memory.

Nodes are never changed: an update returns a new root that shares all it can with the old one, so every block keeps
its own trie for the cost of the paths it changed, and a reader needs no lock. Node hashes are computed once, when
asked for. Keys are strings of hexadecimal digits, none a prefix of another (hashes, and RLP of indices): no branch
carries a value.
"""

from __future__ import annotations

from Crypto.Hash import keccak as _keccak

_INDEX = {digit: index for index, digit in enumerate("0123456789abcdef")}
_DIGITS = "0123456789abcdef"
_NO_CHILD = b"\x80"
_SIXTEEN = (None,) * 16


def keccak(data: bytes) -> bytes:
    """The 32-byte Keccak-256 of the data."""
    return _keccak.new(digest_bits=256, data=data).digest()


EMPTY_ROOT = keccak(_NO_CHILD)


def rlp_string(data: bytes) -> bytes:
    """The RLP of a byte string."""
    if len(data) == 1 and data[0] < 0x80:
        return data
    return _rlp_head(len(data), 0x80) + data


def rlp_list(payload: bytes) -> bytes:
    """The RLP of a list whose members' encodings, joined, are the payload."""
    return _rlp_head(len(payload), 0xC0) + payload


def rlp_integer(value: int) -> bytes:
    """The RLP of an integer of at least 0."""
    return rlp_string(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _rlp_head(length: int, offset: int) -> bytes:
    if length < 56:
        return bytes((offset + length,))
    size = (length.bit_length() + 7) // 8
    return bytes((offset + 55 + size,)) + length.to_bytes(size, "big")


def _hex_prefix(path: str, flag: int) -> bytes:
    """The compact encoding of a path (appendix C): flag 2 for a leaf, 0 for an extension."""
    return bytes.fromhex(f"{flag + 1:x}{path}" if len(path) % 2 else f"{flag:x}0{path}")


class Node:
    """A node; `reference` is what its parent holds: its RLP if shorter than 32 bytes, else the RLP of its hash."""

    __slots__ = ("_reference",)

    def __init__(self) -> None:
        self._reference: bytes | None = None

    def encode(self) -> bytes:
        """The node's RLP."""
        raise NotImplementedError

    @property
    def reference(self) -> bytes:
        """What the parent's RLP holds for this node."""
        if self._reference is None:
            encoded = self.encode()
            self._reference = encoded if len(encoded) < 32 else b"\xa0" + keccak(encoded)
        return self._reference


class Leaf(Node):
    """The rest of a key and its value."""

    __slots__ = ("path", "value")

    def __init__(self, path: str, value: bytes) -> None:
        super().__init__()
        self.path, self.value = path, value

    def encode(self) -> bytes:
        return rlp_list(rlp_string(_hex_prefix(self.path, 2)) + rlp_string(self.value))


class Extension(Node):
    """A stretch of path that all keys below share; below is a branch."""

    __slots__ = ("path", "child")

    def __init__(self, path: str, child: Node) -> None:
        super().__init__()
        self.path, self.child = path, child

    def encode(self) -> bytes:
        return rlp_list(rlp_string(_hex_prefix(self.path, 0)) + self.child.reference)


class Branch(Node):
    """Sixteen children, of which at least two are there."""

    __slots__ = ("children",)

    def __init__(self, children: tuple[Node | None, ...]) -> None:
        super().__init__()
        self.children = children

    def encode(self) -> bytes:
        return rlp_list(b"".join([child.reference if child else _NO_CHILD for child in self.children]) + _NO_CHILD)


def root_hash(root: Node | None) -> bytes:
    """The 32-byte hash of a trie."""
    return EMPTY_ROOT if root is None else keccak(root.encode()) if len(root.reference) < 32 else root.reference[1:]


def put(root: Node | None, key: str, value: bytes) -> Node:
    """The trie with a value (not empty) at a key. ValueError: the key is a prefix of another, or another of it."""
    if root is None:
        return Leaf(key, value)
    if isinstance(root, Branch):
        if not key:
            raise ValueError("a key is a prefix of another")
        index = _INDEX[key[0]]
        return _with_child(root, index, put(root.children[index], key[1:], value))
    path = root.path
    shared = _shared(path, key)
    if shared == len(path):
        if isinstance(root, Extension):
            return Extension(path, put(root.child, key[shared:], value))
        if shared != len(key):
            raise ValueError("a key is a prefix of another")
        return Leaf(path, value)
    if shared == len(key):
        raise ValueError("a key is a prefix of another")
    rest: Node
    if isinstance(root, Leaf):
        rest = Leaf(path[shared + 1:], root.value)
    else:
        rest = Extension(path[shared + 1:], root.child) if shared + 1 < len(path) else root.child
    children = list(_SIXTEEN)
    children[_INDEX[path[shared]]] = rest
    children[_INDEX[key[shared]]] = Leaf(key[shared + 1:], value)
    branch = Branch(tuple(children))
    return Extension(path[:shared], branch) if shared else branch


def remove(root: Node | None, key: str) -> Node | None:
    """The trie without a key; the same object if the key was not there."""
    if root is None or (isinstance(root, Leaf) and root.path == key):
        return None
    if isinstance(root, Leaf):
        return root
    if isinstance(root, Extension):
        if not key.startswith(root.path):
            return root
        child = remove(root.child, key[len(root.path):])
        return root if child is root.child else _join(root.path, child)
    if not key:
        return root
    index = _INDEX[key[0]]
    before = root.children[index]
    after = remove(before, key[1:])
    if after is before:
        return root
    branch = _with_child(root, index, after)
    left = [place for place, child in enumerate(branch.children) if child is not None]
    return branch if len(left) > 1 else _join(_DIGITS[left[0]], branch.children[left[0]])


def get(root: Node | None, key: str) -> bytes | None:
    """The value at a key, or None."""
    node = root
    while node is not None:
        if isinstance(node, Leaf):
            return node.value if node.path == key else None
        if isinstance(node, Extension):
            if not key.startswith(node.path):
                return None
            key, node = key[len(node.path):], node.child
        elif key:
            key, node = key[1:], node.children[_INDEX[key[0]]]
        else:
            return None
    return None


def prove(root: Node | None, key: str) -> list[bytes]:
    """The RLP of the nodes from the root towards a key, those inside their parents left out (EIP-1186)."""
    proof: list[bytes] = []
    node = root
    while node is not None:
        if not proof or len(node.reference) > 31:
            proof.append(node.encode())
        if isinstance(node, Branch) and key:
            key, node = key[1:], node.children[_INDEX[key[0]]]
        elif isinstance(node, Extension) and key.startswith(node.path):
            key, node = key[len(node.path):], node.child
        else:
            break
    return proof


def _shared(left: str, right: str) -> int:
    for index, (one, other) in enumerate(zip(left, right)):
        if one != other:
            return index
    return min(len(left), len(right))


def _with_child(branch: Branch, index: int, child: Node | None) -> Branch:
    children = branch.children
    return Branch(children[:index] + (child,) + children[index + 1:])


def _join(path: str, child: Node | None) -> Node | None:
    """A path in front of a node that may have become a leaf or an extension."""
    if child is None:
        return None
    if isinstance(child, Leaf):
        return Leaf(path + child.path, child.value)
    if isinstance(child, Extension):
        return Extension(path + child.path, child.child)
    return Extension(path, child)
