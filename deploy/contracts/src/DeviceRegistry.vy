# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title DeviceRegistry: who a device is, whose it is, and whether it is live
@notice A device is named by the SHA-256 of its first attestation key for ever; account, keys and operator may change.
        Each live device has an account of its own. No owner: an operator rules his devices and nobody else's.
        head[deviceId] = account 0-159 | status 160-167 | rotations 168-191 | enrolled at 192-231 | generation 232-239
        Status: 0 NONE, 1 ACTIVE, 2 SUSPENDED, 3 REVOKED, 4 REPLACED.
"""
from interfaces import IDeviceRegistry
from interfaces import IReputation
from interfaces import ITypes
from lib import eip712
from lib import p256
from lib import pausable
from lib import sender

implements: IDeviceRegistry
initializes: eip712
initializes: pausable
initializes: sender
exports: (eip712.__interface__, pausable.__interface__, sender.__interface__)

event Enrolled:
    deviceId: indexed(bytes32)
    operator: indexed(address)
    account: indexed(address)
    attestationKey: bytes32
    capabilities: uint256
    payout: address
    binding: Bytes[64]

event Rotated:
    deviceId: indexed(bytes32)
    account: indexed(address)
    attestationKey: bytes32
    nonce: uint256
    oldBinding: Bytes[64]
    newBinding: Bytes[64]

event StatusChanged:
    deviceId: indexed(bytes32)
    status: indexed(uint256)
    reason: String[32]

event Replaced:
    oldId: indexed(bytes32)
    newId: indexed(bytes32)

event PayoutSet:
    deviceId: indexed(bytes32)
    payout: indexed(address)

event CapabilitiesSet:
    deviceId: indexed(bytes32)
    capabilities: uint256

event OperatorOffered:
    deviceId: indexed(bytes32)
    operator: indexed(address)

event OperatorChanged:
    deviceId: indexed(bytes32)
    operator: indexed(address)

event HardwareKeyBound:
    deviceId: indexed(bytes32)
    x: bytes32
    y: bytes32

# A P-256 public key, or two zeros.
struct HardwareKey:
    x: bytes32
    y: bytes32

ENROL_TYPE: constant(bytes32) = keccak256(
  "Enrol(address operator,bytes32 attestationKey,address account,uint256 capabilities,address payout,uint256 deadline)"
)
ROTATE_TYPE: constant(bytes32) = keccak256(
    "Rotate(bytes32 deviceId,address account,bytes32 attestationKey,uint256 nonce,uint256 deadline)"
)
HARDWARE_TAG: constant(Bytes[32]) = b"halcyon hardware key v1         "

ACTIVE: constant(uint256) = 1
SUSPENDED: constant(uint256) = 2
REVOKED: constant(uint256) = 3
REPLACED: constant(uint256) = 4
# Sets of states as bitmaps.
LIVE: constant(uint256) = 2**ACTIVE | 2**SUSPENDED
NOT_REPLACED: constant(uint256) = 2**ACTIVE | 2**SUSPENDED | 2**REVOKED

MASK_160: constant(uint256) = 2**160 - 1
STATUS_SHIFT: constant(uint256) = 160
NONCE_SHIFT: constant(uint256) = 168
ENROLLED_SHIFT: constant(uint256) = 192
GENERATION_SHIFT: constant(uint256) = 232
NONCE_MAX: constant(uint256) = 2**24 - 1
GENERATION_MAX: constant(uint256) = 8

REPUTATION: public(immutable(IReputation))

head: public(HashMap[bytes32, uint256])
capabilitiesOf: public(HashMap[bytes32, uint256])
operatorOf: public(HashMap[bytes32, address])
attestationKeyOf: public(HashMap[bytes32, bytes32])
deviceOf: public(HashMap[address, bytes32])
successorOf: public(HashMap[bytes32, bytes32])
offeredTo: public(HashMap[bytes32, address])
hardwareKeyOf: public(HashMap[bytes32, HardwareKey])
# Only set where it isn't the operator.
payouts: HashMap[bytes32, address]
# Keys that a rotation brought, by their SHA-256: they can't be enrolled or rotated to again.
rotatedKeys: HashMap[bytes32, bytes32]


@deploy
def __init__(forwarder_: address, reputation_: address, guardian_: address):
    assert reputation_ != empty(address), "no reputation"
    eip712.__init__("Halcyon DeviceRegistry", "1")
    pausable.__init__(guardian_)
    sender.__init__(forwarder_)
    REPUTATION = IReputation(reputation_)


@internal
@view
def _require_operated(deviceId: bytes32, states: uint256) -> uint256:
    # The head of a device of the sender's in one of these states.
    word: uint256 = self.head[deviceId]
    assert word != 0, "no such device"
    assert self.operatorOf[deviceId] == sender._sender(), "not operator"
    assert (1 << ((word >> STATUS_SHIFT) & 255)) & states != 0, "wrong state"
    return word


@internal
def _set_status(deviceId: bytes32, word: uint256, status: uint256, reason: String[32]):
    self.head[deviceId] = (word & ~(255 << STATUS_SHIFT)) | (status << STATUS_SHIFT)
    log StatusChanged(deviceId=deviceId, status=status, reason=reason)


@internal
def _enrol(enrolment: ITypes.Enrolment, operator: address, generation: uint256) -> bytes32:
    assert enrolment.attestationKey != empty(bytes32), "no attestation key"
    deviceId: bytes32 = sha256(enrolment.attestationKey)
    assert self.head[deviceId] == 0, "already enrolled"
    assert self.rotatedKeys[deviceId] == empty(bytes32), "key in use"
    assert self.deviceOf[enrolment.account] == empty(bytes32), "account in use"
    assert block.timestamp <= enrolment.deadline, "expired"
    digest: bytes32 = eip712._digest(
        keccak256(
            abi_encode(
                ENROL_TYPE,
                operator,
                enrolment.attestationKey,
                enrolment.account,
                enrolment.capabilities,
                enrolment.payout,
                enrolment.deadline,
            )
        )
    )
    assert eip712._signed(digest, enrolment.accountSignature, enrolment.account), "bad signature"
    self.head[deviceId] = (
        convert(enrolment.account, uint256)
        | (ACTIVE << STATUS_SHIFT)
        | (block.timestamp << ENROLLED_SHIFT)
        | (generation << GENERATION_SHIFT)
    )
    self.capabilitiesOf[deviceId] = enrolment.capabilities
    self.operatorOf[deviceId] = operator
    self.attestationKeyOf[deviceId] = enrolment.attestationKey
    self.deviceOf[enrolment.account] = deviceId
    if enrolment.payout != empty(address) and enrolment.payout != operator:
        self.payouts[deviceId] = enrolment.payout
    log Enrolled(
        deviceId=deviceId,
        operator=operator,
        account=enrolment.account,
        attestationKey=enrolment.attestationKey,
        capabilities=enrolment.capabilities,
        payout=enrolment.payout,
        binding=enrolment.binding,
    )
    return deviceId


@external
def enrol(enrolment: ITypes.Enrolment) -> bytes32:
    """
    @notice Enrols a device; the sender becomes its operator. The account's signature proves that the device wants that.
    @param enrolment Keys, account, capabilities, payout and signature (EIP-712 type Enrol, which names the operator).
    @return The device's id: SHA-256 of its attestation key.
    """
    pausable._require_running()
    return self._enrol(enrolment, sender._sender(), 0)


@external
def enrolMany(enrolments: DynArray[ITypes.Enrolment, 100]):
    """
    @notice Enrols up to 100 devices of the sender, all or none.
    @param enrolments As for enrol.
    """
    pausable._require_running()
    assert len(enrolments) != 0, "empty batch"
    operator: address = sender._sender()
    for enrolment: ITypes.Enrolment in enrolments:
        self._enrol(enrolment, operator, 0)


@external
def rotate(
    deviceId: bytes32,
    newAccount: address,
    newAttestationKey: bytes32,
    deadline: uint256,
    oldSignature: Bytes[65],
    newSignature: Bytes[65],
    oldBinding: Bytes[64],
    newBinding: Bytes[64],
):
    """
    @notice Gives a live device another account, another attestation key or both. Only its operator or its account, with
            both accounts' signatures over the same EIP-712 Rotate, which names the head's rotation count as nonce.
    @param deviceId The device.
    @param newAccount The account from now on; may be the present one.
    @param newAttestationKey The key from now on; may be the present one, but no other key that was ever enrolled.
    @param deadline Last second for this.
    @param oldSignature The present account's.
    @param newSignature The new account's.
    @param oldBinding Ed25519 signature over the digest by the present attestation key; emitted, not checked here.
    @param newBinding The same by the new attestation key.
    """
    word: uint256 = self.head[deviceId]
    assert word != 0, "no such device"
    oldAccount: address = convert(word & MASK_160, address)
    caller: address = sender._sender()
    assert caller == self.operatorOf[deviceId] or caller == oldAccount, "not operator"
    assert (1 << ((word >> STATUS_SHIFT) & 255)) & LIVE != 0, "wrong state"
    assert block.timestamp <= deadline, "expired"
    nonce: uint256 = (word >> NONCE_SHIFT) & NONCE_MAX
    assert nonce != NONCE_MAX, "rotated too often"
    digest: bytes32 = eip712._digest(
        keccak256(abi_encode(ROTATE_TYPE, deviceId, newAccount, newAttestationKey, nonce, deadline))
    )
    assert eip712._signed(digest, oldSignature, oldAccount), "bad signature"
    assert eip712._signed(digest, newSignature, newAccount), "bad new signature"
    if newAccount != oldAccount:
        assert self.deviceOf[newAccount] == empty(bytes32), "account in use"
        self.deviceOf[oldAccount] = empty(bytes32)
        self.deviceOf[newAccount] = deviceId
    if newAttestationKey != self.attestationKeyOf[deviceId]:
        assert newAttestationKey != empty(bytes32), "no attestation key"
        keyId: bytes32 = sha256(newAttestationKey)
        assert self.head[keyId] == 0 and self.rotatedKeys[keyId] == empty(bytes32), "key in use"
        self.rotatedKeys[keyId] = deviceId
        self.attestationKeyOf[deviceId] = newAttestationKey
    self.head[deviceId] = (word - convert(oldAccount, uint256) + convert(newAccount, uint256)) + (1 << NONCE_SHIFT)
    log Rotated(
        deviceId=deviceId,
        account=newAccount,
        attestationKey=newAttestationKey,
        nonce=nonce,
        oldBinding=oldBinding,
        newBinding=newBinding,
    )


@external
def suspend(deviceId: bytes32, reason: String[32]):
    """
    @notice Takes an active device out of service for a while. Only its operator.
    @param deviceId The device.
    @param reason For the record.
    """
    self._set_status(deviceId, self._require_operated(deviceId, 2**ACTIVE), SUSPENDED, reason)


@external
def resume(deviceId: bytes32, reason: String[32]):
    """
    @notice Puts a suspended device into service again. Only its operator.
    @param deviceId The device.
    @param reason For the record.
    """
    self._set_status(deviceId, self._require_operated(deviceId, 2**SUSPENDED), ACTIVE, reason)


@external
def revoke(deviceId: bytes32, reason: String[32]):
    """
    @notice Ends a device for good: its score becomes zero and its account is free. What it has earned stays claimable.
            Only its operator.
    @param deviceId The device.
    @param reason For the record.
    """
    word: uint256 = self._require_operated(deviceId, LIVE)
    self.deviceOf[convert(word & MASK_160, address)] = empty(bytes32)
    self._set_status(deviceId, word, REVOKED, reason)
    extcall REPUTATION.revoked(deviceId)


@external
def replace(oldId: bytes32, enrolment: ITypes.Enrolment) -> bytes32:
    """
    @notice Enrols a new device in place of an old one: reputation moves to it, balances follow it, the old id is dead.
            Only the operator of the old one. Not stopped by a pause: a broken device must be replaceable.
    @param oldId The device that goes. Eight replacements in a row are allowed.
    @param enrolment The device that comes; it may use the same account.
    @return The new device's id.
    """
    word: uint256 = self._require_operated(oldId, LIVE)
    generation: uint256 = word >> GENERATION_SHIFT
    assert generation < GENERATION_MAX, "chain too long"
    self.deviceOf[convert(word & MASK_160, address)] = empty(bytes32)
    self._set_status(oldId, word, REPLACED, "replaced")
    newId: bytes32 = self._enrol(enrolment, self.operatorOf[oldId], generation + 1)
    self.successorOf[oldId] = newId
    log Replaced(oldId=oldId, newId=newId)
    extcall REPUTATION.transfer(oldId, newId)
    return newId


@external
def setPayout(deviceId: bytes32, payout: address):
    """
    @notice Says where a device's earnings go. Only its operator; for a revoked device too, so that no balance is stuck.
    @param deviceId The device.
    @param payout The receiver; zero for the operator, whoever that is.
    """
    self._require_operated(deviceId, NOT_REPLACED)
    self.payouts[deviceId] = payout
    log PayoutSet(deviceId=deviceId, payout=payout)


@external
def setCapabilities(deviceId: bytes32, capabilities: uint256):
    """
    @notice Says what a live device can do. Only its operator.
    @param deviceId The device.
    @param capabilities The bitmap from now on.
    """
    self._require_operated(deviceId, LIVE)
    self.capabilitiesOf[deviceId] = capabilities
    log CapabilitiesSet(deviceId=deviceId, capabilities=capabilities)


@external
def offerOperator(deviceId: bytes32, operator: address):
    """
    @notice Offers a device to another operator, who becomes it by accepting. Only its operator.
    @param deviceId The device.
    @param operator Whom to offer it; zero takes the offer back.
    """
    self._require_operated(deviceId, NOT_REPLACED)
    self.offeredTo[deviceId] = operator
    log OperatorOffered(deviceId=deviceId, operator=operator)


@external
def acceptOperator(deviceId: bytes32):
    """
    @notice Takes over an offered device. Its payout becomes the new operator. Only whom it was offered to.
    @param deviceId The device.
    """
    word: uint256 = self.head[deviceId]
    assert word != 0, "no such device"
    caller: address = sender._sender()
    assert self.offeredTo[deviceId] == caller, "not offered"
    assert (1 << ((word >> STATUS_SHIFT) & 255)) & NOT_REPLACED != 0, "wrong state"
    self.offeredTo[deviceId] = empty(address)
    self.operatorOf[deviceId] = caller
    self.payouts[deviceId] = empty(address)
    log OperatorChanged(deviceId=deviceId, operator=caller)


@internal
@view
def _hardware_message(deviceId: bytes32, account: address) -> Bytes[160]:
    return abi_encode(convert(HARDWARE_TAG, bytes32), chain.id, self, deviceId, account)


@external
@view
def hardwareMessage(deviceId: bytes32) -> Bytes[160]:
    """
    @notice The bytes whose SHA-256 a hardware key signs to be bound, five words: "halcyon hardware key v1" padded
            with spaces, the chain id, this contract, the device and its account.
    @param deviceId The device.
    @return The message.
    """
    return self._hardware_message(deviceId, convert(self.head[deviceId] & MASK_160, address))


@external
def bindHardwareKey(deviceId: bytes32, binding: ITypes.HardwareBinding):
    """
    @notice Binds a P-256 key of a secure element to a live device, in the place of an earlier one. Only its operator.
    @param deviceId The device.
    @param binding The public key and its signature of hardwareMessage(deviceId).
    """
    word: uint256 = self._require_operated(deviceId, LIVE)
    digest: bytes32 = sha256(self._hardware_message(deviceId, convert(word & MASK_160, address)))
    assert p256._verify(digest, binding.r, binding.s, binding.x, binding.y), "bad hardware signature"
    self.hardwareKeyOf[deviceId] = HardwareKey(x=binding.x, y=binding.y)
    log HardwareKeyBound(deviceId=deviceId, x=binding.x, y=binding.y)


@external
@view
def verifyHardware(deviceId: bytes32, digest: bytes32, r: bytes32, s: bytes32) -> bool:
    """
    @notice Whether an active device's hardware key signed a digest.
    @param deviceId The device.
    @param digest SHA-256 of what was signed.
    @param r The signature's first half.
    @param s The signature's second half.
    @return False also for a device that isn't active or has no hardware key.
    """
    if (self.head[deviceId] >> STATUS_SHIFT) & 255 != ACTIVE:
        return False
    hardware: HardwareKey = self.hardwareKeyOf[deviceId]
    return p256._verify(digest, r, s, hardware.x, hardware.y)


@external
@view
def standing(deviceId: bytes32) -> (address, uint8, uint256):
    """
    @notice What others must know before they deal with a device.
    @param deviceId The device.
    @return account, status, capabilities
    """
    word: uint256 = self.head[deviceId]
    status: uint8 = convert((word >> STATUS_SHIFT) & 255, uint8)
    return (convert(word & MASK_160, address), status, self.capabilitiesOf[deviceId])


@external
@view
def payoutOf(deviceId: bytes32) -> address:
    """
    @notice Where a device's earnings go.
    @param deviceId The device; for a replaced one ask for resolve(deviceId).
    @return The payout address, else the operator; zero only for an unknown device.
    """
    payout: address = self.payouts[deviceId]
    return payout if payout != empty(address) else self.operatorOf[deviceId]


@external
@view
def resolve(deviceId: bytes32) -> bytes32:
    """
    @notice Follows replacements to the newest id.
    @param deviceId Any id.
    @return The newest id; the same one when it has no successor or is unknown.
    """
    newest: bytes32 = deviceId
    for _: uint256 in range(GENERATION_MAX):
        successor: bytes32 = self.successorOf[newest]
        if successor == empty(bytes32):
            break
        newest = successor
    return newest
