"""What a device signs with its Ed25519 key; the first line keeps a signature for one use from serving another."""

from __future__ import annotations


def login_message(login: str, nonce: str) -> bytes:
    """Signed at sign-in: this device is in the hand of whoever knows the password."""
    return f"qala-login-1\n{login}\n{nonce}".encode()


def refresh_message(refresh_token: str, nonce: str) -> bytes:
    """Signed at refresh: a stolen refresh token is worthless without the device."""
    return f"qala-refresh-1\n{refresh_token}\n{nonce}".encode()


def check_in_message(manifest: bytes) -> bytes:
    """Signed at capture: the manifest's bytes exactly as sent, which name every frame by its SHA-256."""
    return b"qala-check-in-1\n" + manifest


def defect_message(manifest: bytes) -> bytes:
    """Signed when a report is finished: the manifest's bytes exactly as sent, which name every photo by its SHA-256."""
    return b"qala-defect-1\n" + manifest


def stop_report_message(manifest: bytes) -> bytes:
    """Signed at a stop: the manifest's bytes exactly as sent, which name every photo by its SHA-256."""
    return b"qala-stop-report-1\n" + manifest
