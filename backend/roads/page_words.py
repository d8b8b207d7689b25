"""Every word of the room «Roads», by the name that its template and scripts use; see backend.console.words for plurals."""

from __future__ import annotations

from backend.roads.condition.rules.telling import Band
from backend.roads.exports.layout import SIDES
from backend.roads.open311.words import SERVICES
from backend.roads.words import CANNOT, KINDS, MODERATIONS, PROOFS, SEVERITIES, STATES
from backend.streets.network import StreetClass
from shared.i18n import Message
from shared.vocabulary import CaseState

_ = Message

PAGE: dict[str, Message] = {
    "roads_title": _("Roads"),
    "roads_sign_in": _("Faults of roads are shown to staff who are signed in."),
    "roads_to_sign_in": _("Go to the sign-in"),
    "roads_forbidden": _("Your role may not read faults of roads. Ask an administrator if you need to."),
    "roads_cases": _("Faults"),
    "roads_loading": _("Loading…"),
    "roads_failed": _("This could not be read: {reason}"),
    "roads_more": _("Show more"),
    "roads_changed": _("{count} changed|{count} changed"),
    "roads_not_live": _("Not live: changes by others appear when the connection is back."),
}

LIST: dict[str, Message] = {
    "cases_hint": _("The most urgent first"),
    "cases_empty": _(
        "No fault is known here. Reports by crews and citizens appear by themselves; to see repaired ones too, choose «all»."
    ),
    "cases_none_found": _("No fault fits the filters. Take one away, or clear them all."),
    "clear_filters": _("Clear the filters"),
    "filter_which": _("State"),
    "filter_open": _("all open"),
    "filter_all": _("all"),
    "filter_kind": _("Kind"),
    "filter_any": _("any"),
    "filter_street": _("Street"),
    "filter_overdue": _("Overdue only"),
    "column_fault": _("Fault"),
    "column_due": _("To be repaired by"),
    "column_reports": _("Reports"),
    "column_state": _("State"),
    "column_seen": _("Last seen"),
    "due_by": _("by {day}"),
    "overdue_days": _("{count} day overdue|{count} days overdue"),
    "reports_count": _("{count} report|{count} reports"),
    "priority_of": _("priority {number}"),
    "off_street": _("off every street"),
    "nameless_street": _("street without a name"),
    "side_of": _("side: {side}"),
    "unknown_kind": _("fault of an unknown kind"),
    "returned_times": _(
        "came back within the warranty {count} time|came back within the warranty {count} times"
    ),
    "roads_keys": _(
        "J and K move between rows, Enter opens, Esc closes; with a fault open: Y yes, O outlined wrong, N no, C another kind"
    ),
}

MAP: dict[str, Message] = {
    "map_show": _("Map"),
    "map_of_faults": _(
        "Map of the faults of the list: {count} mark|Map of the faults of the list: {count} marks"
    ),
    "map_not_all": _("The map shows the {count} most urgent: filter to see others."),
    "map_condition": _("Condition of streets"),
    "condition_bad": _("very poor or worse"),
    "condition_fair": _("fair or poor"),
    "condition_good": _("good or satisfactory"),
    "condition_of": _("{street}: {score} of 100, {band}"),
    "map_keys": _("Arrows shift, + and − zoom, Home shows all"),
}

CASE: dict[str, Message] = {
    "case_missing": _("This fault is not here: it does not exist, or lies in a district that is not yours."),
    "case_changed": _("Somebody has changed this fault meanwhile."),
    "show_again": _("Show it as it is now"),
    "photos_of": _("Photos"),
    "photos_forbidden": _("Your role sees only the photos of its own reports."),
    "photo_of_report": _("Photo {number} of the report of {time}."),
    "photo_waiting": _("The photo is being looked at: faces and number plates are blurred first."),
    "photo_none": _("There is no photo to show."),
    "photo_failed": _("The photo could not be shown: {reason}"),
    "more_reports": _("{count} earlier report|{count} earlier reports"),
    "nothing_outlined": _("The model outlines nothing here."),
    "outlined": _("{kind}, {severity}"),
    "sure": _("certainty {percent} %"),
    "model_named": _("model {name}"),
    "suggestion": _("The model takes it for: {kind}. A suggestion until you say so."),
    "yes_it_is": _("Yes: {kind}"),
    "yes_outlined": _("Yes: {kind}, outlined right"),
    "outlined_wrong": _("A fault, but outlined wrong"),
    "outlines_are_right": _("What is outlined in the photos is the fault"),
    "no_fault": _("No"),
    "said_by_person": _("A person has confirmed the kind."),
    "another_kind": _("Something else…"),
    "correct_kind": _("Correct the kind…"),
    "what_is_it": _("What is it?"),
    "choose_kind": _("choose"),
    "kind_missing": _("Choose what it is."),
    "severity_by_size": _("by its size"),
    "say_kind": _("It is this"),
    "facts_of": _("What is known"),
    "severity": _("Severity"),
    "size": _("Size"),
    "about_area": _("about {area} m²"),
    "about_length": _("length about {length} m"),
    "size_unknown": _("not reckoned"),
    "scale_lane_width": _("estimated, from the width of the lane"),
    "scale_camera_height": _("estimated, from the height of the camera"),
    "scale_none": _("no scale in the photos"),
    "place": _("Place"),
    "within_m": _("within {metres} m"),
    "first_seen": _("First seen"),
    "witnesses": _("Witnesses"),
    "witnesses_of": _("{witnesses} of {reports}"),
    "priority": _("Priority"),
}

