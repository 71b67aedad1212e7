"""Hosts for the operator's commands: embedded, or with PostgreSQL and SeaweedFS; running, empty, damaged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import boto3

from crypto.encoding import new_id
from storage.base import ObjectName, ObjectStore
from tests.servers.ceph import Ceph
from tests.servers.postgresql import PostgreSQL
from tests.servers.seaweedfs import SeaweedFS
from tests.vault.actors import ORIGIN
from tests.vault.rooms import Room, open_room
from vault.admin.deployment import open_store
from vault.config import Config, load


@dataclass
class Hosts:
    """Makes hosts below a folder, each with a database and a store of its own."""

    folder: Path
    postgresql: PostgreSQL | None = None
    weed: SeaweedFS | None = None
    rooms: list[Room] = field(default_factory=list)
    buckets: list[str] = field(default_factory=list)

    def environ(self) -> dict[str, str]:
        """The environment of a host where nothing stands yet."""
        name = new_id()
        found = {"COFFRE_DATA": str(self.folder / name), "COFFRE_SERVER_PUBLIC_URL": ORIGIN}
        if self.postgresql is not None:
            found["COFFRE_DATABASE_URL"] = self.postgresql.create_database(f"host_{name}")
        if self.weed is not None:
            self.buckets.append(f"host-{name}")
            found |= s3_environ(self.weed, self.buckets[-1])
        return found

    def empty(self) -> Config:
        """The configuration of a host where nothing stands yet."""
        return load(None, self.environ())

    def room(self) -> Room:
        """A host that runs."""
        return self.run(self.environ())

    def run(self, environ: Mapping[str, str]) -> Room:
        """The server on what stands at a place."""
        rest = {
            name: value
            for name, value in environ.items()
            if name.startswith(("COFFRE_STORAGE_", "COFFRE_DIRECTORY_"))
        }
        store = open_store(load(None, environ), create=True)
        folder = Path(environ["COFFRE_DATA"])
        folder.mkdir(exist_ok=True)
        room = open_room(folder, environ.get("COFFRE_DATABASE_URL"), store, **rest)
        self.rooms.append(room)
        return room

    def close(self) -> None:
        """Lets go of every room's connections, and of buckets: SeaweedFS sets volumes aside for each."""
        for room in self.rooms:
            room.database.close()
            room.store.close()
        if self.weed is not None:
            remove_buckets(self.weed, self.buckets)


def remove_buckets(weed: SeaweedFS | Ceph, buckets: Sequence[str]) -> None:
    """Those of them that are there, with all they hold."""
    s3 = boto3.client(
        "s3",
        endpoint_url=weed.endpoint,
        region_name=weed.region,
        aws_access_key_id=weed.access_key,
        aws_secret_access_key=weed.secret_key,
        verify=str(weed.ca_bundle),
    )
    existing = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for bucket in existing.intersection(buckets):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for item in page.get("Contents", []):
                s3.delete_object(Bucket=bucket, Key=item["Key"])
        for upload in s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []):
            s3.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
        s3.delete_bucket(Bucket=bucket)
    s3.close()


def s3_environ(weed: SeaweedFS, bucket: str) -> dict[str, str]:
    """Settings of a bucket."""
    return {
        "COFFRE_STORAGE_KIND": "s3",
        "COFFRE_STORAGE_ENDPOINT": weed.endpoint,
        "COFFRE_STORAGE_REGION": weed.region,
        "COFFRE_STORAGE_BUCKET": bucket,
        "COFFRE_STORAGE_ACCESS_KEY": weed.access_key,
        "COFFRE_STORAGE_SECRET_KEY": weed.secret_key,
        "COFFRE_STORAGE_CA_BUNDLE": str(weed.ca_bundle),
    }


def read(store: ObjectStore, name: str) -> bytes:
    """A whole object."""
    with store.open_range(ObjectName(name), 0, store.size(ObjectName(name))) as stream:
        return b"".join(stream)


def replace(store: ObjectStore, name: str, content: bytes) -> None:
    """What a broken disk or a hostile host does to an object."""
    store.delete(ObjectName(name))
    store.put(ObjectName(name), iter([content]), len(content))


def flip(store: ObjectStore, name: str, at: int) -> None:
    """Changes one bit of an object."""
    content = bytearray(read(store, name))
    content[at] ^= 1
    replace(store, name, bytes(content))
