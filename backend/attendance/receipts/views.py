"""Receipts over HTTP: as data, as text, or to print."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response

from backend.attendance.receipts import of_people, schemas, service
from backend.attendance.receipts.layout import Receipt, as_pdf, as_text
from backend.attendance.receipts.schemas import ReceiptFormat
from backend.database import transaction
from backend.web.blueprint import Blueprint
from backend.web.principal import current_principal

blp = Blueprint(
    "receipts", __name__, description="Receipts: what a program measured, in plain words, and how to appeal"
)
PRINTED: dict[str, Any] = {
    "responses": {
        200: {
            "content": {
                "text/plain": {"schema": {"type": "string"}},
                "application/pdf": {"schema": {"type": "string", "format": "binary"}},
            }
        }
    }
}


@blp.route("/check-ins/<uuid:check_in_id>/receipt", action="receipts.read", own_transactions=True)
@blp.arguments(schemas.ReceiptQuery, location="query")
@blp.response(200, schemas.ReceiptSchema)
@blp.doc(**PRINTED)
def read_check_in_receipt(query: dict[str, Any], check_in_id: UUID) -> Any:
    """What the program measured at a check-in, what stands and why, and how to appeal."""
    with transaction():  # the read is logged
        receipt = service.of_check_in(check_in_id, current_principal(), query.get("language"))
    return _answer(receipt, query["format"])


@blp.route("/paper-sheets/<uuid:sheet_id>/receipt", action="receipts.read", own_transactions=True)
@blp.arguments(schemas.ReceiptQuery, location="query")
@blp.response(200, schemas.ReceiptSchema)
@blp.doc(**PRINTED)
def read_sheet_receipt(query: dict[str, Any], sheet_id: UUID) -> Any:
    """What a paper sheet says, what stands and why, and how to appeal."""
    with transaction():
        receipt = of_people.of_paper_sheet(sheet_id, current_principal(), query.get("language"))
    return _answer(receipt, query["format"])


@blp.route("/appeals/<uuid:appeal_id>/receipt", action="receipts.read", own_transactions=True)
@blp.arguments(schemas.ReceiptQuery, location="query")
@blp.response(200, schemas.ReceiptSchema)
@blp.doc(**PRINTED)
def read_appeal_receipt(query: dict[str, Any], appeal_id: UUID) -> Any:
    """That an appeal was brought, and what came of it."""
    with transaction():
        receipt = of_people.of_appeal(appeal_id, current_principal(), query.get("language"))
    return _answer(receipt, query["format"])


def _answer(receipt: Receipt, wanted: ReceiptFormat) -> Any:
    if wanted is ReceiptFormat.JSON:
        return receipt
    headers = {"Content-Language": receipt.language.value, "Cache-Control": "no-store"}
    if wanted is ReceiptFormat.TEXT:
        return Response(as_text(receipt), content_type="text/plain; charset=utf-8", headers=headers)
    headers["Content-Disposition"] = f'attachment; filename="receipt-{receipt.id}.pdf"'
    return Response(as_pdf(receipt), content_type="application/pdf", headers=headers)
