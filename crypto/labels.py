"""Every label of the formats (spec chapter 0, "Labels"): one table, one use each.

A label separates one use of a key or a hash from every other. No other module writes a label as a string, and
each label is used in exactly one place (tests/crypto/test_labels.py).
"""

from typing import Final

KEY_ID: Final = "coffre/v1/key-id"
SERVER_KEY_ID: Final = "coffre/v1/server-key-id"
DIRECTORY_KEY_ID: Final = "coffre/v1/directory-key-id"

PW_SALT: Final = "coffre/v1/password-salt"
PW_UNLOCK: Final = "coffre/v1/password-unlock"
PW_LOGIN: Final = "coffre/v1/password-login"
PW_STANZA: Final = "coffre/v1/password-stanza"

KIT_IDENTITY: Final = "coffre/v1/kit-identity"
KIT_LOGIN: Final = "coffre/v1/kit-login"

PASSKEY_PRF: Final = "coffre/v1/passkey-prf"
PASSKEY_IDENTITY: Final = "coffre/v1/passkey-identity"

SECTION_WRAP: Final = "coffre/v1/section/wrap"
SECTION_META: Final = "coffre/v1/section/meta"
SECTION_DROP: Final = "coffre/v1/section/drop"
SECTION_STANZA: Final = "coffre/v1/section-stanza"
SECTION_NAME: Final = "coffre/v1/section-name"
SECTION_LADDER: Final = "coffre/v1/section-ladder"

METADATA: Final = "coffre/v1/metadata"
AUTHOR_METADATA: Final = "coffre/v1/author-metadata"
AUTHOR_METADATA_BLOCK: Final = "coffre/v1/author-metadata-block"

HASH_HEADER: Final = "coffre/v1/hash/header"
HASH_METADATA: Final = "coffre/v1/hash/metadata"
HASH_AUTHOR_METADATA: Final = "coffre/v1/hash/author-metadata"
HASH_PARTS: Final = "coffre/v1/hash/parts"
HASH_CONTENT: Final = "coffre/v1/hash/content"
HASH_BUNDLE: Final = "coffre/v1/hash/bundle"
HASH_STATEMENT: Final = "coffre/v1/hash/statement"

INVITATION_UNLOCK: Final = "coffre/v1/invitation/unlock"
INVITATION_REDEEM: Final = "coffre/v1/invitation/redeem"
INVITATION_STANZA: Final = "coffre/v1/invitation-stanza"
REDEEM: Final = "coffre/v1/redeem"

OWNER_SHARE: Final = "coffre/v1/owner/share"
SHARE_DETAILS: Final = "coffre/v1/share-details"

JOURNAL_START: Final = "coffre/v1/journal/start"
JOURNAL_BODY: Final = "coffre/v1/journal/body"
JOURNAL_ENTRY: Final = "coffre/v1/journal/entry"

CHECKPOINT_VAULT: Final = "coffre/v1/checkpoint/vault"

SUCCESSION: Final = "coffre/v1/succession"

# Followed by the statement's kind (spec chapter 5): the one label that has a variable end.
STATEMENT_PREFIX: Final = "coffre/v1/statement/"

ALL: Final = (
    KEY_ID,
    SERVER_KEY_ID,
    DIRECTORY_KEY_ID,
    PW_SALT,
    PW_UNLOCK,
    PW_LOGIN,
    PW_STANZA,
    KIT_IDENTITY,
    KIT_LOGIN,
    PASSKEY_PRF,
    PASSKEY_IDENTITY,
    SECTION_WRAP,
    SECTION_META,
    SECTION_DROP,
    SECTION_STANZA,
    SECTION_NAME,
    SECTION_LADDER,
    METADATA,
    AUTHOR_METADATA,
    AUTHOR_METADATA_BLOCK,
    HASH_HEADER,
    HASH_METADATA,
    HASH_AUTHOR_METADATA,
    HASH_PARTS,
    HASH_CONTENT,
    HASH_BUNDLE,
    HASH_STATEMENT,
    INVITATION_UNLOCK,
    INVITATION_REDEEM,
    INVITATION_STANZA,
    REDEEM,
    OWNER_SHARE,
    SHARE_DETAILS,
    JOURNAL_START,
    JOURNAL_BODY,
    JOURNAL_ENTRY,
    CHECKPOINT_VAULT,
    SUCCESSION,
    STATEMENT_PREFIX,
)
