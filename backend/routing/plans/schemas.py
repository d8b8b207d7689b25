"""Plans on the wire."""

from __future__ import annotations

from typing import Any

from marshmallow import post_load

from backend.routing.plans.rules import REPLAN_SECONDS_MAX, SECONDS_MAX, Events, Wishes
from backend.web.paging import PageQuery
from backend.web.wire import PLAIN_TEXT, Schema, fields, validate
from shared.vocabulary import PlanState, RouteKind, RunState, StreetSide, WinterWork

TITLE_MAX, REASON_MAX, IDS_MAX = 120, 500, 5000


def _segments(words: str) -> fields.List[Any]:
    return fields.List(
        fields.Integer(validate=validate.Range(1)),
        load_default=list,
        validate=validate.Length(max=IDS_MAX),
        metadata={"description": words},
    )


def _ids(words: str) -> fields.List[Any]:
    return fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=IDS_MAX),
        metadata={"description": words},
    )


class PlanRequest(Schema):
    """What a dispatcher asks for."""

    kind = fields.Enum(RouteKind, by_value=True, required=True)
    day = fields.Date(required=True, metadata={"description": "By the city's clock"})
    district_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Null: the whole city, for who may"}
    )
    title = fields.String(load_default="", validate=[validate.Length(max=TITLE_MAX), PLAIN_TEXT])
    seconds = fields.Float(
        load_default=30.0,
        validate=validate.Range(1, SECONDS_MAX),
        metadata={"description": "How long the solver may look for better"},
    )
    shift_ids = _ids("Who works; empty: every shift of the day")
    site_ids = _ids("Who is served, whatever is expected there; empty: by what is expected")
    fill_from = fields.Float(
        load_default=0.5,
        validate=validate.Range(0, 2),
        metadata={"description": "Less full sites wait for another day; 1 is full"},
    )
    must_from = fields.Float(
        load_default=0.8,
        validate=validate.Range(0, 2),
        metadata={"description": "Sites at least this full are served whenever it is possible"},
    )
    works = fields.List(
        fields.Enum(WinterWork, by_value=True),
        load_default=lambda: list(WinterWork),
        validate=validate.Length(1),
        metadata={"description": "Of a night by streets: what is done"},
    )
    segment_ids = _segments(
        "Of a night by streets, or of hauling: nothing but these segments; empty: by what is needed"
    )
    pile_from_m3 = fields.Float(
        load_default=10.0,
        validate=validate.Range(0, 100_000),
        metadata={"description": "Of hauling: less snow beside a piece of street waits for another night"},
    )
    balanced_min = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(60, 1440),
        metadata={"description": "Minutes of a shift beyond which each hour costs more; null: no balance"},
    )

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Wishes:
        """The wish."""
        names = ("shift_ids", "site_ids", "works", "segment_ids")
        return Wishes(**{**data, **{name: frozenset(data[name]) for name in names}})


class ReplanRequest(Schema):
    """What has happened since the release."""

    reason = fields.String(required=True, validate=[validate.Length(1, REASON_MAX), PLAIN_TEXT])
    out_shift_ids = _ids("Shifts that cannot go on")
    urgent_site_ids = _ids("Sites that must be served today after all")
    dropped_site_ids = _ids("Sites that need not be served any more")
    closed_segment_ids = _segments("Segments of streets that nobody can drive")
    urgent_segment_ids = _segments("Of a night by streets: segments to do, or do again, before all others")
    dropped_segment_ids = _segments("Of a night by streets: segments that need nothing any more")
    new_snow = fields.Boolean(
        load_default=False,
        metadata={
            "description": "Of winter nights: look up anew what is needed or lies there, also where it is done"
        },
    )
    closed_dump_ids = _ids("Of hauling: dumps that take no more, whatever their capacity says")
    seconds = fields.Float(load_default=1.4, validate=validate.Range(0.5, REPLAN_SECONDS_MAX))

    @post_load
    def make(self, data: dict[str, Any], **_options: Any) -> Events:
        """The events."""
        names = [name for name, value in data.items() if isinstance(value, list)]
        return Events(**{**data, **{name: frozenset(data[name]) for name in names}})


class PlanMoveRequest(Schema):
    """Which state a plan goes to, and why where the move asks for a reason."""

    to = fields.Enum(PlanState, by_value=True, required=True)
    reason = fields.String(load_default="", validate=[validate.Length(max=REASON_MAX), PLAIN_TEXT])


