"""Vectors of age files, padding, passwords, kit and keyring."""

import json
from dataclasses import replace
from typing import Any

from crypto import age_file, age_stream, keyring
from crypto.age_header import parse_header
from crypto.age_recipients import HybridRecipient, ScryptRecipient
from crypto.armor import armor
from crypto.encoding import b64u, canonical
from crypto.keyring import Keyring, OwnVault, Pins, VaultPins
from crypto.padding import frame, padme
from crypto.passkeys import Passkey, prf_input
from crypto.passwords import Argon2Parameters, PasswordKeys, derive
from crypto.records import Pin, write_versioned
from crypto.sections import SectionSecret
from crypto.signing import SigningKey, key_id
from tests.vectors.opening_values import (
    ACCOUNT,
    ADDRESS,
    CLASSIC,
    IDENTITY,
    KIT,
    OK,
    OTHER,
    PASSWORD,
    SALT,
    SECRET,
    SECTION,
    SECTION_2,
    SIGNING,
    VAULT,
    Seeded,
    flip,
    ident,
    seeded,
    write,
)


def age_vectors() -> None:
    message = b"Ordonnance du 3 mars"

    def case(name: str, expect: str, data: bytes, *identities: str, passphrase: str | None = None) -> None:
        fields: dict[str, Any] = {"data": b64u(data), "identities": list(identities)}
        if passphrase is not None:
            fields["passphrase"] = passphrase
        if expect == OK:
            fields["plaintext"] = b64u(message)
        write("age", name, "open-age", expect, **fields)

    hybrid = age_file.seal_bytes(message, [IDENTITY.recipient()], random=Seeded("age hybrid"))
    classic = age_file.seal_bytes(message, [CLASSIC.recipient()], random=Seeded("age classic"))
    secret = age_file.seal_bytes(message, [ScryptRecipient(b"motdepasse", 10)], random=Seeded("age scrypt"))
    case("hybrid", OK, hybrid, IDENTITY.text())
    case("hybrid-second-identity", OK, hybrid, OTHER.text(), IDENTITY.text())
    case("hybrid-armored", OK, armor(hybrid), IDENTITY.text())
    case("x25519", OK, classic, CLASSIC.text())
    case("scrypt", OK, secret, passphrase="motdepasse")
    case("hybrid-other-identity", "wrong_key", hybrid, OTHER.text())
    case("scrypt-other-passphrase", "wrong_key", secret, passphrase="motdepassé")
    mac = hybrid.index(b"\n--- ") + 6
    case("mac-differs", "tampered", hybrid[:mac] + b"AA" + hybrid[mac + 2 :], IDENTITY.text())
    case("payload-flipped", "tampered", flip(hybrid, -1), IDENTITY.text())
    case("payload-cut", "tampered", hybrid[:-1], IDENTITY.text())
    case("payload-longer", "tampered", hybrid + b"\0", IDENTITY.text())
    case("other-version", "unsupported_version", hybrid.replace(b"/v1\n", b"/v2\n", 1), IDENTITY.text())
    case("other-family", "malformed", hybrid.replace(b"age-", b"aga-", 1), IDENTITY.text())
    heavy = secret.replace(b" 10\n", b" 21\n", 1)
    case("scrypt-work-over-limit", "limit_exceeded", heavy, passphrase="motdepasse")


def padding_vectors() -> None:
    sizes = [0, 1, 2, 3, 9, 17, 100, 255, 256, 257, 1000, 65568, 1_000_000, 5_368_709_120]
    write("documents", "padme", "padme", OK, cases=[[size, padme(size)] for size in sizes])
    framed = frame(b"nom", floor=256)
    fields = {"floor": 256, "framed": b64u(framed), "message": b64u(b"nom")}
    write("documents", "frame", "unframe", OK, **fields)
    write("documents", "frame-one-byte-more", "unframe", "malformed", floor=256, framed=b64u(framed + b"\0"))
    bad = b64u(framed[:-1] + b"\1")
    write("documents", "frame-padding-not-zero", "unframe", "malformed", floor=256, framed=bad)
    long = b64u((10_000).to_bytes(4, "big") + framed[4:])
    write("documents", "frame-length-past-end", "unframe", "malformed", floor=256, framed=long)


