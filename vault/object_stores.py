"""The object store that a configuration names.

The one place that knows how settings become a store; who may make a bucket that is absent is the caller's
choice. The server's app factory and operators' commands choose their store here.
"""

from storage.base import ObjectStore
from storage.local import LocalStore
from vault.config import LocalStorage, S3Storage


def store_of(storage: LocalStorage | S3Storage, *, create_bucket: bool) -> ObjectStore:
    """The store; a local one makes its folder. Raises StoreRefused for a bucket that cannot be made."""
    if isinstance(storage, LocalStorage):
        return LocalStore(storage.path)
    # boto3 takes a while and much memory to load: only deployments on S3 pay for it.
    from storage.s3 import S3Settings, S3Store

    return S3Store(
        S3Settings(
            endpoint=storage.endpoint,
            public_endpoint=storage.public_endpoint,
            bucket=storage.bucket,
            region=storage.region,
            access_key=storage.access_key,
            secret_key=storage.secret_key,
            ca_bundle=storage.ca_bundle,
            create_bucket=create_bucket,
        )
    )
