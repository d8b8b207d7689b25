"""One fault to be repaired: what and where it is; begun with a touch, repaired with a photo of the mended place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

from mobile.capture.photo_fixes import PhotoFixes
from mobile.capture.reporting import DefectDraft, Moment, Reporter
from mobile.devices.camera import Preview
from mobile.models.background import Background
from mobile.models.defect import why_unsaved
from mobile.models.equipment import Equipment
from mobile.models.fault_list import kind_sign, size_text, way_text
from mobile.models.fault_signs import needs_photo, proof_sign, state_sign
from mobile.models.observed import Observed
from mobile.models.place_words import camera_text, fresh_fix, place_sign, place_text
from mobile.models.ports import Clock, FaultMoves, FaultPhoto, LocalTasks
from mobile.models.proof_place import too_far_m
from mobile.models.seen_fault import SeenFault
from mobile.models.viewfinder import TakenPhoto, Viewfinder
from mobile.models.words import Words, city_day
from mobile.sync.overlay import LocalFault
from shared.contracts import PROOF_BESIDE_M, Fix
from shared.geometry import Point
from shared.i18n import Message as _
from shared.vocabulary import CaseState

WHO = "fault"  # for whom the receiver runs
EVERY_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultView:
    """The screen's state; an empty word has no button. While it aims, a camera's picture stands above."""

    title: str = ""
    icon: str = ""
    colour: str = "wait"
    state: str = ""
    facts: str = ""
    photo: Preview | None = None  # how it looked to whoever reported it
    no_photo: str = ""
    words_label: str = ""
    words: str = ""  # what citizens wrote
    notice: str = ""
    notice_icon: str = "⚠"
    notice_colour: str = "warn"
    aiming: bool = False
    trouble: str = ""
    place: str = ""
    place_icon: str = ""
    place_colour: str = "warn"
    photos: tuple[TakenPhoto, ...] = ()
    photos_label: str = ""
    error: str = ""
    saved: str = ""
    main: str = ""
    may: bool = True
    more: str = ""
    without: str = ""
    back: str = ""
    discard: str = ""
    yes: str = ""
    no: str = ""


class Fault(Observed):
    """The screen of whichever fault was opened."""

    def __init__(
        self,
        tasks: LocalTasks,
        move: FaultMoves,
        fetch: FaultPhoto,
        equipment: Equipment,
        background: Background,
        words: Words,
        *,
        now: Clock,
    ) -> None:
        super().__init__()
        self._tasks = tasks
        self._move = move
        self._background = background
        self._words = words
        self._now = now
        self._time = equipment.time
        self._location = equipment.devices.location
        self._finder = Viewfinder(equipment.devices.camera)
        self._reporter = Reporter(equipment.signer, equipment.outbox, equipment.owner_id)
        self._fixes = PhotoFixes()
        self._seen = SeenFault(fetch, background, self.changed)
        self._fault_id: UUID | None = None
        self._aiming = False
        self._again = False  # one more photo of the same repair
        self._saving = 0
        self._last_fix: Fix | None = None
        self._error: _ | str = ""
        words.listen(self.changed)

    # --- what the screen calls ----------------------------------------------------------------------

    def show(self, fault_id: str) -> None:
        """Open a fault; photos of another one do not wait here."""
        if UUID(fault_id) != self._fault_id:
            self._leave_camera()
            self._finder.hand_over()
            self._fault_id, self._error = UUID(fault_id), ""
        self._seen.show(UUID(fault_id))
        self.changed()

    def open(self) -> None:
        """The screen is seen: the receiver runs, the camera where it was left running."""
        self._location.start(EVERY_S, WHO)
        if self._aiming:
            self._finder.open()
        self.changed()

    def close(self) -> None:
        """It is left: both rest; photos that were taken wait here."""
        self._finder.close()
        self._look_around()
        self._location.stop(WHO)

    def tick(self) -> None:
        """Time has passed: collect photos, look at the location."""
        if self._finder.tick():
            self._again = False
        self._look_around()
        latest = self._location.latest
        if (
            self._aiming or latest is not self._last_fix
        ):  # the disk is not asked ten times a second for nothing
            self._last_fix = latest
            self.changed()

    def preview(self) -> Preview | None:
        """What the camera sees."""
        return self._finder.preview()

    def go(self) -> None:
        """The next step: begin, photograph, take the photo, save; whichever the main button names."""
        known = self._known()
        if known is None or known.withdrawn or self._saving:
            return
        if self._aiming and (not self._finder.taken or self._again):
            self._finder.shoot()
        elif self._aiming and self._far_m(known) is not None:
            self._finder.hand_over()  # they prove nothing: to be taken at the fault
        elif self._aiming:
            self._save(known)
        elif known.fault.state is CaseState.PLANNED:
            self._begin(known)
        elif known.fault.state in (CaseState.REPAIRING, CaseState.REPAIRED):
            self._aiming = True
            self._finder.open()
        self.changed()

    def more(self) -> None:
        """Another photo of the same repair."""
        self._again = self._finder.has_room
        self.changed()

    def without(self) -> None:
        """Repaired, but no camera works: the photo can follow. Or it was taken too far away, as the receiver thinks, and is saved all the same."""
        known = self._known()
        if known is None or known.withdrawn or self._saving:
            return
        if self._finder.taken:
            self._save(known)
        elif known.fault.state is CaseState.REPAIRING:
            self._run(known, None)

    def give_up(self) -> None:
        """Back from the camera; nothing is saved."""
        self._leave_camera()
        self._finder.hand_over()
        self.changed()

    def discard(self, number: int) -> None:
        """Without this photo."""
        self._finder.discard(number)
        self.changed()

    # --- what the screen shows ----------------------------------------------------------------------

    @property
    def view(self) -> FaultView:
        """What the screen shows now."""
        say, known = self._words, self._known()
        if known is None:
            return FaultView(title=say(_("This fault has left the phone: it is no longer yours to repair.")))
        fault, sign = known.fault, state_sign(known.fault.state)
        shown = FaultView(
            title=say(kind_sign(fault).word),
            icon=sign.icon,
            colour=sign.colour,
            state=say(sign.word),
            facts="\n".join(self._facts(known)),
            photo=self._seen.photo,
            no_photo=say(_("Its photo cannot be fetched now.")) if self._seen.is_missing else "",
            words_label=say(_("Citizens wrote:")) if fault.words else "",
            words=fault.words,
            error=say(self._error),
            saved=say(_("saving…")) if self._saving else "",
            may=not self._saving,
        )
        if self._aiming:
            return self._with_camera(shown)
        return self._with_step(self._with_notice(shown, known), known)

    def _facts(self, known: LocalFault) -> list[str]:
        say, fault = self._words, known.fault
        way = way_text(fault, self._here(), say)
        due = say(_("to be repaired by {day}"), day=say.day(city_day(fault.due_at)))
        return [line for line in (size_text(fault, say), fault.street, way, due) if line]

    def _with_notice(self, shown: FaultView, known: LocalFault) -> FaultView:
        say = self._words
        if known.withdrawn:
            kept = _(
                "The dispatcher has withdrawn this fault. What you saved stays on this phone: ask the dispatcher."
            )
            return replace(shown, notice=say(kept))
        if known.unsent:
            kept = _("Your last change is saved and will be sent.")
            return replace(shown, notice=say(kept), notice_icon="⇡", notice_colour="accent")
        if known.fault.state is CaseState.REPAIRED:
            proof = proof_sign(known.fault.proof_check)
            return replace(shown, notice=say(proof.word), notice_icon=proof.icon, notice_colour=proof.colour)
        return shown

    def _with_step(self, shown: FaultView, known: LocalFault) -> FaultView:
        say, fault = self._words, known.fault
        if known.withdrawn:
            return shown
        if fault.state is CaseState.PLANNED:
            return replace(shown, main=say(_("Begin the repair")))
        if fault.state is CaseState.REPAIRING:
            return replace(shown, main=say(_("Repaired: photograph it")))
        if fault.state is CaseState.REPAIRED and needs_photo(known):
            return replace(shown, main=say(_("Another photo of the repair")))
        return shown

    def _with_camera(self, shown: FaultView) -> FaultView:
        say, trouble = self._words, self._finder.trouble
        fix = fresh_fix(self._location, self._time.now)
        sign = place_sign(fix)
        shown = replace(
            shown,
            photo=None,  # the mended place is what is looked at now
            no_photo="",
            words_label="",
            words="",
            place=place_text(fix, say),
            place_icon=sign.icon,
            place_colour=sign.colour,
            back=say(_("Back, without saving")),
        )
        photos = self._finder.taken
        if not photos or self._again:
            may_follow = trouble is not None and self._state() is CaseState.REPAIRING
            return replace(
                shown,
                aiming=True,
                trouble=camera_text(trouble, say),
                main=say(_("Take the photo")),
                may=trouble is None and not self._finder.is_taking,
                without=say(_("Repaired, the photo follows")) if may_follow else "",
            )
        shown = replace(
            shown,
            photos=photos,
            photos_label=say.count(
                _("{count} photo · touch one to discard it|{count} photos · touch one to discard it"),
                len(photos),
            ),
            main=say(_("Save: repaired") if self._state() is CaseState.REPAIRING else _("Save the photo")),
            more=say(_("One more photo")) if self._finder.has_room else "",
            discard=say(_("Discard this photo?")),
            yes=say(_("Yes, discard it")),
            no=say(_("Keep it")),
        )
        return self._with_far(shown)

    def _with_far(self, shown: FaultView) -> FaultView:
        say, known = self._words, self._known()
        far_m = None if known is None else self._far_m(known)
        if far_m is None:
            return shown
        told = _("Photographed {distance} from the fault: it proves the repair only within {limit} of it.")
        return replace(
            shown,
            notice=say(told, distance=say.distance(far_m), limit=say.distance(PROOF_BESIDE_M)),
            main=say(_("Photograph it at the fault")),
            more="",
            without=say(_("Save it all the same")),
        )

    # --- how ----------------------------------------------------------------------------------------

    def _known(self) -> LocalFault | None:
        return self._tasks.fault(self._fault_id) if self._fault_id else None

    def _state(self) -> CaseState | None:
        known = self._known()
        return known.fault.state if known else None

    def _here(self) -> Point | None:
        fix = fresh_fix(self._location, self._time.now)
        return None if fix is None else Point(lat=fix.lat, lon=fix.lon)

    def _look_around(self) -> list[int]:
        return self._fixes.see(self._location, [taken.picture for taken in self._finder.taken])

    def _far_m(self, known: LocalFault) -> float | None:
        shots_ms = self._look_around()
        return too_far_m(known.fault, self._fixes.around(shots_ms)) if shots_ms else None

    def _leave_camera(self) -> None:
        self._finder.close()
        self._aiming = self._again = False

    def _begin(self, known: LocalFault) -> None:
        line = self._line(known, state_sign(CaseState.REPAIRING).word)
        self._keep(lambda: self._move(known.fault.id, CaseState.REPAIRING, line))

    def _save(self, known: LocalFault) -> None:
        shots_ms = self._look_around()
        draft = DefectDraft(
            pictures=tuple(taken.picture for taken in self._finder.taken),
            moment=Moment(
                captured_at=self._time.now(),
                clock=self._time.reading(),
                fixes=self._fixes.around(shots_ms),
            ),
            task_id=known.fault.task_id,
            fault_id=known.fault.id,
        )
        self._run(known, draft)

    def _run(self, known: LocalFault, draft: DefectDraft | None) -> None:
        """Keep the photo and, where the fault was not repaired yet, that it is now; photos wait until both are kept."""
        fault, moment = known.fault, self._now()
        shown = self._line(known, _("photo of the repair"))
        line = self._line(known, state_sign(CaseState.REPAIRED).word)

        def work() -> None:
            proof_id = None if draft is None else self._reporter.defect(draft, shown)
            if fault.state is CaseState.REPAIRING:
                self._move(fault.id, CaseState.REPAIRED, line, repaired_at=moment, proof_id=proof_id)

        self._keep(work)

    def _keep(self, work: Callable[[], object]) -> None:
        def done(_result: object) -> None:
            self._saving -= 1
            self._leave_camera()
            self._finder.hand_over()
            self.changed()

        def failed(error: Exception) -> None:
            self._saving -= 1
            self._error = why_unsaved(error)
            self.changed()

        self._error = ""
        self._saving += 1
        self._background.run(work, done, failed)
        self.changed()

    def _line(self, known: LocalFault, word: _) -> str:
        parts = (self._words(kind_sign(known.fault).word), known.fault.street, self._words(word))
        return " · ".join(part for part in parts if part)
