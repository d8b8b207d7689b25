"""Orders: what the akimat has set for a person, and where it stands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from backend.people import deadlines, orders
from backend.people.order_schemas import (
    DeadlineQuery,
    DeadlineSchema,
    OrderChange,
    OrderList,
    OrderMoveRequest,
    OrderQuery,
    OrderRequest,
    OrderSchema,
)
from backend.web.blueprint import Blueprint
from backend.web.paging import page_schema
from backend.web.principal import current_principal
from backend.web.versions import check_if_match, etag

blp = Blueprint(
    "orders", __name__, description="Orders: what the akimat has set for a person, and where it stands"
)


@blp.route("/people/<uuid:person_id>/orders", action="orders.read", writes=True, problems=(409,))
@blp.response(200, OrderList)
def list_orders_of_person(person_id: UUID) -> dict[str, Any]:
    """A person's orders, newest first."""
    return {"items": orders.list_of(person_id, current_principal())}


@blp.route("/people/<uuid:person_id>/orders", action="orders.change", methods=("POST",))
@blp.arguments(OrderRequest)
@blp.response(201, OrderSchema)
def register_order(body: dict[str, Any], person_id: UUID) -> Any:
    """Register a person's order; caps that are not named are the law's."""
    order = orders.register(person_id, current_principal(), **body)
    return order, 201, etag(order.version)


@blp.route("/orders", action="orders.read", writes=True)
@blp.arguments(OrderQuery, location="query")
@blp.response(200, page_schema(OrderSchema))
def list_orders(query: dict[str, Any]) -> Any:
    """Orders of the caller's districts."""
    return orders.list_orders(current_principal(), **query)


@blp.route("/orders/<uuid:order_id>", action="orders.read", writes=True)
@blp.response(200, OrderSchema)
def read_order(order_id: UUID) -> Any:
    """One order with its moves."""
    order = orders.get(order_id, current_principal())
    return order, 200, etag(order.version)


@blp.route("/orders/<uuid:order_id>", action="orders.change", methods=("PATCH",), problems=(412,))
@blp.arguments(OrderChange)
@blp.response(200, OrderSchema)
def change_order(body: dict[str, Any], order_id: UUID) -> Any:
    """Change an order: its terms hold from today, or from an earlier day as a correction; another site or supervisor from now on."""
    principal = current_principal()
    row = orders.to_change(order_id, principal)
    check_if_match(row.version)
    order = orders.change(row, principal, **body)
    return order, 200, etag(order.version)


@blp.route("/orders/<uuid:order_id>/moves", action="orders.change", methods=("POST",), problems=(412,))
@blp.arguments(OrderMoveRequest)
@blp.response(200, OrderSchema)
def move_order(body: dict[str, Any], order_id: UUID) -> Any:
    """Move an order to another state; the same move again changes nothing."""
    principal = current_principal()
    row = orders.to_change(order_id, principal)
    check_if_match(row.version)
    order = orders.move(row, principal, **body)
    return order, 200, etag(order.version)


@blp.route("/deadlines", action="deadlines.read")
@blp.arguments(DeadlineQuery, location="query")
@blp.response(200, page_schema(DeadlineSchema))
def list_deadlines(query: dict[str, Any]) -> Any:
    """What has to be done by when: arranging the work, the month's timesheet, hours missing before an order's end."""
    return deadlines.list_deadlines(current_principal(), **query)