DRAWING: dict[str, Message] = {
    "draw_faults": _("Draw the outlines…"),
    "drawn_by_person": _("drawn by a person, {time}"),
    "nothing_drawn": _("A person outlines nothing here."),
    "draw_title": _("Outline the faults"),
    "draw_hint": _(
        "Go round a pothole along its edge, and along a crack's own line. What is left without an outline counts as sound road."
    ),
    "draw_photo": _("Press to set points; with keys, arrows move the cross, Space sets a point, Enter ends."),
    "draw_kind_next": _("Kind of the next outline"),
    "draw_kind_picked": _("Kind of outline {number}"),
    "draw_end": _("End the outline"),
    "draw_undo": _("One step back"),
    "draw_delete": _("Take out outline {number}"),
    "draw_none": _("Nothing is outlined: press on the photo to set the first point."),
    "draw_points": _(
        "{count} point. Enter, a double press or the first point ends the outline.|{count} points. Enter, a double press or the first point ends the outline."
    ),
    "draw_few": _("Too few points: a pothole or a net needs three, a single crack two."),
    "draw_crosses": _("Outline {number} crosses itself: move its points, or go back."),
    "draw_path_crosses": _("The line crosses itself: go some steps back."),
    "draw_unended": _("One outline is not ended: end it, or go back."),
    "draw_leave": _("Not saved. Esc or «Cancel» once more leaves without saving."),
    "draw_save": _("Save the outlines"),
    "draw_failed": _("Not saved: {reason}"),
}

MOVES: dict[str, Message] = {
    "moves": _("What happens next"),
    "moves_none": _("Nothing is to be done here, or not by your role."),
    "move_reported_confirmed": _("Confirm the fault"),
    "move_reported_rejected": _("No fault…"),
    "move_confirmed_planned": _("Plan without a task"),
    "move_confirmed_rejected": _("No fault…"),
    "move_planned_confirmed": _("Take off the plan…"),
    "move_planned_repairing": _("Begin the repair"),
    "move_repairing_planned": _("Back to the plan…"),
    "move_repairing_repaired": _("Repaired…"),
    "move_repaired_closed": _("Checked: close…"),
    "move_repaired_repairing": _("Not repaired well…"),
    "move_closed_confirmed": _("Open again…"),
    "move_rejected_reported": _("Take back the refusal…"),
    "reason": _("Reason"),
    "reason_if": _("Reason, where the proof photo is not clean"),
    "reason_missing": _("Say why in a few words."),
    "contractor": _("Repaired by"),
    "contractor_missing": _("Say who repaired it and when."),
    "repaired_at": _("Repaired on, city time"),
    "warranty_months": _("Warranty, months; empty: by the city's table"),
    "proof_hint": _("The next photo of the place that comes in after this time is taken as proof."),
    "do_it": _("Done, save"),
    "move_refused": _("Not done: {reason} The page shows how it is now."),
    "move_failed": _("Not done: {reason}"),
    "saving": _("Saving…"),
}

REPAIR: dict[str, Message] = {
    "plan_repair": _("Plan the repair…"),
    "repair_with": _("Repaired in one go with it"),
    "repair_alone": _("No confirmed fault lies beside it on the street: it is repaired alone."),
    "away_m": _("{metres} m away"),
    "repair_from": _("From, city time"),
    "repair_until": _("Until"),
    "times_missing": _("Say from when until when; the end lies after the beginning."),
    "repair_by": _("Who repairs it"),
    "nobody_yet": _("nobody yet"),
    "repair_note": _("Note for them"),
    "make_task": _("Make the task"),
    "task_not_given": _("The task is made, but not handed out yet: {reason}"),
    "repair_task": _("Task of the repair"),
    "repaired_together": _("In one go with it:"),
    "all_repairing": _("Begin the repair of all {count}"),
    "all_repaired": _("All {count} are repaired…"),
    "not_all_moved": _("{count} of them not done: {reason}"),
}

