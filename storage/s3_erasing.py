"""What a bucket with versioning keeps of objects that were deleted: taken away too, or said to be kept.

Knows the bucket's interface only; what is current was deleted before (`ObjectStore.erase`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from storage.base import is_object_name
from storage.errors import StoreRefused
from storage.s3_errors import s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def erase_versions(client: "S3Client", bucket: str) -> None:
    """Deletes earlier versions and marks of deletion. Raises StoreRefused if any of ours stays."""
    for key, version in list(_kept(client, bucket)):
        with s3_errors():
            client.delete_object(Bucket=bucket, Key=key, VersionId=version)
    if next(_kept(client, bucket), None) is not None:
        raise StoreRefused("the bucket keeps versions of objects that were deleted")


def _kept(client: "S3Client", bucket: str) -> Iterator[tuple[str, str]]:
    """Each version and mark under an object's name: its key and its number."""
    with s3_errors():
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            for one in page.get("Versions", []):
                if is_object_name(one["Key"]):
                    yield one["Key"], one["VersionId"]
            for mark in page.get("DeleteMarkers", []):
                if is_object_name(mark["Key"]):
                    yield mark["Key"], mark["VersionId"]
