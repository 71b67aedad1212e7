"""An S3 bucket as an object store: AWS, Ceph RADOS Gateway, SeaweedFS, Garage …

Owns the bucket's keys, which are the objects' names. What foreign code raises is mapped in s3_errors.py.
Importing this module loads boto3, which a deployment on a folder need not pay for.

The client is set up for what servers really do: checksums only where an operation requires them (Ceph 16
refuses the trailers that boto3 adds over https), path-style addresses, Content-MD5 on every body (the one
digest of unsigned bodies that Ceph verifies), small time limits. Bodies are spooled to a temporary file, in
memory up to 1 MiB, because their digest goes ahead of them and because a request must be repeatable; a part
whose SHA-256 is known beforehand goes straight through, signed with it. Nothing relies on the server for
integrity: manifests do that.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from storage.base import ObjectName, Part, PartTag, Pending, UploadToken, is_object_name
from storage.direct import DirectStore, Keeping, Presigned
from storage.errors import (
    ObjectExists,
    ObjectMissing,
    StoreError,
    UploadMissing,
    WrongParts,
)
from storage.s3_announced import AnnouncedBody, sign_announced
from storage.s3_erasing import erase_versions
from storage.s3_errors import s3_errors, shorter_range, upload_errors, was_retried
from storage.s3_spooled import spooled
from storage.streams import CHUNK, ByteStream

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType


@dataclass(frozen=True)
class S3Settings:
    """Where the bucket is and how to enter it. Without keys, boto3 looks for them (environment, role)."""

    bucket: str
    endpoint: str | None = None
    public_endpoint: str | None = None
    """What presigned URLs name, when others reach the store by another name than this server does."""
    region: str = "us-east-1"
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False, compare=False)
    ca_bundle: Path | None = None
    create_bucket: bool = False
    spool_folder: Path | None = None
    patience: int = 30
    """Seconds without a byte from the store, after which a request has failed; it is tried three times."""


class S3Store(DirectStore):
    """Objects in a bucket. Makes no request when it is created, unless it has to create the bucket."""

    minimum_part = 5 * 1024 * 1024

    def __init__(self, settings: S3Settings) -> None:
        self._bucket = settings.bucket
        self._spool_folder = settings.spool_folder
        self._client = _client(settings, settings.endpoint)
        sign_announced(self._client)
        # A URL is never rewritten after it was signed: who signs for others names the store as they do.
        self._signing = (
            _client(settings, settings.public_endpoint) if settings.public_endpoint else self._client
        )
        if settings.create_bucket:
            self._create_bucket(settings.region)

    def _close(self) -> None:
        self._client.close()
        self._signing.close()

    def _put(self, name: ObjectName, chunks: Iterator[bytes], length: int) -> None:
        with spooled(chunks, self._spool_folder) as body:
            try:
                with s3_errors():
                    self._client.put_object(
                        Bucket=self._bucket,
                        Key=name,
                        Body=body.file,
                        ContentLength=length,
                        ContentMD5=body.content_md5,
                        ContentType="application/octet-stream",
                        IfNoneMatch="*",
                    )
            except ObjectExists as error:
                # The answer to a first attempt may have been lost: then the object that exists is this one.
                if not (was_retried(error.__cause__) and self._etag(name) == body.md5.hex()):
                    raise

    def _begin(self, name: ObjectName) -> UploadToken:
        with s3_errors():
            answer = self._client.create_multipart_upload(
                Bucket=self._bucket, Key=name, ContentType="application/octet-stream"
            )
            return UploadToken(answer["UploadId"])

    def _put_part(
        self,
        name: ObjectName,
        token: UploadToken,
        number: int,
        offset: int,
        chunks: Iterator[bytes],
        length: int,
        sha256: bytes | None,
    ) -> PartTag:
        if sha256 is not None:
            return self._put_announced(name, token, number, AnnouncedBody(chunks, sha256), length)
        with spooled(chunks, self._spool_folder) as body, upload_errors():
            answer = self._client.upload_part(
                Bucket=self._bucket,
                Key=name,
                UploadId=token,
                PartNumber=number,
                Body=body.file,
                ContentLength=length,
                ContentMD5=body.content_md5,
            )
            return PartTag(answer["ETag"])

    def _put_announced(
        self, name: ObjectName, token: UploadToken, number: int, body: AnnouncedBody, length: int
    ) -> PartTag:
        try:
            with upload_errors():
                answer = self._client.upload_part(
                    Bucket=self._bucket,
                    Key=name,
                    UploadId=token,
                    PartNumber=number,
                    Body=cast(BinaryIO, body),
                    ContentLength=length,
                )
                return PartTag(answer["ETag"])
        except StoreError:
            # botocore wraps what the caller's own body raised.
            if body.failure is not None:
                raise body.failure from None
            raise

    def _complete(self, name: ObjectName, token: UploadToken, parts: Sequence[Part]) -> None:
        try:
            self._check_parts(name, token, parts)
        except UploadMissing:
            self._refuse_existing(name)
            raise
        # Ceph 16 ignores the condition below; this question closes all but a moment.
        self._refuse_existing(name)
        try:
            with upload_errors():
                self._client.complete_multipart_upload(
                    Bucket=self._bucket,
                    Key=name,
                    UploadId=token,
                    MultipartUpload={"Parts": [{"PartNumber": p.number, "ETag": p.tag} for p in parts]},
                    IfNoneMatch="*",
                )
        except (UploadMissing, ObjectExists) as error:
            # As in _put: there was no such object just before, so that after a lost answer it is this one.
            if was_retried(error.__cause__) and self._size(name) == sum(part.length for part in parts):
                return
            self._refuse_existing(name)
            raise

    def _abort(self, name: ObjectName, token: UploadToken) -> None:
        try:
            with upload_errors():
                self._client.abort_multipart_upload(Bucket=self._bucket, Key=name, UploadId=token)
        except UploadMissing:
            return

    def _open_range(self, name: ObjectName, start: int, length: int) -> ByteStream:
        with s3_errors():
            answer = self._client.get_object(
                Bucket=self._bucket, Key=name, Range=f"bytes={start}-{start + length - 1}"
            )
            body, given = answer["Body"], answer["ContentLength"]
        if given != length:
            body.close()
            raise shorter_range(answer.get("ContentRange", ""), given)

        def chunks() -> Iterator[bytes]:
            while True:
                with s3_errors():
                    chunk = body.read(CHUNK)
                if not chunk:
                    return
                yield chunk

        return ByteStream(chunks(), length, body.close)

    def _size(self, name: ObjectName) -> int:
        try:
            with s3_errors():
                return self._client.head_object(Bucket=self._bucket, Key=name)["ContentLength"]
        except ObjectMissing:
            self._ask_for_bucket()
            raise

    def _delete(self, name: ObjectName) -> None:
        with s3_errors():
            self._client.delete_object(Bucket=self._bucket, Key=name)

    def _list(self, after: ObjectName | None, limit: int) -> tuple[ObjectName, ...]:
        # Pages that hold only foreign keys are passed over, so that an empty page means the end.
        position = after or ""
        while True:
            with s3_errors():
                answer = self._client.list_objects_v2(Bucket=self._bucket, StartAfter=position, MaxKeys=limit)
                keys = [entry["Key"] for entry in answer.get("Contents", [])]
                cut = answer["IsTruncated"]
            names = tuple(ObjectName(key) for key in keys if is_object_name(key))
            if names or not keys or not cut:
                return names
            position = keys[-1]

    def _pending(self) -> Iterator[Pending]:
        with s3_errors():
            for page in self._client.get_paginator("list_multipart_uploads").paginate(Bucket=self._bucket):
                for upload in page.get("Uploads", []):
                    if is_object_name(upload["Key"]):
                        started_at = upload["Initiated"].astimezone(UTC)
                        yield Pending(ObjectName(upload["Key"]), UploadToken(upload["UploadId"]), started_at)

    def _erase(self) -> int:
        erased = super()._erase()
        erase_versions(self._client, self._bucket)
        return erased

    def _presign_part(
        self, name: ObjectName, token: UploadToken, number: int, length: int, lifetime: int
    ) -> Presigned:
        with s3_errors():
            url = self._signing.generate_presigned_url(
                "upload_part",
                Params={
                    "Bucket": self._bucket,
                    "Key": name,
                    "UploadId": token,
                    "PartNumber": number,
                    "ContentLength": length,
                },
                ExpiresIn=lifetime,
            )
        return Presigned(url, {"Content-Length": str(length)})

    def _presign_range(self, name: ObjectName, start: int, length: int, lifetime: int) -> Presigned:
        asked = f"bytes={start}-{start + length - 1}"
        with s3_errors():
            url = self._signing.generate_presigned_url(
                "get_object",
                Params={"Bucket": self._bucket, "Key": name, "Range": asked},
                ExpiresIn=lifetime,
            )
        return Presigned(url, {"Range": asked})

    def _arrived(self, name: ObjectName, token: UploadToken) -> tuple[Part, ...]:
        with upload_errors():
            pages = self._client.get_paginator("list_parts").paginate(
                Bucket=self._bucket, Key=name, UploadId=token
            )
            # SeaweedFS lists a part that was sent again under each of its tags, in no order.
            found = {
                Part(part["PartNumber"], PartTag(part["ETag"]), part["Size"])
                for page in pages
                for part in page.get("Parts", [])
            }
        return tuple(sorted(found))

    def _keeping(self) -> Keeping:
        with s3_errors():
            status = self._client.get_bucket_versioning(Bucket=self._bucket).get("Status")
        return Keeping(status in ("Enabled", "Suspended"), self._locks())

    def _locks(self) -> bool:
        with s3_errors():
            try:
                answer = self._client.get_object_lock_configuration(Bucket=self._bucket)
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "ObjectLockConfigurationNotFoundError":
                    return False
                raise
        return answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") == "Enabled"

    def _check_parts(self, name: ObjectName, token: UploadToken, parts: Sequence[Part]) -> None:
        """Compares lengths and tags with what the server holds, since S3 would not look at a length."""
        held = {(part.number, part.tag.strip('"'), part.length) for part in self._arrived(name, token)}
        for part in parts:
            if (part.number, part.tag.strip('"'), part.length) not in held:
                raise WrongParts(f"the server holds no part {part.number} of this tag and length")

    def _etag(self, name: ObjectName) -> str | None:
        """The object's entity tag without quotes, or None if there is no such object."""
        try:
            with s3_errors():
                return self._client.head_object(Bucket=self._bucket, Key=name)["ETag"].strip('"')
        except ObjectMissing:
            return None

    def _refuse_existing(self, name: ObjectName) -> None:
        if self._etag(name) is not None:
            raise ObjectExists("an object of that name exists")

    def _ask_for_bucket(self) -> None:
        # HEAD has no body to say what is missing: a listing tells if it is the bucket.
        with s3_errors():
            self._client.list_objects_v2(Bucket=self._bucket, MaxKeys=1)

    def _create_bucket(self, region: str) -> None:
        try:
            with s3_errors():
                self._client.head_bucket(Bucket=self._bucket)
        except ObjectMissing:
            with s3_errors():
                self._create_absent_bucket(region)

    def _create_absent_bucket(self, region: str) -> None:
        exceptions = self._client.exceptions
        try:
            if region == "us-east-1":
                self._client.create_bucket(Bucket=self._bucket)
            else:
                self._client.create_bucket(
                    Bucket=self._bucket,
                    CreateBucketConfiguration={
                        "LocationConstraint": cast("BucketLocationConstraintType", region)
                    },
                )
        except exceptions.BucketAlreadyOwnedByYou:
            return


def _client(settings: S3Settings, endpoint: str | None) -> "S3Client":
    with s3_errors():
        # A session of its own: boto3's default one is shared by the process and not thread-safe.
        return boto3.session.Session(
            aws_access_key_id=settings.access_key,
            aws_secret_access_key=settings.secret_key,
            region_name=settings.region,
        ).client(
            "s3",
            endpoint_url=endpoint,
            verify=str(settings.ca_bundle) if settings.ca_bundle else None,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                retries={"mode": "adaptive", "total_max_attempts": 3},
                connect_timeout=3,
                read_timeout=settings.patience,
                max_pool_connections=32,
            ),
        )