JOIN: dict[str, Message] = {
    "join_another": _("The same as another…"),
    "join_which": _("Which other case is the same fault?"),
    "join_hint": _("Press one on the map to choose it."),
    "join_none_near": _("No other open fault lies near by."),
    "join_cannot": _("This one cannot be joined: it must be another case, reported or confirmed."),
    "join_missing": _("Choose the other case."),
    "join_why": _("Why is it the same?"),
    "join_photo": _("Newest photo of the other case."),
    "join": _("Join: its reports come here"),
}

STORY: dict[str, Message] = {
    "merges": _("Why these reports are one fault"),
    "merge_of": _("Report of {time}"),
    "citizen_wrote": _("The citizen wrote:"),
    "merge_sure": _("probability {percent} %"),
    "merge_undone": _("Taken out again: {reason}"),
    "undo": _("Take this report out"),
    "undo_why": _("Why is it another fault?"),
    "history": _("History"),
    "by_itself": _("by itself"),
    "moved_from_to": _("{source} → {target}"),
    "repairs": _("Repairs and warranty"),
    "repair_of": _("{contractor}, {time}"),
    "warranty_until": _("warranty until {day}"),
    "warranty_broken": _("Came back on {day}, within the warranty: the repair is the contractor's."),
    "repaired_before": _("Repaired here before"),
    "neighbours": _("Beside it on the street"),
}

LOOSE: dict[str, Message] = {
    "loose": _("Not sorted"),
    "loose_title": _("Reports in no case"),
    "loose_hint": _("They wait for a person: for a kind, or for a place on the map"),
    "loose_empty": _("Every report is sorted. New ones appear here by themselves."),
    "loose_nothing_seen": _("The model sees no fault in the photos."),
    "loose_no_place": _("Its place is not known."),
    "loose_in_case": _("It is in a case now."),
    "loose_open_case": _("Show the case"),
    "loose_no_fault": _("No fault of the road."),
    "loose_refuse": _("No fault"),
    "name_kind": _("What is it?…"),
    "put_on_map": _("Put it on the map…"),
    "put_here": _("It is here"),
    "move_on_map": _("It lies elsewhere…"),
    "moved_because": _("Why does it lie elsewhere?"),
    "moved_because_choose": _("choose a reason"),
    "moved_because_missing": _("Choose why it lies elsewhere than the phone showed."),
    "moved_because_receiver_off": _("The phone's place was wrong"),
    "moved_because_reported_later": _("It was reported from another place"),
    "moved_because_other": _("For another reason"),
    "place_map": _("Map of the city: press where the report belongs"),
    "place_hint": _("Press the place; with keys, arrows bring it to the middle and Enter takes it."),
    "place_street": _("Find a street"),
    "place_no_street": _("No street of this name is on the map."),
    "place_chosen": _("Chosen to within {metres} m; nearer is more exact."),
    "place_missing": _("Press the place on the map first."),
    "source_phone": _("by a crew's phone"),
    "source_citizen": _("by a citizen"),
    "source_vehicle": _("by a vehicle's camera"),
}

REQUESTS: dict[str, Message] = {
    "requests": _("Citizens' requests"),
    "requests_hint": _("Nobody but you sees them until you let them in"),
    "requests_empty": _("No request waits. New ones appear here by themselves."),
    "requests_none": _("There is no such request yet."),
    "request_no_words": _("Without a description."),
    "request_no_photo": _("No photo was sent."),
    "publish": _("What everybody may see"),
    "publish_text": _("the description"),
    "publish_photos": _("the blurred photos"),
    "let_in": _("Let in"),
    "refuse": _("Refuse…"),
    "refusal_reason": _("Why not? The citizen reads it."),
    "refuse_now": _("Refuse and delete words and photos"),
}

STREETS: dict[str, Message] = {
    "streets_worst": _("Streets"),
    "streets_method": _(
        "Worst first. 100 is best; in the manner of D6433, an estimate from photos, no survey"
    ),
    "streets_known": _(
        "Known: {assessed} km. Photos that say nothing: {cannot} km. Without a photo: {rest} km"
    ),
    "streets_empty": _("No piece of street has an index yet: it comes with the first photos of its surface."),
    "column_street": _("Street"),
    "column_index": _("Index"),
    "column_trend": _("Trend"),
    "column_evidence": _("Evidence"),
    "piece_of": _("piece of {length} m"),
    "trend_unknown": _("too little history"),
    "trend_level": _("as it was"),
    "trend_worse": _("worse by {points} a year"),
    "trend_better": _("better by {points} a year"),
    "evidence_today": _("newest photo less than a day old"),
    "evidence_days": _("newest photo {count} day old|newest photo {count} days old"),
    "evidence_of": _("photos: {photos}, stretches: {seen} of {units}"),
    "its_faults": _("Its faults"),
}

