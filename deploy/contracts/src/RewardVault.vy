# SPDX-License-Identifier: Apache-2.0
# pragma version 0.4.3
"""
@title Reward vault
@notice The single custodian of all money. What it holds for an id can only be credited to balances or moved to another
        id by the contracts that brought it; a balance can only be claimed by its owner; an epoch's distribution by who
        proves a share of it. Nobody can pause a way out.
@dev A key of a balance is a device id, or an address left-padded. A token of zero is the native coin.
"""
from interfaces import IDeviceRegistry
from interfaces import IRewardVault
from interfaces import ITypes
from lib import eip712
from lib import pausable
from lib import sender
from lib import token as money

implements: IRewardVault
initializes: eip712
initializes: pausable
initializes: sender
exports: (
    eip712.eip712Domain,
    pausable.pause,
    pausable.unpause,
    pausable.paused,
    pausable.guardian,
    sender.isTrustedForwarder,
)

event Held:
    id: indexed(bytes32)
    token: indexed(address)
    payer: indexed(address)
    amount: uint256


event Moved:
    fromId: indexed(bytes32)
    toId: indexed(bytes32)
    token: indexed(address)
    amount: uint256


event Credited:
    id: indexed(bytes32)
    token: indexed(address)
    key: indexed(bytes32)
    amount: uint256


event Claimed:
    token: indexed(address)
    key: indexed(bytes32)
    to: indexed(address)
    amount: uint256
    fee: uint256


event Distributed:
    id: indexed(bytes32)
    token: indexed(address)
    funder: indexed(address)
    root: bytes32
    total: uint256
    expiry: uint256


event EpochClaimed:
    id: indexed(bytes32)
    key: indexed(bytes32)
    index: uint256
    amount: uint256


event Reclaimed:
    id: indexed(bytes32)
    funder: indexed(address)
    amount: uint256


struct Distribution:
    root: bytes32
    left: uint256
    token: address
    funder: address
    expiry: uint256


CLAIM_TYPE: constant(bytes32) = keccak256(
    "Claim(address token,bytes32 key,uint256 fee,uint256 nonce,uint256 deadline)"
)
CREDITS_MAX: constant(uint256) = 32
PROOF_MAX: constant(uint256) = 32
LOW_160: constant(uint256) = 2**160 - 1
# A balance has room for 2**96 deposits of this size: no token, whatever it says, can make a payment overflow.
DEPOSIT_MAX: constant(uint256) = 2**160 - 1
# The part of a device's balance that its account alone may sign away to a sponsor: one in so many.
SPONSOR_PART: constant(uint256) = 10
ACTIVE: constant(uint256) = 1
DISTRIBUTION_SECONDS_MAX: constant(uint256) = 10 * 365 * 86400

REGISTRY: public(immutable(IDeviceRegistry))
BOARD: public(immutable(address))
VERIFICATION: public(immutable(address))
WORKFLOW: public(immutable(address))

held: HashMap[bytes32, HashMap[address, uint256]]
balances: HashMap[bytes32, HashMap[address, uint256]]
# Signed claims used, by key.
nonces: public(HashMap[bytes32, uint256])
distributions: public(HashMap[bytes32, Distribution])
# Shares taken of a distribution: 256 indices a word.
taken: HashMap[bytes32, HashMap[uint256, uint256]]


@deploy
def __init__(
    registry: address, board: address, verification: address, workflow: address, forwarder: address, guardian_: address
):
    """
    @notice Fix the sister contracts for ever.
    @param registry The device registry.
    @param board The job board.
    @param verification The verification contract.
    @param workflow The workflow contract.
    @param forwarder The trusted forwarder.
    @param guardian_ Who may pause distributions, or zero.
    """
    assert empty(address) not in [registry, board, verification, workflow], "zero address"
    REGISTRY = IDeviceRegistry(registry)
    BOARD = board
    VERIFICATION = verification
    WORKFLOW = workflow
    eip712.__init__("Halcyon RewardVault", "1")
    pausable.__init__(guardian_)
    sender.__init__(forwarder)


