"""Checkpoints on the client's side (spec chapter 9): fetched before the chains, judged after them, pinned.

`judge` is pure; `fetch` and `keep` are the ways to the server and to the home. Knows no entry: it is told
which heads a vault's chains had.

    offered = fetch(client, vault)          # before the chains are brought up to date
    ...                                     # both chains are folded
    pin = judge(offered, heads, pin)        # raises, or says what to pin
"""

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.checkpoints import ChainHead, Checkpoint, Leaf, LeafProof, open_checkpoint, vault_hash
from crypto.encoding import VaultId, b64u, unb64u
from crypto.errors import Stale, Tampered
from crypto.journal import ACCESSES, LEDGER
from crypto.merkle import verify_consistency
from crypto.successions import Keys, start
from vault.client import server_keys
from vault.client.answers import Answer, binary, from_server, number, text, texts
from vault.client.client import Client
from vault.client.errors import ServerRefused
from vault.client.home import CheckpointPin
from vault.client.ledger_chain import Fork, Pin, Shorter


@dataclass(frozen=True)
class Offered:
    """What a server gave: its note, the vault's newest leaf with its proof, and that the pinned tree goes on.

    `proof` is None when the vault is in no checkpoint yet. `keys` are the server's, verified; None when it
    has its first key only.
    """

    note: bytes
    proof: LeafProof | None
    consistency: tuple[bytes, ...] = ()
    keys: Keys | None = None

    def signer(self, first: bytes) -> bytes:
        """Whose line of the note counts. Raises Tampered: the keys of another server."""
        keys = self.keys or start(first)
        if keys.first != first:
            raise Tampered("another server's keys")
        return keys.present


@dataclass(frozen=True)
class Heads:
    """The heads that a vault's chains had after 0, 1, 2 … entries, verified; and whose they are."""

    vault: VaultId
    server_key: bytes
    ledger: Sequence[bytes]
    accesses: Sequence[bytes]

    def of(self, chain: str) -> Sequence[bytes]:
        """One chain's heads."""
        return self.ledger if chain == LEDGER else self.accesses

    def tip(self, chain: str) -> Pin:
        """Where a chain ends."""
        heads = self.of(chain)
        return Pin(len(heads) - 1, heads[-1])


def fetch(client: Client, vault: VaultId) -> Offered | None:
    """The newest checkpoint and the vault's place in it; None when the server has made none yet."""
    # Before the note, which the present key signs from the moment that it is published.
    keys = server_keys.known(client)
    try:
        note = text(client.api.get("/checkpoints/latest"), "note").encode()
    except ServerRefused as error:
        if error.code != "not_found":
            raise
        return None
    with from_server():
        size = open_checkpoint(note, keys.first, keys.present).size
    pin = client.home.checkpoint(client.session.server, vault)
    consistency: tuple[bytes, ...] = ()
    if pin is not None and 0 < pin.size < size:
        consistency = _hashes(client.api.get("/checkpoints/consistency", **{"from": pin.size, "to": size}))
    try:
        answer = client.api.get(f"/vaults/{vault}/checkpoint-proof", size=size)
    except ServerRefused as error:
        if error.code != "not_found":
            raise
        return Offered(note, None, consistency, keys)
    proof = LeafProof(binary(answer, "leaf"), number(answer, "index"), _hashes(answer), note)
    return Offered(note, proof, consistency, keys)


def judge(offered: Offered | None, heads: Heads, pin: CheckpointPin | None) -> CheckpointPin | None:
    """What to pin now, once everything of chapter 9 holds; None without any checkpoint yet.

    Raises:
        Stale: a smaller or another tree, an older leaf, or chains that are not what the leaf says (Fork,
            Shorter).
        Tampered: a signature or proof that does not hold, or another vault's leaf.
        BadAnswer: off the grammar.
    """
    if offered is None:
        if pin is not None:
            raise Stale("no checkpoint where one was seen")
        return None
    with from_server():
        first, signer = heads.server_key, offered.signer(heads.server_key)
        checkpoint = open_checkpoint(offered.note, first, signer)
        _check_tree(checkpoint, offered.consistency, pin)
        leaf = None if offered.proof is None else offered.proof.open(first, signer)[1]
    root = b64u(checkpoint.root)
    if offered.proof is None or leaf is None:
        if pin is not None and pin.index:
            raise Stale("no leaf where one was seen")
        return CheckpointPin(checkpoint.size, root)
    check_leaf(leaf, heads)
    found = CheckpointPin(
        checkpoint.size, root, offered.proof.index + 1, leaf.ledger.size, leaf.accesses.size
    )
    if pin is not None and (
        found.index < pin.index or found.ledger < pin.ledger or found.accesses < pin.accesses
    ):
        raise Stale("an older leaf than the one seen")
    return found


def check_leaf(leaf: Leaf, heads: Heads) -> None:
    """Holds a leaf against the chains (steps 3 and 5). Raises Tampered, Shorter, Fork."""
    if leaf.vault != vault_hash(heads.vault, heads.ledger[1]):
        raise Tampered("another vault's leaf")
    _check_chain(LEDGER, leaf.ledger, heads)
    _check_chain(ACCESSES, leaf.accesses, heads)


def keep(client: Client, vault: VaultId, pin: CheckpointPin | None) -> None:
    """Moves this device's pin forward."""
    if pin is not None:
        client.home.save_checkpoint(client.session.server, vault, pin)


def _check_tree(checkpoint: Checkpoint, proof: tuple[bytes, ...], pin: CheckpointPin | None) -> None:
    if pin is None or pin.size == 0:
        return
    if checkpoint.size < pin.size:
        raise Stale("a smaller tree than the one seen")
    root = unb64u(pin.root, length=32)
    if checkpoint.size == pin.size and checkpoint.root != root:
        raise Stale("another tree than the one seen")
    verify_consistency(pin.size, checkpoint.size, old_root=root, new_root=checkpoint.root, proof=proof)


def _check_chain(chain: str, said: ChainHead, heads: Heads) -> None:
    known = heads.of(chain)
    if said.size >= len(known):
        raise Shorter(chain, seen=Pin(said.size, said.head), shown=heads.tip(chain))
    if said.head != known[said.size]:
        raise Fork(chain, said.size, seen=said.head, shown=known[said.size])


def _hashes(answer: Answer) -> tuple[bytes, ...]:
    with from_server():
        return tuple(unb64u(member, length=32) for member in texts(answer, "proof"))
