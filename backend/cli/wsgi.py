"""The application for a WSGI server; made once a web process."""

from __future__ import annotations

from backend.memory import all_kept

with all_kept():
    from backend.app import create_app
    from backend.config import load_settings

app = create_app(load_settings())
