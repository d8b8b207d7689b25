"""What makes a device key good."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backend.accounts.rules import FIELD, SMALL_ORDER_Y, device_key

SIGN_OF_X = 2**255


def as_text(number: int) -> str:
    """A key as a phone would send it."""
    return base64.b64encode(number.to_bytes(32, "little")).decode()


def doubled(y: int) -> int:
    """The y of a point of the curve -x² + y² = 1 + d·x²·y² added to itself."""
    d = -121665 * pow(121666, -1, FIELD) % FIELD
    x2 = (y * y - 1) * pow(d * y * y + 1, -1, FIELD) % FIELD
    return (y * y + x2) * pow(1 - d * x2 * y * y, -1, FIELD) % FIELD


@pytest.mark.parametrize("y", sorted(SMALL_ORDER_Y))
def test_point_of_small_order_is_no_key(y: int) -> None:
    """Doubled three times it is the neutral element; both signs of x and the second spelling are refused too."""
    assert 1 == doubled(doubled(doubled(y)))
    spellings = [same + sign for same in (y, y + FIELD) for sign in (0, SIGN_OF_X) if same < SIGN_OF_X]
    assert [] == [number for number in spellings if device_key(as_text(number)) is not None]


def test_key_of_a_device_is_one() -> None:
    """As every phone makes it."""
    raw = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    assert device_key(base64.b64encode(raw).decode()) is not None
