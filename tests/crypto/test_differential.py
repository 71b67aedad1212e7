"""Python and TypeScript give the same verdict on hostile bytes, parser by parser.

Inputs are the corpus of the fuzz targets and some more, changed at random from a fixed seed.
`DIFFERENTIAL_INPUTS` (how many for each parser) and `DIFFERENTIAL_SEED` make a longer or another run.
"""

import copy
import json
import os
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crypto import age_file
from crypto.encoding import Json, b64u, canonical
from crypto.padding import frame
from crypto.signing import SigningKey
from tests.crypto.fuzz.targets import TARGETS
from tests.crypto.readings import IDENTITY, READINGS, verdict

# The others cover all of crypto/; counting doubles what a test takes.
pytestmark = pytest.mark.no_cover

CLIENT = Path(__file__).parents[2] / "web" / "client"
CORPUS = Path(__file__).parent / "fuzz" / "corpus"
VECTORS = Path(__file__).parents[1] / "vectors" / "grants"
INPUTS = int(os.environ.get("DIFFERENTIAL_INPUTS", "60"))
SEED = os.environ.get("DIFFERENTIAL_SEED", "coffre")

# Characters and numbers on which two languages, or two libraries, are known to differ.
TEXTS = (
    "\u2028 \u00a0 \ufeff \u0085 \u200b \u202e e\u0301 \u00e9 \ud7ff \U0001f600 \u0130 \u017f \u212a \ufdfa "
    '\\u0000 \\ud800 \\" \\/ -0 1e3 1.0 01 1e999 NaN Infinity 9007199254740991 9007199254740992 null true '
    '{} [] "" '
    ", : = == - + _ / # . 1 0 __proto__ constructor --- ->"
)
BYTES = ("00", "0b", "1c", "1f", "7f", "0d0a", "0a", "20", "09", "ff", "eda080", "c080", "f4908080", "2d3e20")
TOKENS = (*(text.encode() for text in TEXTS.split(" ")), *map(bytes.fromhex, BYTES))
VALUES: tuple[Any, ...] = (
    0,
    1,
    2**53 - 1,
    "",
    "a",
    "\u00e9",
    "e\u0301",
    "A" * 44,
    "A" * 43,
    "0" * 32,
    [],
    {},
    [0],
    {"a": 0},
    10_001,
    1_577_836_799,
    "\u202e",
    "x" * 201,
)


