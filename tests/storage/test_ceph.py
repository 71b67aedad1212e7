"""The contract on Ceph's RADOS gateway over https behind nginx: what accredited hosts run."""

import ssl
from collections.abc import Iterator

import httpx
import pytest

from storage.s3 import S3Settings, S3Store
from tests.servers.ceph import Ceph
from tests.storage.contract import StoreContract
from tests.storage.contract_direct import DirectContract
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
