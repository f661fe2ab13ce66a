# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Inbox of a device
@notice Sixteen places a device. A place is taken by an assignment or acceptance and freed when the job ends.
@dev The head word: bitmap of taken places 16, listed 8 (1: only listed requesters may assign), version 64 (counts
     changes). A freed place keeps its old job id, the bitmap is the truth: that makes taking it again cheap. The jobs'
     own events tell of places: a job is in its device's inbox from assignment or acceptance to its end.
"""

event AssignersListed:
    device: indexed(bytes32)
    listed: bool


event AssignerSet:
    device: indexed(bytes32)
    assigner: indexed(address)
    allowed: bool


PLACES: constant(uint256) = 16
BITMAP: constant(uint256) = 2**16 - 1
LISTED: constant(uint256) = 1 << 16
VERSION: constant(uint256) = 1 << 24

heads: HashMap[bytes32, uint256]
places: HashMap[bytes32, bytes32[PLACES]]
assigners: HashMap[bytes32, HashMap[address, bool]]


@internal
def _take(device: bytes32, job: bytes32) -> uint256:
    """
    @notice Put a job into the lowest free place; "inbox full" when there is none.
    @return The place plus one.
    """
    head: uint256 = self.heads[device]
    taken: uint256 = head & BITMAP
    assert taken != BITMAP, "inbox full"
    place: uint256 = 0
    for _: uint256 in range(PLACES):
        if (taken >> place) & 1 == 0:
            break
        place += 1
    self.heads[device] = (head | (1 << place)) + VERSION
    self.places[device][place] = job
    return place + 1


@internal
def _free(device: bytes32, place_plus_one: uint256):
    """
    @notice Free the place that a job has; nothing when it has none.
    """
    if place_plus_one == 0:
        return
    self.heads[device] = (self.heads[device] & ~(1 << (place_plus_one - 1))) + VERSION


@internal
@view
def _jobs(device: bytes32) -> bytes32[PLACES]:
    """
    @notice The job in each place, zero where it is free.
    """
    head: uint256 = self.heads[device]
    jobs: bytes32[PLACES] = empty(bytes32[PLACES])
    for place: uint256 in range(PLACES):
        if (head >> place) & 1 == 1:
            jobs[place] = self.places[device][place]
    return jobs


@internal
@view
def _may_assign(device: bytes32, requester: address) -> bool:
    """
    @notice Whether a requester may put a job into a device's inbox unasked.
    """
    return self.heads[device] & LISTED == 0 or self.assigners[device][requester]


@internal
def _set_assigners(device: bytes32, listed: bool, add: DynArray[address, PLACES], remove: DynArray[address, PLACES]):
    head: uint256 = self.heads[device] & ~LISTED
    if listed:
        head |= LISTED
    self.heads[device] = head
    log AssignersListed(device=device, listed=listed)
    for assigner: address in add:
        self.assigners[device][assigner] = True
        log AssignerSet(device=device, assigner=assigner, allowed=True)
    for assigner: address in remove:
        self.assigners[device][assigner] = False
        log AssignerSet(device=device, assigner=assigner, allowed=False)


@external
@view
def inboxOf(deviceId: bytes32) -> bytes32[PLACES]:
    """
    @notice The jobs that a device has been assigned or has accepted, and that have not ended.
    @param deviceId The device.
    @return The job in each place, zero where it is free.
    """
    return self._jobs(deviceId)


@external
@view
def inboxHead(deviceId: bytes32) -> uint256:
    """
    @notice Bitmap of taken places 16 bits, listed 8, version 64.
    @param deviceId The device.
    @return The inbox's head word.
    """
    return self.heads[deviceId]
