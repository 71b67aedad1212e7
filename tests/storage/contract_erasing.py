"""The contract of `erase`: nothing of ours is left in a store of its own; on S3 also no earlier version.

The module gives the fixtures `erased_store` (of this test's own, empty) and, for buckets, `erased_bucket`.
"""

import os

import pytest
from mypy_boto3_s3 import S3Client

from storage.base import ObjectStore, new_object_name
from storage.s3 import S3Store
from tests.storage.contract import put


class ErasingContract:
    """Of any store."""

    def test_nothing_is_left(self, erased_store: ObjectStore) -> None:
        for _ in range(3):
            put(erased_store, os.urandom(10))
        erased_store.begin(new_object_name())
        assert erased_store.erase() == 3
        assert erased_store.list(None, 1) == ()
        assert not list(erased_store.pending())
        assert erased_store.erase() == 0


class ErasingVersionsContract(ErasingContract):
    """Of a bucket that may keep what is deleted."""

    @pytest.fixture
    def versioned(self, erased_bucket: tuple[S3Client, str]) -> tuple[S3Client, str]:
        client, bucket = erased_bucket
        client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        return client, bucket

    def test_no_earlier_version_is_left_and_what_is_not_ours_stays(
        self, versioned: tuple[S3Client, str], erased_store: S3Store
    ) -> None:
        client, bucket = versioned
        first = put(erased_store, b"deleted before")
        erased_store.delete(first)
        put(erased_store, b"still there")
        client.put_object(Bucket=bucket, Key="someone/else", Body=b"x")
        assert erased_store.erase() == 1
        listed = client.list_object_versions(Bucket=bucket)
        held = [one["Key"] for one in (*listed.get("Versions", []), *listed.get("DeleteMarkers", []))]
        assert held == ["someone/else"]
