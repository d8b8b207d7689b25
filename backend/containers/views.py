"""Container sites over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Response

from backend.containers import exporting, imports, service
from backend.containers.emptyings import emptyings
from backend.containers.import_words import FORM
from backend.containers.models import ContainerSite, Emptying
from backend.containers.schemas import (
    EmptyingSchema,
    ExportQuery,
    OneSiteSchema,
    SiteChange,
    SiteQuery,
    SiteRequest,
    SiteSchema,
)
from backend.web.blueprint import Blueprint
from backend.web.imports import (
    FORM_RESPONSE,
    FormQuery,
    UpdatingImportQuery,
    UpdatingReportSchema,
    empty_form,
    file_body,
    run_import,
    sent_file,
)
from backend.web.paging import Page, PageQuery, page_schema, paginate
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag

BYTES = {"schema": {"type": "string", "format": "binary"}}
EXPORTED = {
    "description": "The sites as a file",
    "content": {exporting.GEOJSON_TYPE: {"schema": {"type": "object"}}, "text/csv": BYTES},
}
blp = Blueprint("containers", __name__, description="Container sites, and when they were last emptied")


@blp.route("/containers", action="containers.read")
@blp.arguments(SiteQuery, location="query")
@blp.response(200, page_schema(SiteSchema))
def list_sites(query: dict[str, Any]) -> Any:
    """Container sites in use in the caller's districts, with what is expected in them now."""
    page = service.list_sites(current_principal(), **query)
    return Page([_shown(site) for site in page.items], page.next)


@blp.route("/containers", action="containers.change", methods=("POST",))
@blp.arguments(SiteRequest)
@blp.response(201, OneSiteSchema)
def create_site(body: dict[str, Any]) -> Any:
    """Enter a container site."""
    return _one(service.create(current_principal(), **body), 201)


@blp.route("/containers/<uuid:site_id>", action="containers.read")
@blp.response(200, OneSiteSchema)
def read_site(site_id: UUID) -> Any:
    """One container site: when it was last emptied, by whom, and what is expected in it now."""
    return _one(service.get(site_id, current_principal()))


@blp.route("/containers/<uuid:site_id>", action="containers.change", methods=("PATCH",), problems=(412,))
@blp.arguments(SiteChange)
@blp.response(200, OneSiteSchema)
def change_site(body: dict[str, Any], site_id: UUID) -> Any:
    """Change a container site."""
    principal = current_principal()
    site = service.to_change(site_id, principal)
    check_if_match(site.version)
    return _one(service.change(site, principal, **body))


@blp.route("/containers/<uuid:site_id>", action="containers.change", methods=("DELETE",), problems=(412,))
@blp.response(204)
def archive_site(site_id: UUID) -> None:
    """Archive a container site; it stays readable."""
    principal = current_principal()
    site = service.to_change(site_id, principal)
    check_if_match(site.version)
    service.archive(site, principal)


@blp.route("/containers/<uuid:site_id>/emptyings", action="containers.read")
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_schema(EmptyingSchema))
def list_emptyings(query: dict[str, Any], site_id: UUID) -> Any:
    """When a container site was emptied, newest first."""
    site = service.get(site_id, current_principal())
    return paginate(emptyings(site.id), Emptying.emptied_at, Emptying.id, **query_of(query))


@blp.route("/containers/imports", action="containers.import", methods=("POST",), own_transactions=True)
@blp.doc(requestBody=file_body("XLSX, CSV in UTF-8 or Windows-1251, or GeoJSON of points"))
@blp.arguments(UpdatingImportQuery, location="query")
@blp.response(200, UpdatingReportSchema)
def import_sites(query: dict[str, Any]) -> Any:
    """Enter the container sites of a table or map, or only say what is wrong with it."""
    (table, form), principal = imports.read(sent_file()), current_principal()
    return run_import(lambda: imports.carry_out(table, form, principal, **query), dry_run=query["dry_run"])


@blp.route("/containers/imports/template", action="containers.import")
@blp.arguments(FormQuery, location="query")
@blp.doc(responses={200: FORM_RESPONSE})
def read_site_form(query: dict[str, Any]) -> Response:
    """The empty form, its headings in the caller's language."""
    return empty_form(FORM, "containers", query["format"])


@blp.route("/containers/export", action="containers.read")
@blp.arguments(ExportQuery, location="query")
@blp.doc(responses={200: EXPORTED})
def export_sites(query: dict[str, Any]) -> Response:
    """Every container site of the caller's districts: GeoJSON with FIWARE's WasteContainer names, or CSV as the form."""
    content, kind = exporting.export(current_principal(), **query)
    disposition = f'attachment; filename="containers.{query["format"].value}"'
    return Response(content, content_type=kind, headers={"Content-Disposition": disposition})


def query_of(query: Mapping[str, Any]) -> dict[str, Any]:
    """Which page."""
    return {"cursor": query.get("cursor"), "limit": query["limit"]}


def _one(site: ContainerSite, status: int = 200) -> Any:
    shown = _shown(site) | {"last_emptying": service.last_emptying(site.id)}
    return shown, status, etag(site.version)


def _shown(site: ContainerSite) -> dict[str, Any]:
    need = service.need_of(site)
    fill = need.fill
    return {
        **{name: getattr(site, name) for name in SiteSchema().fields if name != "expected"},
        "containers": need.site.containers,
        "expected": {
            "at": fill.at,
            "volume_m3": round(fill.volume_m3, 3),
            "weight_kg": round(fill.weight_kg, 1),
            "level": round(need.level, 3),
            "known": fill.known,
        },
    }
