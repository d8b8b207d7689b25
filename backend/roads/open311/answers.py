"""Answers of the public door as GeoReport v2 writes them: the same content as JSON or as XML. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

Entry = dict[str, Any]  # texts, numbers, booleans, None, and for a service's definition lists of entries


class Form(StrEnum):
    """How an answer is written."""

    JSON = "json"
    XML = "xml"


CONTENT_TYPES = {Form.JSON: "application/json; charset=utf-8", Form.XML: "text/xml; charset=utf-8"}
NAMES_OF_ENTRIES = {
    "services": "service",
    "service_requests": "request",
    "errors": "error",
    "attributes": "attribute",
    "endpoints": "endpoint",
    "formats": "format",
    "values": "value",
}


def listed(form: Form, root: str, entries: Sequence[Entry]) -> bytes:
    """A list: an array in JSON, an element of elements in XML."""
    if form is Form.JSON:
        return json.dumps(list(entries), ensure_ascii=False).encode()
    return _xml(root, list(entries))


def single(form: Form, root: str, entry: Entry) -> bytes:
    """One thing: an object in JSON, an element in XML."""
    if form is Form.JSON:
        return json.dumps(entry, ensure_ascii=False).encode()
    return _xml(root, entry)


def _xml(root: str, value: Any) -> bytes:
    return ElementTree.tostring(_element(root, value), encoding="utf-8", xml_declaration=True)


def _element(name: str, value: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(value, dict):
        element.extend([_element(key, inner) for key, inner in value.items()])
    elif isinstance(value, list):
        element.extend([_element(NAMES_OF_ENTRIES[name], inner) for inner in value])
    elif isinstance(value, bool):
        element.text = "true" if value else "false"
    elif value is not None:
        element.text = str(value)
    return element
