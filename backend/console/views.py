"""Pages: the front page and the browsable API, both under a Content-Security-Policy that lets nothing in from outside."""

from __future__ import annotations

import dataclasses
import tomllib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import flask_swagger_ui
from flask import (
    Blueprint,
    Flask,
    Response,
    current_app,
    make_response,
    render_template,
    request,
    send_from_directory,
)
from sqlalchemy.engine import make_url

from backend.config import PROJECT_DIR, Settings
from backend.console import kinds, words
from backend.web.language import preferred_language
from shared.i18n import DEFAULT_LANGUAGE, Message, translate
from shared.vocabulary import Language

blp = Blueprint(
    "console", __name__, template_folder="templates", static_folder="static", static_url_path="/static"
)

LANGUAGE_NAMES = {Language.RU: "Русский", Language.KK: "Қазақша", Language.EN: "English"}
DATABASE_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
SWAGGER_DIR = Path(flask_swagger_ui.__file__).parent / "dist"

PAGE_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
)
# Swagger UI's style sheet holds its icons as data: URIs; its scripts and styles need no 'unsafe-inline'.
API_PAGE_POLICY = f"{PAGE_POLICY}; img-src 'self' data:"
PAGE_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


@blp.route("/")
def front_page() -> Response:
    """What runs here, sign-in, and the live feed."""
    settings: Settings = current_app.config["QALA"]
    demo = current_app.config.get("QALA_DEMO_LOGINS", []) if current_app.config.get("QALA_DEMO") else []
    return page(
        "front_page.html",
        database=DATABASE_NAMES.get(make_url(settings.resolved_database_url).get_backend_name(), ""),
        settings=settings,
        demo_logins=demo,
        roles=_said(words.ROLES, wished_language()),
    )


@blp.after_app_request
def guard(response: Response) -> Response:
    """Keep browsers from guessing content types anywhere, and pages from loading, framing or telling anything outside."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    endpoint = request.endpoint or ""
    if endpoint.startswith(("console.", "api_page.", "pages.", "road_pages.")):
        policy = API_PAGE_POLICY if endpoint.startswith("api_page.") else PAGE_POLICY
        response.headers.setdefault("Content-Security-Policy", policy)
        for name, value in PAGE_HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def mount_api_page(app: Flask, url: str, spec_url: str) -> None:
    """Serve the browsable API page, all of whose parts come from this server.

    Swagger UI's files are taken from the flask-swagger-ui package; the page around them is ours, because the package's
    own runs an inline script and shows a badge that asks an outside validator.
    """
    blueprint = Blueprint("api_page", __name__)

    @blueprint.route("/")
    def show() -> Response:
        return page("api_page.html", spec_url=spec_url, swagger_url=f"{url}/files")

    @blueprint.route("/files/<path:name>")
    def swagger_file(name: str) -> Response:
        return send_from_directory(SWAGGER_DIR, name, max_age=3600)

    app.register_blueprint(blueprint, url_prefix=url)


def wished_language() -> Language:
    """The language of a page: ``?lang=``, else what the browser prefers, else Russian."""
    asked = request.args.get("lang", "")
    if asked in set(Language):
        return Language(asked)
    return preferred_language() or DEFAULT_LANGUAGE


@cache
def product_version() -> str:
    """The version of the installed package, or of the source tree when it runs from there."""
    try:
        return version("qala")
    except PackageNotFoundError:
        project = tomllib.loads((PROJECT_DIR / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def page(template: str, *, more_words: dict[str, Message] | None = None, **values: Any) -> Response:
    """A template in the language that was wished for; features add their own words."""
    language = wished_language()
    said = _said({**words.WORDS, **(more_words or {})}, language)
    html = render_template(
        template,
        language=language,
        languages=LANGUAGE_NAMES,
        w=said,
        glossary=_glossary(language, said),
        version=product_version(),
        time_zone=current_app.config["QALA"].time_zone,
        **values,
    )
    response = make_response(html)
    response.headers["Content-Language"] = language.value
    response.headers["Vary"] = "Accept-Language"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _glossary(language: Language, said: dict[str, str]) -> dict[str, Any]:
    """What the scripts need to speak the page's language, for its JSON block; ``said`` are the page's words."""

    def signs(table: dict[str, kinds.Sign]) -> dict[str, Any]:
        return {
            name: {**dataclasses.asdict(sign), "word": translate(sign.word, language)}
            for name, sign in table.items()
        }

    return {
        "language": language.value,
        "time_zone": current_app.config["QALA"].time_zone,
        "words": said,
        "roles": _said(words.ROLES, language),
        "readiness": _said(words.READINESS, language),
        "kinds": signs(kinds.KINDS),
        "outcomes": {kind: signs(table) for kind, table in kinds.OUTCOMES.items()},
        "values": _said(kinds.VALUES, language),
        "results": _said(kinds.RESULTS, language),
        "facts": _said(kinds.FACTS, language),
        "types": _said(kinds.TYPES, language),
    }


def _said(table: dict[str, Message], language: Language) -> dict[str, str]:
    return {str(name): translate(message, language) for name, message in table.items()}
