"""The contract on S3 (SeaweedFS over https), and what only S3 does: credentials, buckets, lost answers."""

import io
import os
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import boto3
import httpx
import pytest
import trustme
from mypy_boto3_s3 import S3Client

from storage.base import ObjectName, Part, new_object_name
from storage.errors import (
    ObjectExists,
    ObjectMissing,
    RangeNotSatisfiable,
    StoreRefused,
    StoreUnavailable,
    WrongParts,
)
from storage.s3 import S3Settings, S3Store
from storage.s3_errors import shorter_range
from tests.servers.ports import free_ports
from tests.servers.seaweedfs import SeaweedFS
from tests.storage.contract import StoreContract, put, read, send
from tests.storage.contract_direct import DirectContract
from tests.storage.contract_erasing import ErasingContract
from tests.storage.contract_parts import PartsContract
from tests.storage.lossy_proxy import LossyProxy
from tests.vault.admin.hosts import remove_buckets

pytestmark = pytest.mark.servers

T = TypeVar("T")
MIB = 1024 * 1024


def settings_of(weed: SeaweedFS) -> S3Settings:
    return S3Settings(
        bucket="coffre",
        endpoint=weed.endpoint,
        region=weed.region,
        access_key=weed.access_key,
        secret_key=weed.secret_key,
        ca_bundle=weed.ca_bundle,
        create_bucket=True,
    )


@pytest.fixture(scope="module")
def settings(weed: SeaweedFS) -> S3Settings:
    return settings_of(weed)


@pytest.fixture(scope="module")
def store(settings: S3Settings) -> Iterator[S3Store]:
    with S3Store(settings) as opened:
        yield opened


@pytest.fixture
def stopped_store(settings: S3Settings) -> Iterator[S3Store]:
    """Nobody listens where it is said to be, as after a kill; the one that all share lives on."""
    [port] = free_ports(1)
    gone = replace(settings, endpoint=f"https://127.0.0.1:{port}", create_bucket=False)
    with S3Store(gone) as opened:
        yield opened


@pytest.fixture
def plain_client(weed: SeaweedFS) -> Iterator[S3Client]:
    client = boto3.session.Session(weed.access_key, weed.secret_key, region_name=weed.region).client(
        "s3", endpoint_url=weed.plain_endpoint
    )
    yield client
    client.close()


class TestS3Objects(StoreContract):
    """The contract of whole objects on S3."""


class TestS3Parts(PartsContract):
    """The contract of uploads in parts on S3."""


@pytest.fixture(scope="module")
def outside(weed: SeaweedFS) -> Iterator[httpx.Client]:
    with httpx.Client(verify=ssl.create_default_context(cafile=str(weed.ca_bundle))) as client:
        yield client


class TestS3Direct(DirectContract):
    """The contract of URLs for others on S3."""


def test_urls_name_the_public_endpoint_and_the_server_uses_its_own(
    settings: S3Settings, weed: SeaweedFS, outside: httpx.Client
) -> None:
    public = weed.endpoint.replace("127.0.0.1", "localhost")
    with S3Store(replace(settings, public_endpoint=public, create_bucket=False)) as store:
        name = put(store, b"content")
        asked = store.presign_range(name, 0, 7, lifetime=60)
        assert asked.url.startswith(f"{public}/coffre/{name}?")
        assert outside.get(asked.url, headers=asked.headers).content == b"content"
        token = store.begin(name)
        part = store.presign_part(name, token, 1, 4, lifetime=60)
        assert part.url.startswith(f"{public}/")
        assert outside.put(part.url, content=b"four").status_code == 200
        store.abort(name, token)


def test_a_wrong_secret_is_refused(settings: S3Settings) -> None:
    with S3Store(replace(settings, secret_key="wrong" * 4, create_bucket=False)) as store:
        name = new_object_name()
        for call in (
            lambda: store.put(name, io.BytesIO(b"x"), 1),
            lambda: store.begin(name),
            lambda: store.open_range(name, 0, 1),
            lambda: store.size(name),
            lambda: store.delete(name),
            lambda: store.list(None, 1),
        ):
            with pytest.raises(StoreRefused):
                call()


def test_an_unknown_access_key_is_refused(settings: S3Settings) -> None:
    with (
        S3Store(replace(settings, access_key="nobody", create_bucket=False)) as store,
        pytest.raises(StoreRefused),
    ):
        store.list(None, 1)


