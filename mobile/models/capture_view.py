"""What the camera screen of a check-in shows: one thing to do, one hint, the location, and the verdict at the end."""

from __future__ import annotations

from dataclasses import dataclass

from mobile.capture.guide import Guide
from mobile.capture.hints import HINT_WORDS
from mobile.capture.phases import RUNNING, Phase
from mobile.capture.whereabouts import PlaceSense
from mobile.models.capture_trouble import PAPER_WAY
from mobile.models.verdict import VerdictView
from mobile.models.words import Words
from shared.contracts import PersonCard
from shared.i18n import Message as _
from shared.vocabulary import Camera as Facing
from shared.vocabulary import CheckInKind, Move, PlaceState

KINDS: dict[CheckInKind, _] = {
    CheckInKind.ARRIVAL: _("arrival"),
    CheckInKind.DEPARTURE: _("departure"),
    CheckInKind.SPOT_CHECK: _("spot check"),
}
ON_BUTTONS = {**KINDS, CheckInKind.SPOT_CHECK: _("check")}  # three of them stand beside each other
ARROWS = {Move.LEFT: "←", Move.RIGHT: "→", Move.UP: "↑", Move.DOWN: "↓"}
SEEN_FROM_BEFORE = {**ARROWS, Move.LEFT: "→", Move.RIGHT: "←"}
"""Who films a person sees that person's left on the right; the front camera's preview is a mirror and shows it on the left."""
PLACES: dict[PlaceState, tuple[str, str, _]] = {
    PlaceState.INSIDE: ("✔", "good", _("at the place")),
    PlaceState.UNCERTAIN: ("⚑", "warn", _("at the edge of the place")),
    PlaceState.OUTSIDE: ("✖", "bad", _("outside the place")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureView:
    """The screen's state; an empty word has no button. ``arrow_icon`` points where the head goes on the screen."""

    title: str = ""
    kinds: tuple[tuple[str, str], ...] = ()
    kind: str = ""
    phase: str = Phase.CLOSED.value
    arrow: str = ""
    arrow_icon: str = ""
    words: str = ""
    hint: str = ""
    notice: str = ""
    gps: str = ""
    gps_icon: str = ""
    gps_colour: str = "wait"
    progress: float = 0.0
    begin: str = ""
    cancel: str = ""
    save: str = ""
    can_note: bool = False
    noted: str = ""  # the note itself
    leave: str = ""  # back to the list
    retake: str = ""
    busy: bool = False
    verdict: VerdictView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How the model stands beside its guide."""

    person: PersonCard
    kinds: tuple[CheckInKind, ...]
    kind: CheckInKind
    facing: Facing
    error: _ | str
    asking: bool  # the button was pressed before the challenge had come
    unchallenged: bool  # there is none to be had
    stale: bool  # only an old one, that the phone held
    paper_way: bool  # the person has refused biometrics
    note: str
    saving: bool
    saved: bool
    verdict: VerdictView | None


def capture_view(guide: Guide, stand: Stand, words: Words) -> CaptureView:
    """The view of a guide and the model around it."""
    gps_icon, gps_colour, gps = _gps(guide.place, words)
    arrow, hint = guide.arrow, guide.hint
    ended = guide.phase in (Phase.DONE, Phase.FAILED)
    return CaptureView(
        title=f"{stand.person.initials} · {words(KINDS[stand.kind])}",
        kinds=tuple((kind.value, words(ON_BUTTONS[kind])) for kind in stand.kinds),
        kind=stand.kind.value,
        phase=guide.phase.value,
        arrow=arrow.value if arrow else "",
        arrow_icon=(SEEN_FROM_BEFORE if stand.facing is Facing.REAR else ARROWS)[arrow] if arrow else "",
        words=_what_to_do(guide, stand, words),
        hint=words(HINT_WORDS[hint]) if hint else "",
        notice=_notice(guide, stand, words),
        gps="" if stand.paper_way else gps,
        gps_icon="" if stand.paper_way else gps_icon,
        gps_colour=gps_colour,
        progress=guide.progress,
        begin=_begin_word(guide, stand, words),
        cancel=words(_("Stop")) if guide.phase in RUNNING or stand.asking else "",
        save=_save_word(guide, stand, words),
        can_note=guide.phase is Phase.READY,
        noted=stand.note,
        leave=words(_("Back to the list")),
        retake=words(_("Once more")) if ended and not stand.saving else "",
        busy=stand.saving or stand.asking,
        verdict=stand.verdict,
    )


def _what_to_do(guide: Guide, stand: Stand, words: Words) -> str:
    if stand.error:
        return words(stand.error)
    if stand.asking:
        return words(_("Asking the server what to ask for…"))
    if stand.saving:
        return words(_("Saving…"))
    doubt = guide.doubt
    if doubt is not None and not stand.saved:
        return words(_("{problem}. Better take it once more."), problem=HINT_WORDS[doubt])
    return words(guide.words)


def _notice(guide: Guide, stand: Stand, words: Words) -> str:
    """What the supervisor should know before beginning."""
    if stand.paper_way:
        return words(PAPER_WAY)
    if guide.phase is not Phase.READY:
        return ""
    if not stand.person.enrolled:
        return words(_("No face is enrolled for this person yet: a person of the staff will decide."))
    if stand.unchallenged:
        return words(
            _("No network and no movements kept for this person: a person of the staff will decide.")
        )
    if stand.stale:
        return words(
            _(
                "No network, and the movements kept for this person are old: a person of the staff will decide."
            )
        )
    return ""


def _gps(place: PlaceSense, words: Words) -> tuple[str, str, str]:
    """Icon, colour and words of the line about the location."""
    if place.accuracy_m is None:
        return "◌", "wait", words(_("GPS: searching…"))
    known = words(_("GPS ± {accuracy} m"), accuracy=round(place.accuracy_m))
    if place.state is None or not place.enough:
        return "◌", "wait", known
    icon, colour, word = PLACES[place.state]
    return icon, colour, f"{known} · {words(word)}"


def _begin_word(guide: Guide, stand: Stand, words: Words) -> str:
    if guide.phase is not Phase.READY or stand.asking or stand.paper_way:
        return ""
    return words(_("Take the check-in"))


def _save_word(guide: Guide, stand: Stand, words: Words) -> str:
    if guide.phase is not Phase.DONE or stand.saving or stand.saved:
        return ""
    return words(_("Save all the same")) if guide.doubt and not stand.error else words(_("Save again"))
