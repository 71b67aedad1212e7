"""The tree of checkpoints against two other implementations: pymerkle's roots and inclusion proofs, and
tlog-scales, which verifies proofs and signed notes as RFC 9162 and C2SP write them."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from pymerkle import InmemoryTree
from tlog_scales import signing as scales_signing
from tlog_scales import tlog as scales

from crypto.checkpoints import Checkpoint, open_checkpoint, origin, sign_checkpoint
from crypto.errors import CoffreError, Tampered
from crypto.merkle import (
    Range,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    range_hashes,
    verify_consistency,
    verify_inclusion,
)
from crypto.signing import SigningKey, verify_text

SIZES = range(258)
DATA = [b"leaf %d" % number for number in SIZES]
LEAVES = [leaf_hash(data) for data in DATA]
CLIENT = Path(__file__).parents[2] / "web" / "client"


def _cached() -> Callable[[Range], bytes]:
    """The hashes of all ranges, each computed once."""
    plain, kept = range_hashes(LEAVES), dict[Range, bytes]()

    def of(wanted: Range) -> bytes:
        if wanted not in kept:
            kept[wanted] = plain(wanted)
        return kept[wanted]

    return of


HASH_OF = _cached()
ROOTS = [HASH_OF(Range(0, size)) for size in SIZES]


@pytest.fixture(scope="module")
def tree() -> InmemoryTree:
    found = InmemoryTree(algorithm="sha256")
    for data in DATA:
        found.append_entry(data)
    return found


def test_roots_are_the_other_implementation_s(tree: InmemoryTree) -> None:
    assert [tree.get_root(size) for size in SIZES] == ROOTS


def test_inclusion_proofs_are_the_other_implementation_s(tree: InmemoryTree) -> None:
    for size in (*range(1, 40), 63, 64, 65, 127, 128, 129, 200, 255, 256, 257):
        for index in range(size):
            theirs = tree.prove_inclusion(index + 1, size).path
            ours = [LEAVES[index], *(HASH_OF(member) for member in inclusion_ranges(index, size))]
            assert list(theirs) == ours


@pytest.mark.slow
@pytest.mark.parametrize("start", range(0, 258, 43))
def test_the_other_implementation_verifies_every_proof(start: int) -> None:
    for size in SIZES[start : start + 43]:
        for index in range(size):
            proof = [HASH_OF(member) for member in inclusion_ranges(index, size)]
            scales.InclusionProof(index, size, proof).check(LEAVES[index], ROOTS[size])
            verify_inclusion(LEAVES[index], index=index, size=size, proof=proof, root=ROOTS[size])
        for old in range(size + 1):
            proof = [HASH_OF(member) for member in consistency_ranges(old, size)]
            scales.ConsistencyProof(old, size, proof).check(ROOTS[old], ROOTS[size])
            verify_consistency(old, size, old_root=ROOTS[old], new_root=ROOTS[size], proof=proof)


def test_both_implementations_refuse_the_same_wrong_proofs() -> None:
    refused = 0
    for size in (2, 3, 6, 7, 8, 13, 64, 100):
        for old in range(1, size):
            right = [HASH_OF(member) for member in consistency_ranges(old, size)]
            wrong = [right[:-1], right[1:], [*right, right[0]], right[::-1], [bytes(32), *right[1:]]]
            for proof in (changed for changed in wrong if changed != right):
                with pytest.raises((scales.ConsistencyProofInvalid, IndexError)):
                    scales.ConsistencyProof(old, size, list(proof)).check(ROOTS[old], ROOTS[size])
                with pytest.raises(Tampered):
                    verify_consistency(old, size, old_root=ROOTS[old], new_root=ROOTS[size], proof=proof)
                refused += 1
    assert refused > 500


def test_a_leaf_or_a_size_that_is_not_there_has_no_proof() -> None:
    for index, size in ((0, 0), (3, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no such leaf"):
            inclusion_ranges(index, size)
    for old, new in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="no such sizes"):
            consistency_ranges(old, new)


def test_a_tree_beyond_the_largest_integer_is_refused() -> None:
    with pytest.raises(Tampered):
        verify_inclusion(bytes(32), index=0, size=2**53, proof=[bytes(32)] * 53, root=bytes(32))


def test_another_implementation_verifies_the_note_and_we_verify_theirs() -> None:
    key = SigningKey.from_seed(bytes(range(32)))
    name = origin(key.public)
    vkey = scales_signing.Vkey(name, None, 1, key.public)
    ours = scales.Checkpoint.from_text(sign_checkpoint(Checkpoint(257, ROOTS[257]), key).decode())
    ours.verify(vkey)
    assert (ours.origin, ours.size, ours.root_hash) == (name, 257, ROOTS[257])
    signer = scales_signing.PlainEd25519Signer(name, key.seed)
    theirs = scales.Checkpoint.make_signed(name, 257, ROOTS[257], [signer]).serialize().encode()
    assert theirs == sign_checkpoint(Checkpoint(257, ROOTS[257]), key)
    assert open_checkpoint(theirs, key.public) == Checkpoint(257, ROOTS[257])


def test_a_text_with_a_zero_byte_is_neither_signed_nor_verified() -> None:
    key = SigningKey.from_seed(bytes(range(32)))
    labelled = key.sign("coffre/v1/statement/grant", b"message")
    with pytest.raises(CoffreError):
        key.sign_text(b"coffre/v1/statement/grant\x00message")
    with pytest.raises(Tampered):
        verify_text(key.public, b"coffre/v1/statement/grant\x00message", labelled)


@pytest.mark.slow
def test_typescript_verifies_every_proof_and_refuses_the_wrong_ones(tmp_path: Path) -> None:
    options = ["--platform", "node", "--format", "esm", "--dir", str(tmp_path)]
    command = [str(CLIENT / "node_modules" / ".bin" / "rolldown"), "tests/crypto/merkle_proofs.ts", *options]
    subprocess.run(command, cwd=CLIENT, check=True, capture_output=True, timeout=120)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    table: dict[bytes, int] = {}

    def numbered(hashes: list[bytes]) -> list[int]:
        return [table.setdefault(member, len(table)) for member in hashes]

    inclusions = [
        [index, size, numbered([HASH_OF(member) for member in inclusion_ranges(index, size)])]
        for size in SIZES
        for index in range(size)
    ]
    consistencies = [
        [old, size, numbered([HASH_OF(member) for member in consistency_ranges(old, size)])]
        for size in SIZES
        for old in range(size + 1)
    ]
    given = {
        "leaves": numbered(LEAVES),
        "roots": numbered(ROOTS),
        "inclusions": inclusions,
        "consistencies": consistencies,
        "hashes": [member.hex() for member in table],
    }
    script = str(tmp_path / "merkle_proofs.js")
    done = subprocess.run(
        ["node", script], input=json.dumps(given), capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "accepted": len(inclusions) + len(consistencies),
        "wrongly_accepted": 0,
        "refused_as_it_should": True,
    }
