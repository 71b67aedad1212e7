"""The doctor and a store that clients reach: signed URLs, CORS as a browser asks, rules that keep."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from mypy_boto3_s3 import S3Client

from storage.base import ObjectName, UploadToken
from storage.direct import Presigned
from storage.s3 import S3Settings, S3Store
from tests.servers.ceph import Ceph
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.actors import ORIGIN
from vault.admin.doctor import direct
from vault.admin.doctor.finding import Finding

pytestmark = pytest.mark.servers


@pytest.fixture(scope="module", params=[SeaweedFS, Ceph])
def server(request: pytest.FixtureRequest) -> Iterator[SeaweedFS | Ceph]:
    with request.param() as started:
        yield started


@pytest.fixture
def settings(server: SeaweedFS | Ceph) -> S3Settings:
    return S3Settings(
        bucket=f"doctor-{time.time_ns()}",
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        ca_bundle=server.ca_bundle,
        create_bucket=True,
    )


@pytest.fixture
def store(settings: S3Settings) -> Iterator[S3Store]:
    with S3Store(settings) as opened:
        yield opened


@pytest.fixture
def client(server: SeaweedFS | Ceph) -> Iterator[S3Client]:
    made = boto3.session.Session(server.access_key, server.secret_key, region_name="us-east-1").client(
        "s3", endpoint_url=server.endpoint, verify=str(server.ca_bundle)
    )
    yield made
    made.close()


def findings(store: S3Store, settings: S3Settings) -> dict[str, Finding]:
    found = direct.examine(store, ORIGIN, direct=True, ca_bundle=settings.ca_bundle)
    for one in found:
        assert (one.repair == "") == (one.status == "ok"), "what is not well says how to repair it"
    return {one.name: one for one in found}


def allow(client: S3Client, bucket: str, origin: str) -> None:
    rule = {"AllowedOrigins": [origin], "AllowedMethods": ["GET", "PUT"], "AllowedHeaders": ["*"]}
    client.put_bucket_cors(Bucket=bucket, CORSConfiguration=json.loads(json.dumps({"CORSRules": [rule]})))


def test_a_bucket_that_is_ready_and_nothing_left_behind(
    store: S3Store, settings: S3Settings, client: S3Client
) -> None:
    allow(client, settings.bucket, ORIGIN)
    assert {name: one.status for name, one in findings(store, settings).items()} == {
        "store_keeping": "ok",
        "store_direct": "ok",
        "store_cors": "ok",
    }
    assert store.list(None, 10) == ()
    assert not list(store.pending())


def test_a_bucket_for_another_origin(store: S3Store, settings: S3Settings, client: S3Client) -> None:
    allow(client, settings.bucket, "https://elsewhere.example")
    found = findings(store, settings)["store_cors"]
    assert found.status == "warn"
    assert ORIGIN in found.repair


def test_rules_that_keep_what_was_deleted(store: S3Store, settings: S3Settings, client: S3Client) -> None:
    client.put_bucket_versioning(Bucket=settings.bucket, VersioningConfiguration={"Status": "Enabled"})
    found = findings(store, settings)["store_keeping"]
    assert (found.status, "versioning" in found.message) == ("warn", True)


def test_a_lock_on_objects(settings: S3Settings, client: S3Client, store: S3Store) -> None:
    bucket = f"{settings.bucket}-locked"
    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    store._bucket = bucket
    found = findings(store, settings)["store_keeping"]
    assert (found.status, "object lock" in found.message) == ("warn", True)


def test_a_proxy_that_breaks_signatures(store: S3Store, settings: S3Settings) -> None:
    class Rewritten(S3Store):
        def _presign_part(
            self, name: ObjectName, token: UploadToken, number: int, length: int, lifetime: int
        ) -> Presigned:
            asked = super()._presign_part(name, token, number, length, lifetime)
            return asked._replace(url=asked.url.replace("127.0.0.1", "localhost"))

    with Rewritten(settings) as broken:
        found = findings(broken, settings)["store_direct"]
    assert (found.status, "refused (403)" in found.message) == ("fail", True)
    assert not list(store.pending())


def test_a_public_endpoint_where_nobody_is(settings: S3Settings) -> None:
    with S3Store(replace(settings, public_endpoint="https://127.0.0.1:9")) as store:
        found = findings(store, settings)
    assert "cannot be reached" in found["store_direct"].message
    assert found["store_cors"].status == "fail"


def test_nothing_is_asked_of_a_proxied_host_but_its_rules(store: S3Store) -> None:
    found = direct.examine(store, ORIGIN, direct=False, ca_bundle=None)
    assert [one.name for one in found] == ["store_keeping"]
