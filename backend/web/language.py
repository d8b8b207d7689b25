"""The language of an answer: what the request asks for, else the user's own, else Russian."""

from __future__ import annotations

from flask import g, has_request_context, request

from shared.i18n import DEFAULT_LANGUAGE
from shared.vocabulary import Language

LANGUAGES = frozenset(language.value for language in Language)


def current_language() -> Language:
    """The language in which this request is answered."""
    if not has_request_context():
        return DEFAULT_LANGUAGE
    principal = g.get("principal")
    return preferred_language() or (principal.language if principal else DEFAULT_LANGUAGE)


def preferred_language() -> Language | None:
    """What the request's Accept-Language asks for, if we speak any of it."""
    for tag, quality in request.accept_languages:  # best first; best_match would put ru before kk-KZ
        primary = tag.partition("-")[0].lower()
        if quality > 0 and primary in LANGUAGES:
            return Language(primary)
    return None