def keyring_of() -> Keyring:
    pin = Pin(seeded("head"), 3)
    owner = key_id(SIGNING.public, IDENTITY.recipient().public)
    return Keyring(
        account=ACCOUNT,
        identity=IDENTITY.seed,
        kit=KIT.identity().recipient().public,
        name="Zoé Lefèvre",
        pins=Pins({VAULT: VaultPins(pin, pin, owner)}),
        role="patient",
        sequence=4,
        server=seeded("server"),
        signing=SIGNING.seed,
        vault=OwnVault(
            id=VAULT,
            owner_secret=seeded("owner secret"),
            pending={SECTION: SectionSecret(2, seeded("pending"))},
            sections={SECTION: SECRET, SECTION_2: SECRET},
        ),
    )


def password_vectors() -> None:
    base = {"address": ADDRESS, "m": 65536, "p": 1, "password": PASSWORD, "salt": b64u(SALT), "t": 3}
    keys = derive(PASSWORD, address=ADDRESS, salt=SALT)
    result = {"login": b64u(keys.login.public), "unlock": b64u(keys.unlock)}
    write("keyring", "password", "password-keys", OK, **base, result=result)
    decomposed = {**base, "address": " ZOE@example.org", "password": "orage-tulipe-91-canape\u0301"}
    write("keyring", "password-not-normal", "password-keys", OK, **decomposed, result=result)
    for name, change in {
        "memory-under-floor": {"m": 65535},
        "memory-over-ceiling": {"m": 1048577},
        "passes-under-floor": {"t": 2},
        "passes-over-ceiling": {"t": 17},
        "two-lanes": {"p": 2},
    }.items():
        write("keyring", f"password-{name}", "password-keys", "limit_exceeded", **{**base, **change})


def kit_vectors() -> None:
    words = {language: KIT.words(language) for language in ("english", "french")}
    result = {"login": b64u(KIT.login_key().public), "recipient": b64u(KIT.identity().recipient().public)}
    write("keyring", "kit", "kit", OK, entropy=b64u(KIT.entropy), words=words, result=result)
    readings = {"english": words["english"], "french": words["french"]}
    readings["capitals-and-space"] = "  " + words["french"].upper().replace(" ", "\n ")
    plain = words["french"].translate(str.maketrans("éèêîïôûàâç", "eeeiiouaac"))
    readings["without-accents"] = plain
    for name, text in readings.items():
        write("keyring", f"kit-words-{name}", "kit-words", OK, words=text, entropy=b64u(KIT.entropy))
    first, *rest = words["english"].split()
    broken = {
        "eleven": " ".join(rest),
        "unknown-word": " ".join(["coffre", *rest]),
        "checksum": " ".join(["abandon" if first != "abandon" else "zoo", *rest]),
        "two-languages": " ".join([words["french"].split()[0], *rest]),
    }
    for name, text in broken.items():
        write("keyring", f"kit-words-{name}", "kit-words", "malformed", words=text)


def keyring_vectors() -> None:
    keys = PasswordKeys(SALT, Argon2Parameters(), seeded("unlock"), SigningKey.from_seed(seeded("login")))
    contents = keyring_of()
    opened = keyring.create(contents, keys, random=Seeded("keyring"))
    record = json.loads(write_versioned(contents, limit=1 << 20))
    base = {"account": ACCOUNT, "m": 65536, "p": 1, "salt": b64u(SALT), "sequence": 4, "t": 3}
    by_password = {**base, "data": b64u(opened.data), "unlock": b64u(keys.unlock)}
    kit = {"account": ACCOUNT, "entropy": b64u(KIT.entropy), "sequence": 4}

    def password(name: str, expect: str, /, **change: Any) -> None:
        fields = {**by_password, **change}
        write("keyring", f"open-{name}", "open-keyring-with-password", expect, **fields)

    password("with-password", OK, keyring=record)
    write(
        "keyring", "open-with-kit", "open-keyring-with-kit", OK, **kit, data=b64u(opened.data), keyring=record
    )
    other_kit = {**kit, "entropy": b64u(seeded("other kit", 16)), "data": b64u(opened.data)}
    write("keyring", "open-other-kit", "open-keyring-with-kit", "wrong_key", **other_kit)
    password("other-password", "wrong_key", unlock=b64u(seeded("other unlock")))
    password("other-account", "wrong_key", account=ident("other account"))
    password("other-salt", "tampered", salt=b64u(seeded("other salt", 16)))
    password("other-cost", "tampered", t=4)
    password("other-sequence", "tampered", sequence=5)
    password("older-than-seen", "stale", seen=5)
    password("payload-flipped", "tampered", data=b64u(flip(opened.data, -20)))
    password("payload-cut", "tampered", data=b64u(opened.data[:-1]))
    weak = opened.data.replace(b" 65536 3 1\n", b" 8 1 1\n", 1)
    password("cost-in-file-under-floor", "limit_exceeded", data=b64u(weak))
    added = opened.data.replace(b"\n---", b"\n-> grease x\n\n---", 1)
    password("stanza-added", "tampered", data=b64u(added))
    for name, change, expect in (
        ("record-version-2", {"version": 2}, "unsupported_version"),
        ("record-unknown-field", {"colour": "red"}, "malformed"),
        ("record-without-vault", {"vault": None}, "malformed"),
        ("record-sequence-0", {"sequence": 0}, "malformed"),
    ):
        changed = {key: value for key, value in {**record, **change}.items() if value is not None}
        password(name, expect, data=b64u(_resealed(opened, canonical(changed))))
    names: dict[str, str] = {VAULT: "Anne Durand"}
    password(
        "record-patients-of-a-patient",
        "malformed",
        data=b64u(_resealed(opened, canonical({**record, "patients": names}))),
    )
    doctors = {key: value for key, value in record.items() if key != "vault"} | {"role": "professional"}
    named = {**doctors, "patients": names}
    password("with-names-of-patients", OK, data=b64u(_resealed(opened, canonical(named))), keyring=named)
    none = {**doctors, "patients": {}}
    password("record-patients-none", "malformed", data=b64u(_resealed(opened, canonical(none))))
    spaced = canonical(record).replace(b'":', b'": ', 1)
    password("record-not-canonical", "malformed", data=b64u(_resealed(opened, spaced)))