CARE: dict[str, Message] = {
    "care": _("Table of repairs"),
    "care_title": _("Until when a fault is repaired"),
    "care_hint": _("From the first report on, by severity and class of street"),
    "care_streets": _("Streets"),
    "care_days": _("{count} day|{count} days"),
    "care_in_days": _("days"),
    "care_warranty": _("A repair holds {count} month at least|A repair holds {count} months at least"),
    "care_neighbours": _("neighbours within {metres} m are repaired in one go"),
    "care_change": _("Change the table…"),
    "care_taken": _("Faults take the new table when they are opened or change next."),
    "care_warranty_months": _("Warranty, months"),
    "care_neighbours_m": _("Neighbours within, metres"),
    "care_save": _("Put it in force"),
    "care_saved": _("The new table is in force."),
}

CLASSES: dict[str, Message] = {
    StreetClass.MOTORWAY.name.lower(): _("motorways"),
    StreetClass.TRUNK.name.lower(): _("highways"),
    StreetClass.PRIMARY.name.lower(): _("main streets of the city"),
    StreetClass.SECONDARY.name.lower(): _("main streets of districts"),
    StreetClass.TERTIARY.name.lower(): _("gathering streets"),
    StreetClass.UNCLASSIFIED.name.lower(): _("other through streets"),
    StreetClass.RESIDENTIAL.name.lower(): _("residential streets"),
    StreetClass.LIVING_STREET.name.lower(): _("living streets"),
    StreetClass.SERVICE.name.lower(): _("driveways"),
    StreetClass.TRACK.name.lower(): _("tracks"),
    StreetClass.PEDESTRIAN.name.lower(): _("pedestrian streets"),
    "off_street": _("off every street"),
}

FILES: dict[str, Message] = {
    "download_as": _("Download these as"),
    "download_failed": _("The file could not be fetched: {reason}"),
}

BANDS: dict[Band, Message] = {
    Band.GOOD: _("good"),
    Band.SATISFACTORY: _("satisfactory"),
    Band.FAIR: _("fair"),
    Band.POOR: _("poor"),
    Band.VERY_POOR: _("very poor"),
    Band.SERIOUS: _("serious"),
    Band.FAILED: _("failed"),
}

BAND_WORDS: dict[str, Message] = {f"band_{band.value}": word for band, word in BANDS.items()}
MODERATION_WORDS: dict[str, Message] = {
    f"moderation_{each.value}": word for each, word in MODERATIONS.items()
}
SERVICE_WORDS: dict[str, Message] = {f"service_{each.value}": told.name for each, told in SERVICES.items()}
STATE_WORDS: dict[str, Message] = {f"case_state_{state.value}": STATES[state] for state in CaseState}
KIND_WORDS: dict[str, Message] = {f"kind_{kind.value}": word for kind, word in KINDS.items()}
SEVERITY_WORDS: dict[str, Message] = {f"severity_{each.value}": word for each, word in SEVERITIES.items()}
SIDE_WORDS: dict[str, Message] = {f"side_{side.value}": word for side, word in SIDES.items()}
CLASS_WORDS: dict[str, Message] = {f"class_{name}": word for name, word in CLASSES.items()}
CANNOT_WORDS: dict[str, Message] = {f"cannot_{why.value}": word for why, word in CANNOT.items()}
PROOF_WORDS: dict[str, Message] = {f"proof_{check.value}": word for check, word in PROOFS.items()}

WORDS: dict[str, Message] = {
    **PAGE,
    **LIST,
    **MAP,
    **CASE,
    **DRAWING,
    **MOVES,
    **REPAIR,
    **JOIN,
    **STORY,
    **LOOSE,
    **REQUESTS,
    **STREETS,
    **CARE,
    **CLASS_WORDS,
    **FILES,
    **BAND_WORDS,
    **MODERATION_WORDS,
    **SERVICE_WORDS,
    **STATE_WORDS,
    **KIND_WORDS,
    **SEVERITY_WORDS,
    **SIDE_WORDS,
    **CANNOT_WORDS,
    **PROOF_WORDS,
}
