"""Staff of the tests, signed in at once: asking the API for it took as long as most of what a test asks about."""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from argon2 import PasswordHasher
from flask import Flask

from backend.accounts import service as accounts
from backend.accounts import sign_in, tokens
from backend.accounts.schemas import TokensAnswer
from backend.adapters import settings
from backend.clock import now
from backend.database import transaction
from shared.proofs import login_message
from shared.vocabulary import Role
from tests.phone import Phone

PASSWORD = "correct horse battery"
QUICK_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)  # tests sign in hundreds of times
QUICK_HASH = QUICK_HASHER.hash(PASSWORD)


def hire(app: Flask, phone: Phone, login: str, role: Role, districts: Iterable[UUID]) -> Phone:
    """Add an active user, signed in on a phone: what an invitation, its code and a sign-in leave behind, in one transaction."""
    with app.app_context():
        with transaction():
            user, code = accounts.create_user(
                login=login, display_name=login.title(), role=role, district_ids=districts, actor="test"
            )
            accounts.set_password(code, PASSWORD, QUICK_HASH)
            nonce, _until = tokens.make_nonce(settings(), now())
            found = sign_in.sign_in(
                login,
                fits=user.password_hash,
                public_key=phone.public_key,
                device_name=phone.name,
                nonce=nonce,
                signature=phone.sign(login_message(login, nonce)),
            )
        assert isinstance(found, sign_in.Tokens), found
        phone.keep(json.loads(json.dumps(TokensAnswer().dump(found))))
    return phone