def passkey_vectors() -> None:
    passkey = Passkey(credential=seeded("credential", 24), secret=seeded("passkey"))
    other = Passkey(credential=seeded("other credential", 24), secret=seeded("other passkey"))
    recipient = passkey.identity().recipient().public
    result = {"prf_input": b64u(prf_input()), "recipient": b64u(recipient)}
    write("keyring", "passkey", "passkey", OK, secret=b64u(passkey.secret), result=result)
    keys = PasswordKeys(SALT, Argon2Parameters(), seeded("unlock"), SigningKey.from_seed(seeded("login")))
    before = keyring.create(keyring_of(), keys, random=Seeded("before passkeys"))
    one = keyring.add_passkey(before, passkey, "Téléphone", random=Seeded("first passkey"))
    two = keyring.add_passkey(one, other, "Clé USB", random=Seeded("second passkey"))
    removed = keyring.remove_passkey(two, keys, passkey.credential, random=Seeded("passkey removed"))
    known = {"account": ACCOUNT, "credential": b64u(passkey.credential), "secret": b64u(passkey.secret)}

    def vector(name: str, expect: str, opened: keyring.OpenedKeyring, /, **change: Any) -> None:
        fields = {**known, "data": b64u(opened.data), "sequence": opened.keyring.sequence, **change}
        if expect == OK:
            fields["keyring"] = _record(opened)
        write("keyring", f"open-{name}", "open-keyring-with-passkey", expect, **fields)

    vector("with-passkey", OK, two)
    vector("with-passkey-removed", "wrong_key", removed)
    vector("with-other-passkey", "wrong_key", one, secret=b64u(other.secret))
    vector("with-passkey-of-other-credential", "tampered", two, credential=b64u(other.credential))
    stanza = HybridRecipient(recipient).wrap(before.file_key)
    header = age_file.make_header([*parse_header(before.data)[0], stanza], before.file_key)
    payload = before.data[age_file.verify_header(before.data, before.file_key).length :]
    vector("with-passkey-not-named", "tampered", replace(before, data=header + payload))
    changed = keyring.change_password(two, keys, random=Seeded("new file key"))
    vector("with-passkey-after-new-password", OK, changed)
    record = _record(two)
    for name, passkeys in {"none": [], "out-of-order": record["passkeys"][::-1]}.items():
        sealed = _resealed(two, canonical({**record, "passkeys": passkeys}))
        vector(f"record-passkeys-{name}", "malformed", replace(two, data=sealed))


def _record(opened: keyring.OpenedKeyring) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(write_versioned(opened.keyring, limit=1 << 20))
    return found


def _resealed(opened: keyring.OpenedKeyring, contents: bytes) -> bytes:
    header = opened.data[: age_file.verify_header(opened.data, opened.file_key).length]
    return header + age_stream.seal_bytes(opened.file_key, contents, random=Seeded("resealed"))
