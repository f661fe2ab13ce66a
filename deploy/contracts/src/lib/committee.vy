# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Committees, named by their content
@notice A committee is up to sixteen addresses and the number of approvals it takes. Nobody owns or changes it.
"""
from lib import pausable

uses: pausable

event CommitteeCreated:
    committee: indexed(bytes32)
    members: DynArray[address, 16]
    k: uint8

MEMBERS_MAX: constant(uint256) = 16

# members 0-7 | approvals needed 8-15
heads: HashMap[bytes32, uint256]
seats: HashMap[bytes32, address[MEMBERS_MAX]]
# Seat plus one, zero for who is no member.
seatOf: HashMap[bytes32, HashMap[address, uint256]]


@internal
@view
def _size(committee: bytes32) -> uint256:
    return self.heads[committee] & 255


@internal
@view
def _needed(committee: bytes32) -> uint256:
    return self.heads[committee] >> 8


@external
def createCommittee(members: DynArray[address, 16], k: uint8) -> bytes32:
    """
    @notice Makes a committee known. Its id is the hash of its content: anyone may use it, nobody can change it.
    @param members One to sixteen addresses in strictly ascending order.
    @param k Approvals that accept a result, 1 to the number of members; more than members - k refusals refuse it.
    @return keccak256(abi_encode(members, k)).
    """
    pausable._require_running()
    count: uint256 = len(members)
    assert count != 0, "no members"
    assert k != 0 and convert(k, uint256) <= count, "bad quorum"
    committee: bytes32 = keccak256(abi_encode(members, k))
    assert self.heads[committee] == 0, "committee exists"
    previous: uint256 = 0
    seat: uint256 = 0
    for member: address in members:
        assert convert(member, uint256) > previous, "members not sorted"
        previous = convert(member, uint256)
        self.seats[committee][seat] = member
        seat += 1
        self.seatOf[committee][member] = seat
    self.heads[committee] = count | (convert(k, uint256) << 8)
    log CommitteeCreated(committee=committee, members=members, k=k)
    return committee


@external
@view
def committeeSize(committee: bytes32) -> uint8:
    """
    @notice The number of members of a committee.
    @param committee Its id.
    @return 1 to 16, 0 when there is none of this id.
    """
    return convert(self._size(committee), uint8)


@external
@view
def quorumOf(committee: bytes32) -> uint8:
    """
    @notice The approvals that a committee needs to accept a result.
    @param committee Its id.
    @return 1 to the number of members, 0 when there is none of this id.
    """
    return convert(self._needed(committee), uint8)


@external
@view
def memberAt(committee: bytes32, seat: uint256) -> address:
    """
    @notice A member by its seat.
    @param committee The committee's id.
    @param seat 0 to 15; the bit of the member in a tally.
    @return The member, zero for an empty seat.
    """
    return self.seats[committee][seat]
