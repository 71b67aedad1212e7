"""The contract on Ceph's RADOS gateway over https behind nginx: what accredited hosts run."""

import ssl
from collections.abc import Iterator
from dataclasses import replace

import boto3
import httpx
import pytest
from botocore.config import Config
from mypy_boto3_s3 import S3Client

from storage.base import new_object_name
from storage.s3 import S3Settings, S3Store
from tests.servers.ceph import Ceph
from tests.storage.contract import StoreContract
from tests.storage.contract_direct import DirectContract
from tests.storage.contract_erasing import ErasingVersionsContract
from tests.storage.contract_parts import PartsContract

pytestmark = pytest.mark.servers


def settings_of(ceph: Ceph) -> S3Settings:
    return S3Settings(
        bucket="coffre",
        endpoint=ceph.endpoint,
        region=ceph.region,
        access_key=ceph.access_key,
        secret_key=ceph.secret_key,
        ca_bundle=ceph.ca_bundle,
        create_bucket=True,
    )


@pytest.fixture(scope="module")
def store(ceph: Ceph) -> Iterator[S3Store]:
    with S3Store(settings_of(ceph)) as opened:
        yield opened


@pytest.fixture
def stopped_store(ceph: Ceph) -> Iterator[S3Store]:
    with S3Store(settings_of(ceph)) as opened:
        ceph.kill_gateway()
        yield opened
        ceph.start_gateway()


@pytest.fixture(scope="module")
def outside(ceph: Ceph) -> Iterator[httpx.Client]:
    with httpx.Client(verify=ssl.create_default_context(cafile=str(ceph.ca_bundle))) as client:
        yield client


class TestCephObjects(StoreContract):
    """The contract of whole objects on Ceph."""


class TestCephParts(PartsContract):
    """The contract of uploads in parts on Ceph."""


class TestCephDirect(DirectContract):
    """The contract of URLs for others on Ceph."""


@pytest.fixture
def erased_bucket(ceph: Ceph) -> Iterator[tuple[S3Client, str]]:
    """A bucket of the test's own, which is removed with it."""
    bucket = f"erased-{new_object_name()}"
    client = boto3.session.Session(ceph.access_key, ceph.secret_key, region_name=ceph.region).client(
        "s3",
        endpoint_url=ceph.endpoint,
        verify=str(ceph.ca_bundle),
        # Ceph 16 refuses the trailers that boto3 adds.
        config=Config(request_checksum_calculation="when_required"),
    )
    client.create_bucket(Bucket=bucket)
    yield client, bucket
    client.close()


@pytest.fixture
def erased_store(ceph: Ceph, erased_bucket: tuple[S3Client, str]) -> Iterator[S3Store]:
    with S3Store(replace(settings_of(ceph), bucket=erased_bucket[1], create_bucket=False)) as opened:
        yield opened


class TestCephErasing(ErasingVersionsContract):
    """Nothing is left on Ceph, of versions neither."""
