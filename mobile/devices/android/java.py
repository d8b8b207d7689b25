"""The bridge to Android's Java classes: pyjnius, loaded when the first class is needed. Never run on a device."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any


@cache
def java(name: str) -> Any:
    """A Java class by its full name."""
    return import_module("jnius").autoclass(name)


def as_bytes(values: Any) -> bytes:
    """A Java byte[]: pyjnius gives an object that knows its bytes, older versions a list of signed numbers."""
    if hasattr(values, "tostring"):
        return bytes(values.tostring())
    return bytes(value & 0xFF for value in values)


def context() -> Any:
    """The app's activity."""
    return java("org.kivy.android.PythonActivity").mActivity


def service(name: str) -> Any:
    """One of the system's services, such as Context.LOCATION_SERVICE."""
    return context().getSystemService(name)


def allowed(*permissions: str) -> bool:
    """Whether the user has allowed all of these, for example ``CAMERA``."""
    granted = java("android.content.pm.PackageManager").PERMISSION_GRANTED
    return all(
        context().checkSelfPermission(f"android.permission.{permission}") == granted
        for permission in permissions
    )


def ask_for(*permissions: str) -> None:
    """Show the system's question; the answer shows in ``allowed``."""
    import_module("android.permissions").request_permissions(
        [f"android.permission.{permission}" for permission in permissions]
    )


def sdk() -> int:
    """Android's API level."""
    return int(java("android.os.Build$VERSION").SDK_INT)