@external
@payable
@nonreentrant
def hold(id: bytes32, token: address, payer: address, amount: uint256) -> uint256:
    """
    @notice Take money in under an id; only board, verification and workflow.
    @param id What it is held for.
    @param token Zero for the native coin, which must be sent along exactly; else an approved ERC-20 token.
    @param payer Who approved the token.
    @param amount How much is asked for, less than 2**160.
    @return What came: less than asked for when the token takes a fee.
    """
    self._only_entrant()
    received: uint256 = self._receive(token, payer, amount)
    self.held[id][token] += received
    log Held(id=id, token=token, payer=payer, amount=received)
    return received


@external
@nonreentrant
def move(fromId: bytes32, toId: bytes32, token: address, amount: uint256):
    """
    @notice Hold money under another id; only board, verification and workflow.
    @param fromId What it was held for.
    @param toId What it is held for from now on.
    @param token The token, zero for the native coin.
    @param amount How much.
    """
    self._only_entrant()
    self._take(fromId, token, amount)
    self.held[toId][token] += amount
    log Moved(fromId=fromId, toId=toId, token=token, amount=amount)


@external
@nonreentrant
def pay(id: bytes32, token: address, key: bytes32, amount: uint256):
    """
    @notice Credit held money to a balance; only board, verification and workflow.
    @param id What it was held for.
    @param token The token, zero for the native coin.
    @param key A device id, or an address left-padded.
    @param amount How much.
    """
    self._only_entrant()
    assert key != empty(bytes32), "no key"
    self._take(id, token, amount)
    self.balances[key][token] += amount
    log Credited(id=id, token=token, key=key, amount=amount)


@external
@nonreentrant
def claim(token: address, key: bytes32) -> uint256:
    """
    @notice Pay a balance out: a device's to its payout address, when its account, operator or payout address asks;
            an address's to itself, when it asks.
    @param token The token, zero for the native coin.
    @param key A device id (that of a replaced device too), or an address left-padded.
    @return The amount paid.
    """
    return self._claim(token, key, sender._sender())


@external
@nonreentrant
def claimMany(credits: DynArray[ITypes.Credit, CREDITS_MAX]):
    """
    @notice Claim up to 32 balances, all or none.
    @param credits Token and key of each.
    """
    who: address = sender._sender()
    for credit: ITypes.Credit in credits:
        self._claim(credit.token, credit.key, who)


@external
@nonreentrant
def claimTo(token: address, to: address) -> uint256:
    """
    @notice Pay the caller's own balance to another address, for callers that cannot take coin themselves.
    @param token The token, zero for the native coin.
    @param to Who receives it.
    @return The amount paid.
    """
    assert to != empty(address), "zero address"
    key: bytes32 = convert(sender._sender(), bytes32)
    amount: uint256 = self._drain(token, key)
    log Claimed(token=token, key=key, to=to, amount=amount, fee=0)
    money._push(token, to, amount)
    return amount