def seeds(name: str) -> list[bytes]:
    folder = CORPUS / name
    kept = [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []
    return [*kept, *MORE.get(name, list)()]


def signatures() -> list[bytes]:
    key = SigningKey.from_seed(bytes(range(32)))
    signature = key.sign("label", b"message")
    order = 2**252 + 27742317777372353535851937790883648493
    later = (int.from_bytes(signature[32:], "little") + order).to_bytes(32, "little")
    identity, small = b"\x01" + bytes(31), bytes(32)
    return [
        key.public + signature,
        key.public + signature[:32] + later,
        *(point + other + bytes(32) for point in (identity, small) for other in (identity, small)),
        key.public + identity + signature[32:],
    ]


MORE: dict[str, Callable[[], list[bytes]]] = {
    "age-file": lambda: [
        age_file.seal_bytes(data, [IDENTITY.recipient()]) for data in (b"", b"contents", bytes(65_537))
    ],
    "clean-name": lambda: [
        b"a/b\\c.txt",
        "re\u0301sume\u0301.pdf".encode(),
        b"..",
        b"x" * 300 + b".jpeg",
        b"a." + b"y" * 40,
    ],
    "clean-title": lambda: ["Compte rendu \u00ab \u0153il \u00bb".encode(), "\U0001f600".encode() * 201],
    "document-bundle": lambda: [
        frame(canonical(json.loads((VECTORS / "documents-whole.json").read_text())["bundle"]), floor=4096)
    ],
    "signature": signatures,
}


def changed(data: bytes, rng: random.Random) -> bytes:
    """The data with one to three changes; JSON is sometimes changed by value and written again."""
    if rng.random() < 0.4:
        by_value = changed_json(data, rng)
        if by_value is not None:
            return by_value
    for _ in range(rng.randint(1, 3)):
        at = rng.randint(0, len(data))
        until = min(len(data), at + rng.choice((1, 1, 1, 4, 40)))
        data = rng.choice(
            (
                data[:at] + bytes([rng.randrange(256)]) + data[at + 1 :],
                data[:at] + data[until:],
                data[:at] + rng.choice(TOKENS) + data[at:],
                data[:at] + rng.choice(TOKENS) + data[until:],
                data[:at] + data[at:until] * 2 + data[until:],
                data[:at],
                data.swapcase(),
            )
        )
    return data


def changed_json(data: bytes, rng: random.Random) -> bytes | None:
    start = 4 if data[:1] == b"\x00" else 0
    try:
        value = json.loads(data[start:].rstrip(b"\x00"))
    except ValueError:
        return None
    # Two faults in one document: both languages must come upon the same one first.
    for _ in range(rng.choice((1, 1, 2, 3))):
        if spots := list(places(value)):
            holder, key = rng.choice(spots)
            change_place(holder, key, rng)
    written = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    if start == 0:
        return written
    total = max(len(data), 4 + len(written))
    return (len(written).to_bytes(4, "big") + written).ljust(total, b"\x00")


def change_place(holder: Any, key: Any, rng: random.Random) -> None:
    """Removes, renames, repeats or changes one value, or puts another in its place."""
    action = rng.random()
    if action < 0.25:
        del holder[key]
    elif action < 0.35 and isinstance(holder, dict):
        holder[rng.choice(("zz", "a", "kind", "version", "A"))] = holder[key]
    elif action < 0.5 and isinstance(holder, list):
        holder.append(holder[key])
    elif action < 0.7 and isinstance(holder[key], str) and holder[key]:
        text = holder[key]
        at = rng.randrange(len(text))
        holder[key] = text[:at] + rng.choice("Aa0_-.é ") + text[at + 1 :]
    elif action < 0.8 and isinstance(holder[key], int):
        holder[key] += rng.choice((-1, 1, 1000))
    else:
        holder[key] = copy.deepcopy(rng.choice(VALUES))


def places(value: Any) -> Any:
    """Every (container, key) in a JSON value."""
    if isinstance(value, dict | list):
        for key, inside in value.items() if isinstance(value, dict) else enumerate(value):
            yield value, key
            yield from places(inside)


@pytest.fixture(scope="module")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, list[bytes]], list[Any]]:
    out = tmp_path_factory.mktemp("verdicts")
    options = ["--platform", "node", "--format", "esm", "--dir", str(out)]
    command = [str(CLIENT / "node_modules" / ".bin" / "rolldown"), "tests/crypto/verdicts.ts", *options]
    subprocess.run(command, cwd=CLIENT, check=True, capture_output=True, timeout=120)
    (out / "package.json").write_text('{"type": "module"}')

    def read(name: str, inputs: list[bytes]) -> list[Any]:
        lines = "".join(json.dumps([name, b64u(data)]) + "\n" for data in inputs)
        done = subprocess.run(
            ["node", str(out / "verdicts.js")], input=lines, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    return read


@pytest.mark.parametrize("name", READINGS)
def test_both_languages_give_one_verdict(
    name: str, typescript: Callable[[str, list[bytes]], list[Any]]
) -> None:
    rng = random.Random(f"{SEED} {name}")
    originals = seeds(name)
    assert originals
    inputs = [*originals, *(changed(rng.choice(originals), rng) for _ in range(INPUTS))]
    found = typescript(name, inputs)
    assert len(found) == len(inputs)
    differences = []
    for data, theirs in zip(inputs, found, strict=True):
        ours = json.loads(json.dumps(verdict(name, data)))
        if ours != theirs:
            differences.append(
                f"{data[:400]!r}\n  Python {str(ours)[:300]}\n  TypeScript {str(theirs)[:300]}"
            )
    assert not differences, "\n".join(differences[:5])


# Values of ordinary JSON: five that are, seven that are not or are nested too deep.
ORDINARY = (b"1e999", b"-0", b"1" * 5000, b"null", b"[" * 63 + b"]" * 63)
FOREIGN = (
    *ORDINARY,
    b"NaN",
    b"-Infinity",
    b"01",
    b"1.",
    b'"\x01"',
    b"[" * 64 + b"]" * 64,
    b"[" * 20_000 + b"]" * 20_000,
)

# Every character that some language trims, and neighbours of theirs that none of ours may.
SPACES = (*range(0x21), *range(0x7F, 0xA1), 0x1680, 0x180E, *range(0x2000, 0x2010), *range(0x2028, 0x2030))
SPACES = (*SPACES, 0x205F, 0x2060, 0x3000, 0xFEFF)
TRIMMED = "\t\n\v\f\r \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\x1c\x1d\x1e\x1f" + "".join(
    map(chr, range(0x2000, 0x200B))
)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["deposit-link", "invitation-link", "kit-qr", "kit-words", "share-link"])
def test_the_same_white_space_is_trimmed(
    name: str, typescript: Callable[[str, list[bytes]], list[Any]]
) -> None:
    good = next(data.decode() for data in seeds(name) if verdict(name, data)[0] == "ok")
    around = [f"{chr(space)}{good}{chr(space)}".encode() for space in SPACES]
    ours = [verdict(name, data)[0] for data in around]
    assert ours == [code for code, _ in typescript(name, around)]
    # Words may also have what no word's letters are made of taken away: accents, and their like.
    trimmed = {chr(space) for space, code in zip(SPACES, ours, strict=True) if code == "ok"}
    assert trimmed == set(TRIMMED)