class ProgressSchema(Schema):
    """How far a run is."""

    phase = fields.String(
        required=True, metadata={"description": "waiting, streets, search, finish, ways, done, failed"}
    )
    best_cost = fields.Float(load_default=None, allow_none=True, metadata={"description": "Tenge"})
    gap = fields.Float(load_default=None, allow_none=True)
    unserved = fields.Integer(load_default=None, allow_none=True)
    seconds_left = fields.Float(load_default=None, allow_none=True)
    text = fields.String(load_default="", metadata={"description": "Why it failed"})


class RunSummary(Schema):
    """One run of the solver, without what it found."""

    number = fields.Integer(required=True)
    state = fields.Enum(RunState, by_value=True, required=True)
    seconds = fields.Float(required=True)
    stop_asked = fields.Boolean(required=True)
    progress = fields.Nested(ProgressSchema, required=True)
    reason = fields.String(required=True, metadata={"description": "Of a new plan; empty for the first"})
    asked_by = fields.UUID(required=True)
    asked_at = fields.AwareDateTime(required=True)
    done_at = fields.AwareDateTime(required=True, allow_none=True)
    accepted_by = fields.UUID(required=True, allow_none=True)
    accepted_at = fields.AwareDateTime(required=True, allow_none=True)


class VisitSchema(Schema):
    """What a vehicle does at one place."""

    act = fields.String(
        required=True,
        metadata={
            "description": "start, stop, unload, rest, end; of a night by streets run and refill too, of hauling load"
        },
    )
    id = fields.String(required=True, metadata={"description": "Of the site or facility; empty for a rest"})
    title = fields.String(required=True)
    lat = fields.Float(required=True, allow_none=True)
    lon = fields.Float(required=True, allow_none=True)
    arrives_at = fields.AwareDateTime(required=True)
    begins_at = fields.AwareDateTime(required=True)
    leaves_at = fields.AwareDateTime(required=True)
    load_kg = fields.Integer(required=True)
    load_l = fields.Integer(required=True)
    work = fields.Enum(WinterWork, by_value=True, metadata={"description": "Of a run along a street"})
    side = fields.Enum(StreetSide, by_value=True, metadata={"description": "In driving direction"})
    number = fields.Integer(metadata={"description": "Which pass it is; the lane by the middle is the first"})
    passes = fields.Integer(metadata={"description": "How many passes this side of the street gets"})
    metres = fields.Integer(metadata={"description": "Of work"})
    due_at = fields.AwareDateTime(allow_none=True)
    late = fields.Boolean(metadata={"description": "Whether it is planned to end after its time"})
    line = fields.Dict(metadata={"description": "GeoJSON LineString of the run, in driving direction"})
    segment_ids = fields.List(fields.Integer())
    m3 = fields.Float(metadata={"description": "Of hauling: snow loaded or unloaded"})
    trip = fields.Integer(allow_none=True, metadata={"description": "Of a truck that hauls; 1 is the first"})
    partners = fields.List(
        fields.String(), metadata={"description": "Of hauling: board numbers of the loader, or of the trucks"}
    )


class TourSchema(Schema):
    """What one shift does."""

    shift_id = fields.UUID(required=True)
    vehicle = fields.String(required=True, metadata={"description": "Board number"})
    distance_m = fields.Float(required=True)
    duration_s = fields.Integer(required=True)
    cost = fields.Float(required=True, metadata={"description": "Tenge"})
    worked_m = fields.Integer(metadata={"description": "Of a night by streets: metres of work"})
    idle_m = fields.Integer(metadata={"description": "Of a night by streets: metres between, blade up"})
    role = fields.String(metadata={"description": "Of hauling: loader or truck"})
    trips = fields.Integer(metadata={"description": "Of hauling"})
    moved_m3 = fields.Float(metadata={"description": "Of hauling: what it loads"})
    waited_s = fields.Integer(metadata={"description": "Of hauling: for loaders, trucks and at dumps"})
    visits = fields.List(fields.Nested(VisitSchema), required=True)
    path = fields.Dict(
        required=True, allow_none=True, metadata={"description": "GeoJSON LineString of the whole way"}
    )


class UnservedSchema(Schema):
    """A site that nobody serves, or what of a street nobody does, and why."""

    site_id = fields.String(required=True, metadata={"description": "Empty for a street"})
    segment_ids = fields.List(
        fields.Integer(), metadata={"description": "Of a street: the first of its segments"}
    )
    segment_count = fields.Integer()
    metres = fields.Integer()
    work = fields.String(metadata={"description": "Of a street: clear, grit, pavement"})
    pile_id = fields.String(metadata={"description": "Of hauling: as /winter/volumes names it"})
    m3 = fields.Float(metadata={"description": "Of hauling: what stays there"})
    title = fields.String(required=True)
    why = fields.String(
        required=True,
        metadata={
            "description": "flaw, not_worth, no_room, no_time, not_found; of hauling trucks, loaders, dumps"
        },
    )
    text = fields.String(required=True, metadata={"description": "The reason with its remedy"})


