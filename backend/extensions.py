"""Flask extensions: created here, bound to an application in backend.app; this is what prevents import circles."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_smorest import Api

api = Api()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
