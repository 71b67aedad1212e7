"""What S3 servers and botocore raise, as the errors of storage.errors. The only place where that is decided.

Owns the table of S3's error codes (source: the AWS S3 API reference, "Error responses", and what Ceph 16 and
SeaweedFS 4 answered). Imports botocore, so only s3.py imports this module.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ParamValidationError,
    PartialCredentialsError,
    SSLError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from storage.errors import (
    ObjectExists,
    ObjectMissing,
    RangeNotSatisfiable,
    StoreError,
    StoreRefused,
    StoreUnavailable,
    UploadMissing,
    WrongLength,
    WrongParts,
)

_CONTENT_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)", re.ASCII)
_BY_CODE: dict[str, type[StoreError]] = {
    "NoSuchKey": ObjectMissing,
    "404": ObjectMissing,
    "NoSuchUpload": UploadMissing,
    "InvalidRange": RangeNotSatisfiable,
    "416": RangeNotSatisfiable,
    "PreconditionFailed": ObjectExists,
    "412": ObjectExists,
    "InvalidPart": WrongParts,
    "InvalidPartOrder": WrongParts,
    "EntityTooSmall": WrongParts,
    "EntityTooLarge": WrongLength,
    # Damaged or cut off on the way, or overtaken by a request for the same name: the same call can work.
    "BadDigest": StoreUnavailable,
    "XAmzContentSHA256Mismatch": StoreUnavailable,
    "IncompleteBody": StoreUnavailable,
    "RequestTimeout": StoreUnavailable,
    "ConditionalRequestConflict": StoreUnavailable,
    "OperationAborted": StoreUnavailable,
    "SlowDown": StoreUnavailable,
}


@contextmanager
def s3_errors() -> Iterator[None]:
    """Turns everything that botocore raises inside of the block into a StoreError."""
    try:
        yield
    except ClientError as error:
        raise _of_answer(error) from error
    except (NoCredentialsError, PartialCredentialsError, ParamValidationError) as error:
        raise StoreRefused(f"the S3 client's settings: {type(error).__name__}") from error
    except SSLError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            raise StoreRefused("the S3 server's certificate is not trusted") from error
        raise StoreUnavailable("the S3 server broke off the TLS connection") from error
    except (KeyError, ResponseParserError) as error:
        # A success without its fields: the answer was cut off, which nobody notices before.
        raise StoreUnavailable("the S3 server's answer is incomplete") from error
    except (BotoCoreError, HTTPError, OSError) as error:
        raise StoreUnavailable(f"the S3 server cannot be reached: {type(error).__name__}") from error


@contextmanager
def upload_errors() -> Iterator[None]:
    """As `s3_errors`, for requests about an upload: Ceph 16 says NoSuchKey when it is the upload that is
    missing."""
    try:
        with s3_errors():
            yield
    except ObjectMissing as error:
        raise UploadMissing(*error.args) from error.__cause__


def shorter_range(content_range: str, length: int) -> StoreError:
    """What it means that `length` bytes come and not those that were asked for.

    A range that reaches over the object's end is cut by S3, not refused. But an answer's head may also be cut
    off in the middle of a number, which no library notices.
    """
    found = _CONTENT_RANGE.fullmatch(content_range)
    if found is not None:
        first, last, total = map(int, found.groups())
        if last == total - 1 and last - first == length - 1:
            return RangeNotSatisfiable("the range reaches outside of the object")
    return StoreUnavailable("the S3 server's answer is incomplete")


def was_retried(error: BaseException | None) -> bool:
    """Whether botocore had sent the request before, so that the answer may speak of our own first attempt."""
    if not isinstance(error, ClientError):
        return False
    return error.response["ResponseMetadata"]["RetryAttempts"] > 0


def _of_answer(error: ClientError) -> StoreError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    text = f"the S3 server answered {status} {code}".rstrip()
    known = _BY_CODE.get(code)
    if known is not None:
        return known(text)
    # Everything else that blames the request (credentials, clock, region, bucket) needs an operator.
    return StoreUnavailable(text) if status >= 500 or status == 429 else StoreRefused(text)
