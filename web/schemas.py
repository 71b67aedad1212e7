"""What requests must look like: strict types, bounded lengths, nothing unknown. And the parts that answers
share.

Owns grammar at the border only; what a statement says is checked by `crypto.statements` and the domain.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from crypto.encoding import b64u, unb64u
from crypto.statements import Signed

_BASE64URL = r"^[A-Za-z0-9_-]*$"
# 4 characters carry 3 bytes; statements have at most 1 MiB, keyrings 4 MiB and an age header.
_STATEMENT_LENGTH = 1_400_000
_KEYRING_LENGTH = 5_800_000
_BUNDLE_LENGTH = 200_000
_DOCUMENT_BUNDLE_LENGTH = 1_750_000

Identifier = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$", description="16 random bytes in hexadecimal")]
Base64Url = Annotated[str, Field(pattern=_BASE64URL, max_length=_STATEMENT_LENGTH)]
Key32 = Annotated[str, Field(pattern=_BASE64URL, min_length=43, max_length=43)]
Salt16 = Annotated[str, Field(pattern=_BASE64URL, min_length=22, max_length=22)]
KeyringBytes = Annotated[str, Field(pattern=_BASE64URL, min_length=1, max_length=_KEYRING_LENGTH)]
Bundle = Annotated[str, Field(pattern=_BASE64URL, min_length=1, max_length=_BUNDLE_LENGTH)]
DocumentBundle = Annotated[str, Field(pattern=_BASE64URL, min_length=1, max_length=_DOCUMENT_BUNDLE_LENGTH)]
HeaderBytes = Annotated[str, Field(pattern=_BASE64URL, min_length=1, max_length=88_000)]
MetadataBytes = Annotated[str, Field(pattern=_BASE64URL, min_length=1, max_length=700_000)]
# 1 MiB of ciphertext.
SmallObject = Annotated[str, Field(pattern=_BASE64URL, min_length=1, max_length=1_398_102)]
Address = Annotated[str, Field(min_length=3, max_length=300)]
Positive = Annotated[int, Field(ge=1, le=2**53 - 1)]
Natural = Annotated[int, Field(ge=0, le=2**53 - 1)]


class Body(BaseModel):
    """A request's JSON: exact types, no unknown field."""

    model_config = ConfigDict(strict=True, extra="forbid")


class Parameters(BaseModel):
    """What stands in a path or a query: text that may mean a number."""

    model_config = ConfigDict(extra="forbid")

    @classmethod
    def model_json_schema(cls, *arguments: Any, **options: Any) -> dict[str, Any]:
        """flask-openapi3 asks for a query's at every request; making it takes longer than the request."""
        if arguments or options:
            return super().model_json_schema(*arguments, **options)
        return _schema_of(cls)


@cache
def _schema_of(model: type[Parameters]) -> dict[str, Any]:
    return super(Parameters, model).model_json_schema()


class Outcome(BaseModel):
    """An answer's JSON."""

    model_config = ConfigDict(extra="forbid")


class SignedBody(Body):
    """A statement as it travels (spec chapter 5)."""

    signature: Annotated[str, Field(pattern=_BASE64URL, min_length=86, max_length=86)]
    statement: Base64Url

    def read(self) -> Signed:
        """The bytes. Raises Malformed."""
        return Signed(statement=unb64u(self.statement), signature=unb64u(self.signature, length=64))

    @classmethod
    def of(cls, signed: Signed) -> "SignedBody":
        """The way onto the wire."""
        return cls(signature=b64u(signed.signature), statement=b64u(signed.statement))


class EntryOutcome(Outcome):
    """A journal's entry (spec chapter 6); without salt, statement and signature when it is withheld."""

    header: str
    salt: str | None = None
    statement: str | None = None
    signature: str | None = None
    metadata: str | None = None
    manifest: str | None = None


class Appended(Outcome):
    """What every change of a vault answers."""

    entry: EntryOutcome


class Refused(Outcome):
    """The `error` of every answer that is not a success."""

    code: str
    message: str


class ErrorOutcome(BaseModel):
    """Every answer that is not a success; some codes add a field beside `error`."""

    error: Refused


class VaultPath(Parameters):
    """A vault."""

    vault: Identifier


class DocumentObjectPath(VaultPath):
    """One version's object."""

    document: Identifier
    version: Positive


class UploadPath(VaultPath):
    """An upload."""

    upload: Identifier


class PartPath(UploadPath):
    """A part of an upload; numbers count from 1."""

    number: Annotated[int, Field(ge=1, le=10_000)]


class GrantPath(Parameters):
    """A grant or invitation."""

    grant: Identifier


class PageQuery(Parameters):
    """A piece of a chain."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    start: Natural = Field(default=0, alias="from")
    limit: Annotated[int, Field(ge=1, le=500)] = 500


def drop_absent(outcome: BaseModel) -> dict[str, object]:
    """An answer without its absent fields, as the specification asks."""
    return outcome.model_dump(mode="json", exclude_none=True)
