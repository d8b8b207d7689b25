"""What a device signed: a report's manifest, strictly decoded, and everything in it that must fit the request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar
from uuid import UUID

from backend.accounts.service import signed_by_device
from backend.blobs import sha256_hex
from backend.errors import Conflict, Invalid
from backend.web.principal import Principal
from shared import contracts
from shared.contracts import DeviceClock, Photo
from shared.i18n import Message

_ = Message
T = TypeVar("T")
Errors = dict[str, list[Message]]


class Report(Protocol):
    """What every signed report has."""

    @property
    def id(self) -> UUID: ...
    @property
    def device_id(self) -> UUID: ...
    @property
    def photos(self) -> tuple[Photo, ...]: ...
    @property
    def clock(self) -> DeviceClock | None: ...


class Received(Protocol):
    """What a row keeps of the report that it came from."""

    @property
    def reported_by(self) -> UUID | None: ...
    @property
    def content_hash(self) -> str: ...


def content_hash_of(manifest: bytes, signature: str) -> str:
    """What makes two reports the same."""
    return sha256_hex(manifest + b"\n" + signature.encode())


def is_same(row: Received | None, report_id: UUID, manifest: bytes, signature: str, by: Principal) -> bool:
    """Whether this very report was received before; the same id with other content is a conflict."""
    if row is None:
        return False
    if row.reported_by != by.user_id or row.content_hash != content_hash_of(manifest, signature):
        message = _(
            "There is a report {id} with other content: what was received first stands; choose a new id."
        )
        raise Conflict(message.format(id=str(report_id)))
    return True


def read_manifest(contract: type[T], part: str, manifest: bytes) -> T:
    """The manifest's content; Invalid names every field, led by the part's name."""
    try:
        return contracts.decode(contract, contracts.parse_json(manifest))
    except contracts.DecodeError as error:
        by_field = error.by_field().items()
        raise Invalid(
            {f"{part}.{path}" if path != "body" else part: texts for path, texts in by_field}
        ) from error


def require_own(
    part: str, report: Report, address_id: UUID, message: bytes, signature: str, prefix: str, by: Principal
) -> None:
    """Refuse a report whose id, device or signature is not what the request says; ``message`` is what was signed."""
    if report.id != address_id:
        text = _("must be the id in the address, {id}, was {value}")
        raise Invalid({f"{part}.id": [text.format(id=str(address_id), value=str(report.id))]})
    if report.device_id != by.device_id:
        text = _("must be the device you are signed in on, {id}, was {value}")
        raise Invalid({f"{part}.device_id": [text.format(id=str(by.device_id), value=str(report.device_id))]})
    if not signed_by_device(report.device_id, signature, message):
        text = _(
            "must be this device's Ed25519 signature over «{prefix}», a line feed and the manifest's bytes exactly as sent"
        )
        raise Invalid({"signature": [text.format(prefix=prefix)]}, slug="bad-signature")
    clock = report.clock
    if clock is not None and (clock.server_at is None) != (clock.server_boot_ms is None):
        text = _("must have server_at and server_boot_ms, or neither of them after a restart")
        raise Invalid({f"{part}.clock": [text]})


def require_photos(part: str, report: Report, photos: Sequence[bytes]) -> None:
    """Refuse photos that are not those of the manifest, byte for byte and in its order."""
    if len(photos) != len(report.photos):
        message = _("must be sent once for each of the {expected} photos in the manifest; there were {count}")
        raise Invalid({"photo": [message.format(expected=len(report.photos), count=len(photos))]})
    errors: Errors = {}
    for index, (said, data) in enumerate(zip(report.photos, photos, strict=True)):
        found = sha256_hex(data)
        if found != said.sha256:
            message = _(
                "its bytes have the SHA-256 {value}, the manifest says {expected}: send the picture unchanged"
            )
            errors[f"photo[{index}]"] = [message.format(value=found, expected=said.sha256)]
    if len({each.sha256 for each in report.photos}) < len(report.photos):
        errors[f"{part}.photos"] = [_("must be different pictures: the same one was sent twice")]
    if errors:
        raise Invalid(errors)
