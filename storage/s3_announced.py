"""Parts on their way to S3 whose SHA-256 is known before their first byte.

    body = AnnouncedBody(chunks, sha256)
    client.upload_part(Body=body, ContentLength=length, …)        # a client that `sign_announced` was shown

S3 wants a digest ahead of a body: the signature covers it, and the store refuses any other body. Who hashes
the body for that has to keep it aside first; where its sender announced the digest, nothing is kept. Owns
nothing else than that; whether the bytes are those that were announced is the caller's to check as well.
"""

import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, cast

from botocore.auth import AUTH_TYPE_MAPS, S3SigV4Auth
from botocore.awsrequest import AWSRequest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SIGNER: Final = "coffre-s3v4-announced"


class AnnouncedBody:
    """A body as botocore wants it, of chunks that come once. `failure` is what they raised, if they did."""

    def __init__(self, chunks: Iterator[bytes], sha256: bytes) -> None:
        self.sha256 = sha256.hex()
        self._chunks = chunks
        self._begun = False
        self.failure: BaseException | None = None

    def read(self, _size: int = -1, /) -> bytes:
        """The next chunk, whatever its size; none at the end."""
        self._begun = True
        try:
            return next(self._chunks, b"")
        except BaseException as error:
            self.failure = error
            raise

    def tell(self) -> int:
        """Where a retry would have to begin."""
        return 0

    def seek(self, _offset: int, _whence: int = 0, /) -> int:
        """Succeeds as long as nothing was read: a connection that could not be made is tried again."""
        if self._begun:
            raise io.UnsupportedOperation("the body has gone by")
        return 0


class AnnouncedAuth(S3SigV4Auth):
    """Signs a body's announced digest; any other body as ever."""

    def payload(self, request: AWSRequest) -> str:
        """What the signature says of the body."""
        body = request.body
        found: str = body.sha256 if isinstance(body, AnnouncedBody) else super().payload(request)
        return found


def sign_announced(client: "S3Client") -> None:
    """Makes a client's `upload_part` take announced bodies."""
    # botocore knows signers by name only.
    AUTH_TYPE_MAPS[_SIGNER] = AnnouncedAuth
    # What a handler gives counts for this event, unlike what the stubs say.
    client.meta.events.register("choose-signer.s3.UploadPart", cast(Callable[..., None], _choose))


def _choose(signature_version: str, **_event: object) -> str | None:
    # Not for URLs, whose signature speaks of no body.
    return _SIGNER if signature_version == "s3v4" else None
