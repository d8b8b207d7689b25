"""Flask extensions: created here, bound to an application in backend.app; this is what prevents import circles."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_smorest import Api as SmorestApi


class Api(SmorestApi):
    """flask-smorest without its own default error: each endpoint names its problems, and there are no others."""

    DEFAULT_ERROR_RESPONSE_NAME = None


api = Api()
limiter = Limiter(key_func=get_remote_address, headers_enabled=True)