@external
@nonreentrant
def claimFor(token: address, key: bytes32, fee: uint256, deadline: uint256, signature: Bytes[65]) -> uint256:
    """
    @notice Claim for somebody without coin for gas: the sponsor sends it and keeps a fee that was signed for.
    @param token The token, zero for the native coin.
    @param key A device id, or an address left-padded.
    @dev No sponsor is named: the first one who sends it has the fee.
    @param fee What the sponsor keeps, of the same token: up to all of it when the address itself, the device's payout
           address or its operator signed; up to a tenth when the device's account did, nothing when the device isn't
           active, so that a stolen device can't take what it has earned.
    @param deadline Last second at which the signature is good.
    @param signature By one of those: Claim(token, key, fee, nonce, deadline), EIP-712.
    @return The amount paid to the owner.
    """
    assert block.timestamp <= deadline, "expired"
    owner: address = empty(address)
    to: address = empty(address)
    owner, to = self._owner(key)
    nonce: uint256 = self.nonces[key]
    digest: bytes32 = eip712._digest(keccak256(abi_encode(CLAIM_TYPE, token, key, fee, nonce, deadline)))
    part: uint256 = self._signed_part(key, eip712._recover(digest, signature), owner, to)
    self.nonces[key] = nonce + 1
    amount: uint256 = self._drain(token, key)
    assert fee == 0 or (part != 0 and fee <= amount // part), "fee too high"
    sponsor: address = sender._sender()
    log Claimed(token=token, key=key, to=to, amount=amount - fee, fee=fee)
    if amount != fee:
        money._push(token, to, amount - fee)
    if fee != 0:
        money._push(token, sponsor, fee)
    return amount - fee


@external
@payable
@nonreentrant
def distribute(token: address, root: bytes32, total: uint256, expiry: uint256, salt: bytes32) -> bytes32:
    """
    @notice Fund an epoch's rewards, claimed by Merkle proofs.
    @dev A leaf is keccak256(keccak256(abi_encode(index, key, amount))); a node hashes its two children sorted.
    @param token Zero for the native coin, sent along exactly; else an approved token.
    @param root Root of the tree of shares.
    @param total How much, less than 2**160; a token that takes a fee leaves less.
    @param expiry Last second for claims, at most ten years ahead.
    @param salt Makes the id unique.
    @return The distribution's id.
    """
    pausable._require_running()
    assert root != empty(bytes32), "no root"
    assert total != 0, "nothing"
    assert expiry > block.timestamp and expiry <= block.timestamp + DISTRIBUTION_SECONDS_MAX, "bad expiry"
    funder: address = sender._sender()
    id: bytes32 = keccak256(abi_encode(chain.id, self, funder, salt))
    assert self.distributions[id].root == empty(bytes32), "distribution exists"
    received: uint256 = self._receive(token, funder, total)
    self.distributions[id] = Distribution(root=root, left=received, token=token, funder=funder, expiry=expiry)
    log Distributed(id=id, token=token, funder=funder, root=root, total=received, expiry=expiry)
    return id


@external
@nonreentrant
def claimEpoch(id: bytes32, index: uint256, key: bytes32, amount: uint256, proof: DynArray[bytes32, PROOF_MAX]):
    """
    @notice Credit a share of a distribution to its balance, by anyone, once.
    @param id The distribution.
    @param index The share's index.
    @param key The share's balance: an address left-padded, or an enrolled device.
    @param amount The share.
    @param proof The leaf's siblings, from the leaf up.
    """
    assert self.distributions[id].root != empty(bytes32), "no distribution"
    assert block.timestamp <= self.distributions[id].expiry, "expired"
    word: uint256 = self.taken[id][index // 256]
    bit: uint256 = 1 << (index % 256)
    assert word & bit == 0, "already claimed"
    node: bytes32 = keccak256(keccak256(abi_encode(index, key, amount)))
    for sibling: bytes32 in proof:
        if convert(node, uint256) < convert(sibling, uint256):
            node = keccak256(concat(node, sibling))
        else:
            node = keccak256(concat(sibling, node))
    assert node == self.distributions[id].root, "bad proof"
    if convert(key, uint256) > LOW_160:
        assert staticcall REGISTRY.operatorOf(key) != empty(address), "no such device"
    else:
        assert key != empty(bytes32), "no key"
    left: uint256 = self.distributions[id].left
    assert amount <= left, "not enough left"
    token: address = self.distributions[id].token
    self.taken[id][index // 256] = word | bit
    self.distributions[id].left = left - amount
    self.balances[key][token] += amount
    log EpochClaimed(id=id, key=key, index=index, amount=amount)


@external
@nonreentrant
def reclaim(id: bytes32):
    """
    @notice Credit what nobody claimed of an expired distribution to its funder, who asks for it.
    @param id The distribution.
    """
    assert self.distributions[id].root != empty(bytes32), "no distribution"
    assert block.timestamp > self.distributions[id].expiry, "too early"
    funder: address = self.distributions[id].funder
    assert sender._sender() == funder, "not funder"
    left: uint256 = self.distributions[id].left
    assert left != 0, "nothing to reclaim"
    self.distributions[id].left = 0
    self.balances[convert(funder, bytes32)][self.distributions[id].token] += left
    log Reclaimed(id=id, funder=funder, amount=left)


@external
@view
def heldOf(id: bytes32, token: address) -> uint256:
    """
    @notice What is held under an id.
    @param id The id.
    @param token The token, zero for the native coin.
    @return The amount.
    """
    return self.held[id][token]


@external
@view
def balanceOf(token: address, key: bytes32) -> uint256:
    """
    @notice What can be claimed.
    @param token The token, zero for the native coin.
    @param key A device id, or an address left-padded.
    @return The amount.
    """
    return self.balances[key][token]


@external
@view
def isTaken(id: bytes32, index: uint256) -> bool:
    """
    @notice Whether a share of a distribution has been claimed.
    @param id The distribution.
    @param index The share's index.
    @return True once it has been.
    """
    return (self.taken[id][index // 256] >> (index % 256)) & 1 == 1


@internal
@view
def _only_entrant():
    assert msg.sender == BOARD or msg.sender == VERIFICATION or msg.sender == WORKFLOW, "not entrant"


@internal
@payable
def _receive(token: address, payer: address, amount: uint256) -> uint256:
    assert amount <= DEPOSIT_MAX, "too much"
    if token == empty(address):
        assert msg.value == amount, "wrong value"
        return amount
    assert msg.value == 0, "wrong value"
    received: uint256 = money._pull(token, payer, amount)
    assert received != 0 or amount == 0, "token refused"
    # A token that brings more than it was asked for does not keep its own books: its surplus is nobody's.
    return min(received, amount)


@internal
def _take(id: bytes32, token: address, amount: uint256):
    held: uint256 = self.held[id][token]
    assert amount <= held, "not enough held"
    self.held[id][token] = held - amount


@internal
@view
def _owner(key: bytes32) -> (address, address):
    # Who signs for a balance, and who is paid: a device's account and its payout address, or the address itself.
    if convert(key, uint256) <= LOW_160:
        owner: address = convert(convert(key, uint256), address)
        return owner, owner
    device: bytes32 = staticcall REGISTRY.resolve(key)
    account: address = convert((staticcall REGISTRY.head(device)) & LOW_160, address)
    return account, staticcall REGISTRY.payoutOf(device)


@internal
@view
def _signed_part(key: bytes32, signer: address, owner: address, to: address) -> uint256:
    # Which part of a balance a signer may give to a sponsor: one in so many, zero for nothing.
    assert signer != empty(address), "bad signature"
    if signer == to:
        return 1
    assert convert(key, uint256) > LOW_160, "bad signature"
    device: bytes32 = staticcall REGISTRY.resolve(key)
    if signer == staticcall REGISTRY.operatorOf(device):
        return 1
    assert signer == owner, "bad signature"
    if ((staticcall REGISTRY.head(device)) >> 160) & 255 == ACTIVE:
        return SPONSOR_PART
    return 0


@internal
def _claim(token: address, key: bytes32, who: address) -> uint256:
    owner: address = empty(address)
    to: address = empty(address)
    owner, to = self._owner(key)
    if who != owner and who != to:
        assert convert(key, uint256) > LOW_160, "not owner"
        assert who == staticcall REGISTRY.operatorOf(staticcall REGISTRY.resolve(key)), "not owner"
    amount: uint256 = self._drain(token, key)
    log Claimed(token=token, key=key, to=to, amount=amount, fee=0)
    money._push(token, to, amount)
    return amount


@internal
def _drain(token: address, key: bytes32) -> uint256:
    amount: uint256 = self.balances[key][token]
    assert amount != 0, "nothing to claim"
    self.balances[key][token] = 0
    return amount
