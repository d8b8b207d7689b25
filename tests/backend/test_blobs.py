"""Blob stores: what every one must do, sealed content, and a folder that a crash cannot leave half-written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer

from backend.blobs import (
    BlobDamaged,
    BlobMissing,
    BlobStore,
    FolderBlobs,
    S3Blobs,
    blob_name,
    new_key,
    seal,
    unseal,
)

NAME = blob_name("owner", "content")


@pytest.fixture(scope="module")
def s3_client() -> Iterator[Any]:
    """A client of an S3 service on this machine."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{host}:{port}",
        region_name="kz-test-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    client.create_bucket(Bucket="qala", CreateBucketConfiguration={"LocationConstraint": "kz-test-1"})
    yield client
    client.close()
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    """Each kind of blob store; both must pass every test here."""
    if request.param == "folder":
        return FolderBlobs(tmp_path / "blobs")
    return S3Blobs("s3://qala/city", client=request.getfixturevalue("s3_client"))


def test_what_was_put_is_got(store: BlobStore) -> None:
    """Byte for byte; putting it again changes nothing."""
    store.put(NAME, b"sealed \x00 bytes")
    store.put(NAME, b"sealed \x00 bytes")
    assert b"sealed \x00 bytes" == store.get(NAME)


def test_what_is_not_there_is_missing(store: BlobStore) -> None:
    """Before it was put and after it was deleted; deleting twice is fine."""
    name = blob_name("owner", "other")
    with pytest.raises(BlobMissing):
        store.get(name)
    store.put(name, b"x")
    store.delete(name)
    store.delete(name)
    with pytest.raises(BlobMissing):
        store.get(name)


@pytest.mark.parametrize("name", ["../secrets", "a/b", "", "ключ", "a.b"])
def test_a_name_that_is_no_name_is_refused(store: BlobStore, name: str) -> None:
    """Nothing outside the store can be reached."""
    with pytest.raises(ValueError, match="letters and digits"):
        store.get(name)


def test_a_folder_keeps_no_half_file(tmp_path: Path) -> None:
    """The name appears only when the whole content is there; files are the owner's alone."""
    FolderBlobs(tmp_path).put(NAME, b"x" * 1000)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert ([NAME], 0o600) == ([path.name for path in files], files[0].stat().st_mode & 0o777)


def test_a_new_subfolder_is_durable_before_its_file(tmp_path: Path) -> None:
    """A power cut must not lose the folder of a blob whose row was committed: its entry is synced, once a process."""
    synced: list[Path] = []
    folder = tmp_path / "blobs"
    store = FolderBlobs(folder, sync_folder=synced.append)
    store.put("ab1", b"x")
    store.put("ab2", b"x")
    store.put("cd1", b"x")
    assert [folder, folder / "ab", folder / "ab", folder, folder / "cd"] == synced


def test_a_write_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """As on a full disk: neither the name nor a temporary."""
    with pytest.raises(TypeError):
        FolderBlobs(tmp_path).put(NAME, "no bytes")  # type: ignore[arg-type]
    assert [] == [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_bad_address_of_a_bucket_is_named() -> None:
    """The value and the right form."""
    with pytest.raises(ValueError, match="s3://bucket/prefix, was 'https://x'"):
        S3Blobs("https://x")


@given(st.binary(max_size=2000))
def test_sealed_bytes_open_with_their_key_and_binding_only(plain: bytes) -> None:
    """Another key, another binding or one changed bit: damaged."""
    key = new_key()
    sealed = seal(key, plain, bound_to="photo:1")
    assert plain == unseal(key, sealed, bound_to="photo:1")
    changed = bytes([sealed[0] ^ 1]) + sealed[1:]
    for wrong in (
        (new_key(), sealed, "photo:1"),
        (key, sealed, "photo:2"),
        (key, changed, "photo:1"),
        (key, b"", "photo:1"),
    ):
        with pytest.raises(BlobDamaged):
            unseal(wrong[0], wrong[1], bound_to=wrong[2])


def test_a_blobs_name_tells_nothing() -> None:
    """Two owners of the same photo have two names."""
    assert blob_name("a", "content") != blob_name("b", "content")
