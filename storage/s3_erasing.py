"""What a bucket with versioning keeps of objects that were deleted: taken away too, or said to be kept.

Knows the bucket's interface only; what is current was deleted before (`ObjectStore.erase`).
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from storage.base import ERASING, is_object_name
from storage.errors import StoreRefused
from storage.s3_errors import s3_errors

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def erase_versions(client: "S3Client", bucket: str) -> None:
    """Deletes earlier versions and marks of deletion. Raises StoreRefused if any of ours stays."""

    def delete(kept: tuple[str, str]) -> None:
        with s3_errors():
            client.delete_object(Bucket=bucket, Key=kept[0], VersionId=kept[1])

    with ThreadPoolExecutor(ERASING) as pool:
        for page in _pages(client, bucket):
            for _ in pool.map(delete, page):
                pass
    if any(_pages(client, bucket)):
        raise StoreRefused("the bucket keeps versions of objects that were deleted")


def _pages(client: "S3Client", bucket: str) -> Iterator[list[tuple[str, str]]]:
    """Versions and marks under objects' names, a page at a time: keys and numbers."""
    with s3_errors():
        for page in client.get_paginator("list_object_versions").paginate(Bucket=bucket):
            versions = [(one["Key"], one["VersionId"]) for one in page.get("Versions", [])]
            marks = [(one["Key"], one["VersionId"]) for one in page.get("DeleteMarkers", [])]
            yield [kept for kept in versions + marks if is_object_name(kept[0])]
