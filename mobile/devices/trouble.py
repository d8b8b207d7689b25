"""Why a device gives nothing, and what the person with the phone can do about it."""

from __future__ import annotations

from enum import StrEnum

from shared.i18n import Message as _


class Trouble(StrEnum):
    """What stands between the app and a device."""

    NOT_ALLOWED = "not_allowed"
    SWITCHED_OFF = "switched_off"
    MISSING = "missing"
    FAILED = "failed"


CAMERA_WORDS: dict[Trouble, _] = {
    Trouble.NOT_ALLOWED: _("The app may not use the camera: allow it in the phone's settings."),
    Trouble.SWITCHED_OFF: _("The camera is switched off: switch it on in the phone's settings."),
    Trouble.MISSING: _("This device has no camera: use the paper sheet."),
    Trouble.FAILED: _("The camera does not answer: close other apps that use it and try again."),
}
LOCATION_WORDS: dict[Trouble, _] = {
    Trouble.NOT_ALLOWED: _("The app may not use the location: allow it in the phone's settings."),
    Trouble.SWITCHED_OFF: _("The location is switched off: switch it on in the phone's settings."),
    Trouble.MISSING: _("This device has no location: use the paper sheet."),
    Trouble.FAILED: _("The location does not answer: switch it off and on again."),
}