def test_json_of_others_is_read_alike(typescript: Callable[[str, list[bytes]], list[Any]]) -> None:
    def bundle(date: str, entries: list[Any]) -> bytes:
        listed = [{"reference": f"Condition/{name}"} for name in ("None", "undefined", "null", "1")]
        sections = [{"title": "Problems", "entry": listed}]
        composition = {"resourceType": "Composition", "title": "x", "date": date, "section": sections}
        resources = [{"resource": one} for one in (composition, *entries)]
        return json.dumps({"resourceType": "Bundle", "type": "document", "entry": resources}).encode()

    asthma = {"resourceType": "Condition", "code": {"text": "Asthma"}}
    inputs = [b'{"resourceType":"Bundle","x":%s}' % value for value in FOREIGN]
    inputs += [
        bundle("\U0001f600" * 11, []),
        bundle("2026", [asthma]),
        bundle("2026", [{**asthma, "id": "1"}]),
    ]
    ours = [json.loads(json.dumps(verdict("fhir-bundle", data))) for data in inputs]
    assert ours == typescript("fhir-bundle", inputs)
    assert [code for code, _ in ours] == [*["ok"] * 5, *["malformed"] * 7, *["ok"] * 3]
    # A reference to a resource without an id leads nowhere.
    labels = [[item["label"] for item in documents[0][5][6][0]["items"]] for _, documents in ours[-2:]]
    assert labels == [[], ["Asthma"]]


@pytest.mark.parametrize(
    ("faults", "code"),
    [
        ({"author": "x" * 201, "title": ""}, "limit_exceeded"),
        ({"author": "", "title": "x" * 201}, "malformed"),
        ({"content": "A", "title": "x" * 201}, "malformed"),
        ({"tags": ["x" * 51, ""], "title": ""}, "limit_exceeded"),
        ({"tags": ["", "x" * 51], "title": "x" * 201}, "malformed"),
        ({"colour": 1, "author": "x" * 201}, "malformed"),
        ({"colour": 1, "version": 3}, "unsupported_version"),
        ({"version": "3", "author": "x" * 201}, "malformed"),
    ],
)
def test_of_two_faults_the_first_by_name_decides(
    faults: dict[str, Any], code: str, typescript: Callable[[str, list[bytes]], list[Any]]
) -> None:
    good: dict[str, Json] = {
        "author": "Dr Roy",
        "content": b64u(bytes(32)),
        "date": "2026-10-31",
        "mime": "application/pdf",
        "name": "a.pdf",
        "size": 1,
        "tags": [],
        "title": "IRM",
        "version": 2,
    }
    assert verdict("metadata", frame(canonical(good), floor=512))[0] == "ok"
    data = frame(canonical({**good, **faults}), floor=512)
    assert verdict("metadata", data)[0] == typescript("metadata", [data])[0][0] == code


def test_every_parser_is_compared() -> None:
    assert TARGETS.keys() <= READINGS.keys()