def test_a_bucket_that_is_not_there_is_refused_and_not_taken_for_an_empty_one(settings: S3Settings) -> None:
    with S3Store(replace(settings, bucket="elsewhere", create_bucket=False)) as store:
        name = new_object_name()
        for call in (
            lambda: store.put(name, io.BytesIO(b"x"), 1),
            lambda: store.open_range(name, 0, 1),
            lambda: store.size(name),
            lambda: store.list(None, 1),
        ):
            with pytest.raises(StoreRefused):
                call()


def test_a_certificate_of_another_authority_is_refused(settings: S3Settings, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(str(other))
    with (
        S3Store(replace(settings, ca_bundle=other, create_bucket=False)) as store,
        pytest.raises(StoreRefused),
    ):
        store.list(None, 1)


def test_creating_a_bucket_that_exists_keeps_it(settings: S3Settings, store: S3Store) -> None:
    name = put(store, b"content")
    with S3Store(settings) as again:
        assert read(again, name) == b"content"


def test_a_small_part_in_the_middle_is_refused_before_the_server_sees_it(store: S3Store) -> None:
    name = new_object_name()
    token = store.begin(name)
    parts = [send(store, name, token, 1, 0, b"small"), send(store, name, token, 2, 5, b"last")]
    with pytest.raises(WrongParts):
        store.complete(name, token, parts)
    with pytest.raises(ObjectMissing):
        store.size(name)


def test_the_secret_is_not_shown(settings: S3Settings) -> None:
    assert settings.secret_key is not None
    assert settings.secret_key not in repr(settings)


def test_foreign_keys_are_not_listed_however_many(store: S3Store, plain_client: S3Client) -> None:
    name = put(store, b"content")
    before = ObjectName(f"{int(name, 16) - 1:032x}")
    for number in range(7):
        plain_client.put_object(Bucket="coffre", Key=f"{before}-foreign-{number}", Body=b"x")
    upload = plain_client.create_multipart_upload(Bucket="coffre", Key="foreign-upload")
    assert store.list(before, 2)[0] == name
    assert all(entry.token != upload["UploadId"] for entry in store.pending())


def patiently(call: Callable[[], T]) -> T:
    """Calls again while the store is unavailable, for a minute at most."""
    end = time.monotonic() + 60
    while True:
        try:
            return call()
        except StoreUnavailable:
            if time.monotonic() > end:
                raise
            time.sleep(0.5)


@pytest.mark.slow
def test_after_a_crash_of_the_server_the_same_store_works_again() -> None:
    with SeaweedFS() as server, S3Store(settings_of(server)) as store:
        name = put(store, b"acknowledged")
        upload = new_object_name()
        token = store.begin(upload)
        part = send(store, upload, token, 1, 0, b"a part")
        server.kill()
        with pytest.raises(StoreUnavailable):
            store.size(name)
        server.start()
        # Its volumes join some seconds after it answers; until then the store is unavailable, which is
        # retryable.
        assert patiently(lambda: read(store, name)) == b"acknowledged"
        patiently(lambda: store.complete(upload, token, [part]))
        assert read(store, upload) == b"a part"


def test_a_server_that_dies_under_a_reader_is_an_error_and_not_an_end() -> None:
    size = 64 * MIB
    with SeaweedFS() as server, S3Store(settings_of(server)) as store:
        name = new_object_name()
        token = store.begin(name)
        parts = [
            send(store, name, token, number, (number - 1) * 16 * MIB, bytes(16 * MIB))
            for number in range(1, 5)
        ]
        store.complete(name, token, parts)
        with store.open_range(name, 0, size) as stream:
            next(stream)
            server.kill()
            with pytest.raises(StoreUnavailable):
                for _ in stream:
                    pass


@pytest.fixture
def lossy(weed: SeaweedFS) -> Iterator[LossyProxy]:
    with LossyProxy(weed.plain_port) as proxy:
        yield proxy


@pytest.fixture
def lossy_store(store: S3Store, settings: S3Settings, lossy: LossyProxy) -> Iterator[S3Store]:
    with S3Store(replace(settings, endpoint=lossy.endpoint, create_bucket=False)) as opened:
        yield opened


def test_a_put_whose_answer_was_lost_succeeds(lossy_store: S3Store, lossy: LossyProxy) -> None:
    lossy.lose = 1
    name = put(lossy_store, b"content")
    assert lossy.lost == 1
    assert read(lossy_store, name) == b"content"


def test_a_put_whose_answer_was_lost_does_not_pass_for_another_object(
    lossy_store: S3Store, lossy: LossyProxy
) -> None:
    name = put(lossy_store, b"content")
    lossy.lose = 1
    with pytest.raises(ObjectExists):
        lossy_store.put(name, io.BytesIO(b"another"), 7)
    assert lossy.lost == 1
    assert read(lossy_store, name) == b"content"


def test_a_part_whose_answer_was_lost_succeeds(lossy_store: S3Store, lossy: LossyProxy) -> None:
    name = new_object_name()
    token = lossy_store.begin(name)
    content = os.urandom(2 * MIB)
    lossy.lose = 1
    tag = lossy_store.put_part(name, token, 1, 0, io.BytesIO(content), len(content))
    assert lossy.lost == 1
    lossy_store.complete(name, token, [Part(1, tag, len(content))])
    assert read(lossy_store, name) == content


def test_a_part_that_went_by_is_its_senders_to_send_again(lossy_store: S3Store, lossy: LossyProxy) -> None:
    name = new_object_name()
    token = lossy_store.begin(name)
    lossy.lose = 1
    with pytest.raises(StoreUnavailable):
        send(lossy_store, name, token, 1, 0, b"content")
    assert lossy.lost == 1
    lossy_store.complete(name, token, [send(lossy_store, name, token, 1, 0, b"content")])
    assert read(lossy_store, name) == b"content"


def test_an_upload_whose_completion_was_lost_is_complete(
    lossy_store: S3Store, lossy: LossyProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = new_object_name()
    token = lossy_store.begin(name)
    part = send(lossy_store, name, token, 1, 0, b"content")

    def lose_completion(**_: object) -> None:
        lossy.lose = 1

    # The questions that come before the completion are answered; its first attempt is not.
    events = lossy_store._client.meta.events
    events.register_first("before-parameter-build.s3.CompleteMultipartUpload", lose_completion)
    lossy_store.complete(name, token, [part])
    assert lossy.lost == 1
    assert read(lossy_store, name) == b"content"


def test_a_store_that_loses_every_answer_is_unavailable(lossy_store: S3Store, lossy: LossyProxy) -> None:
    lossy.lose = 100
    with pytest.raises(StoreUnavailable):
        lossy_store.list(None, 1)


def test_a_full_temporary_folder_is_unavailable(settings: S3Settings, tmp_path: Path) -> None:
    with S3Store(replace(settings, spool_folder=tmp_path / "absent", create_bucket=False)) as store:
        name = new_object_name()
        with pytest.raises(StoreUnavailable):
            store.put(name, io.BytesIO(bytes(2 * MIB)), 2 * MIB)
        with pytest.raises(ObjectMissing):
            store.size(name)


@pytest.mark.parametrize(
    ("content_range", "error"),
    [
        ("bytes 90-99/100", RangeNotSatisfiable),
        ("bytes 90-98/100", StoreUnavailable),
        ("bytes 0-99/100", StoreUnavailable),
        ("bytes 90-99/1", StoreUnavailable),
        ("", StoreUnavailable),
    ],
)
def test_fewer_bytes_than_asked_are_an_objects_end_only_if_the_answer_says_so(
    content_range: str, error: type[Exception]
) -> None:
    assert isinstance(shorter_range(content_range, 10), error)


@pytest.fixture
def erased_bucket(weed: SeaweedFS, plain_client: S3Client) -> Iterator[tuple[S3Client, str]]:
    """A bucket of the test's own."""
    bucket = f"erased-{new_object_name()}"
    plain_client.create_bucket(Bucket=bucket)
    yield plain_client, bucket
    remove_buckets(weed, [bucket])


@pytest.fixture
def erased_store(settings: S3Settings, erased_bucket: tuple[S3Client, str]) -> Iterator[S3Store]:
    with S3Store(replace(settings, bucket=erased_bucket[1], create_bucket=False)) as opened:
        yield opened


class TestS3Erasing(ErasingContract):
    """Nothing is left in a bucket."""