class FlawSchema(Schema):
    """Something that cannot be; the rest was planned all the same."""

    subject = fields.String(required=True)
    title = fields.String(required=True)
    field = fields.String(required=True)
    value = fields.String(required=True)
    text = fields.String(required=True)
    stop_ids = fields.List(fields.String(), required=True)


class OutcomeSchema(Schema):
    """What a run found: checked, with its cost and how far it may be from the best."""

    cost = fields.Dict(
        keys=fields.String(),
        values=fields.Float(),
        required=True,
        metadata={"description": "Parts and total in tenge"},
    )
    bound = fields.Float(
        required=True, allow_none=True, metadata={"description": "No plan of these stops costs less"}
    )
    gap = fields.Float(required=True, allow_none=True)
    distance_m = fields.Float(required=True)
    served = fields.Integer(
        required=True, metadata={"description": "Sites, passes of streets, or truckloads"}
    )
    worked_m = fields.Integer(metadata={"description": "Of a night by streets: metres of work"})
    idle_m = fields.Integer(metadata={"description": "Of a night by streets: metres between, blade up"})
    late = fields.Integer(metadata={"description": "Of a night by streets: passes that end after their time"})
    late_m = fields.Integer()
    trips = fields.Integer(metadata={"description": "Of hauling: truckloads that reach a dump"})
    hauled_m3 = fields.Float()
    left_m3 = fields.Float(metadata={"description": "Of hauling: what stays, with what was not asked for"})
    waited_s = fields.Integer(metadata={"description": "Of hauling: of all trucks together"})
    ends_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Of hauling: the last load is unloaded"}
    )
    seconds = fields.Float(required=True)
    iterations = fields.Integer(required=True)
    stopped_early = fields.Boolean(required=True)
    streets = fields.String(required=True, metadata={"description": "The network it drives on"})
    tours = fields.List(fields.Nested(TourSchema), required=True)
    unserved = fields.List(fields.Nested(UnservedSchema), required=True)
    flaws = fields.List(fields.Nested(FlawSchema), required=True)


class RunSchema(RunSummary):
    """One run with what it found."""

    outcome = fields.Nested(OutcomeSchema, required=True, allow_none=True)


class PlanMoveSchema(Schema):
    """One change of state."""

    source = fields.String(required=True)
    target = fields.String(required=True)
    reason = fields.String(required=True)
    moved_by = fields.UUID(required=True, allow_none=True)
    moved_at = fields.AwareDateTime(required=True)


class PlanRouteSchema(Schema):
    """A route of the plan, to be read under /routes."""

    id = fields.UUID(required=True)
    shift_id = fields.UUID(required=True, allow_none=True)
    title = fields.String(required=True)
    vehicle = fields.String(required=True)
    state = fields.String(required=True)
    version = fields.Integer(required=True)


class PlanSummary(Schema):
    """A plan as lists show it."""

    id = fields.UUID(required=True)
    kind = fields.Enum(RouteKind, by_value=True, required=True)
    district_id = fields.UUID(required=True, allow_none=True)
    day = fields.Date(required=True)
    title = fields.String(required=True)
    state = fields.Enum(PlanState, by_value=True, required=True)
    created_by = fields.UUID(required=True)
    created_at = fields.AwareDateTime(required=True)
    changed_at = fields.AwareDateTime(required=True)
    closed_at = fields.AwareDateTime(required=True, allow_none=True)
    version = fields.Integer(required=True)


class PlanSchema(PlanSummary):
    """A plan with the run that holds, its routes and its story."""

    wishes = fields.Dict(required=True)
    next_states = fields.List(fields.Enum(PlanState, by_value=True), required=True)
    runs = fields.List(fields.Nested(RunSummary), required=True, metadata={"description": "Newest first"})
    routes = fields.List(fields.Nested(PlanRouteSchema), required=True)
    moves = fields.List(fields.Nested(PlanMoveSchema), required=True)


class PlanQuery(PageQuery):
    """Which plans."""

    kind = fields.Enum(RouteKind, by_value=True)
    state = fields.Enum(PlanState, by_value=True)
    day = fields.Date()
