"""Reporting a defect: photos, perhaps a guess and a note, saved with one touch, and at once ready for the next one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from mobile.capture.photo_fixes import PhotoFixes
from mobile.capture.photos import NotAPicture
from mobile.capture.reporting import DefectDraft, Moment, Reporter
from mobile.capture.saving import NobodySignedIn
from mobile.devices.camera import Preview
from mobile.devices.compass import Heading, Silence
from mobile.devices.location import Location
from mobile.devices.trouble import LOCATION_WORDS, Trouble
from mobile.keeping.disk import StoreFull
from mobile.models.background import Background
from mobile.models.defect_results import KINDS, asks_again, result_of
from mobile.models.equipment import Equipment
from mobile.models.observed import Observed
from mobile.models.place_words import camera_text, direction_word, fresh_fix, place_sign, place_text
from mobile.models.ports import Outbox
from mobile.models.viewfinder import TakenPhoto, Viewfinder
from mobile.models.words import Words
from mobile.outbox.ladder import ItemKind
from shared.i18n import Message as _
from shared.vocabulary import DefectKind

ASKED_AMONG, ASKED_WITHIN = 10, timedelta(minutes=15)
WHO = "defect"  # for whom the receiver runs
EVERY_S = 1.0
NOTE_LETTERS_MOST = 500
PILES_M3 = (3, 10, 25, 60, 150, 400)
SILENCE_WORDS: dict[Silence, _] = {  # the others pass by themselves, or nothing can be done about them
    Silence.DISTURBED: _("direction unknown: move the phone in an eight, away from iron"),
    Silence.STEEP: _("direction unknown: the camera looks straight down"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KindButton:
    """One guess: icon and word, and whether it is the chosen one."""

    value: str
    icon: str
    word: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DefectView:
    """The screen's state: it aims until a photo is there, then it asks what was photographed; an empty word has no button."""

    aiming: bool = True
    trouble: str = ""
    place: str = ""
    place_icon: str = ""
    place_colour: str = "warn"
    saved: str = ""  # the quiet line after saving
    error: str = ""
    again: str = ""  # what could not be saved is tried once more
    shoot: str = ""
    may_shoot: bool = False
    back: str = ""  # from another photo to the description
    photos: tuple[TakenPhoto, ...] = ()
    photos_label: str = ""
    kinds_label: str = ""
    kinds: tuple[KindButton, ...] = ()
    sizes_label: str = ""  # of a pile of snow
    sizes: tuple[KindButton, ...] = ()
    note_label: str = ""
    note: str = ""
    discard: str = ""
    yes: str = ""
    no: str = ""
    more: str = ""
    save: str = ""


class Defect(Observed):
    """The tab of everybody who drives or walks through the city."""

    def __init__(self, equipment: Equipment, outbox: Outbox, background: Background, words: Words) -> None:
        super().__init__()
        self._location: Location = equipment.devices.location
        self._time = equipment.time
        self._finder = Viewfinder(equipment.devices.camera)
        self._reporter = Reporter(equipment.signer, equipment.outbox, equipment.owner_id)
        self._outbox = outbox
        self._background = background
        self._words = words
        self._compass = equipment.devices.compass
        self._kind: DefectKind | None = None
        self._volume_m3: int | None = None
        self._note = ""
        self._heading_at_photo = Heading()
        self._fixes = PhotoFixes()
        self._again = False  # one more photo of the same thing
        self._saving = 0
        self._saved_any = False
        self._unsaved: list[tuple[DefectDraft, str]] = []
        self._error: _ | str = ""
        words.listen(self.changed)

    # --- what the screen calls ----------------------------------------------------------------------

    def open(self) -> None:
        """The screen is seen: camera and receiver run."""
        self._finder.open()
        self._location.start(EVERY_S, WHO)
        self._compass.start(WHO)
        self.changed()

    def close(self) -> None:
        """It is left: both rest; photos that were taken wait here."""
        self._finder.close()
        self._look_around()
        self._location.stop(WHO)
        self._compass.stop(WHO)

    def tick(self) -> None:
        """Time has passed: collect photos, look at the location."""
        if self._finder.tick():
            self._again = False
        self._look_around()
        self.changed()

    def preview(self) -> Preview | None:
        """What the camera sees."""
        return self._finder.preview()

    def shoot(self) -> None:
        """Take a photo."""
        if not self._finder.taken:
            self._heading_at_photo = self._compass.camera()
        self._finder.shoot()
        self.changed()

    def more(self) -> None:
        """Another photo of the same defect."""
        self._again = self._finder.has_room
        self.changed()

    def describe(self) -> None:
        """Back to the description without another photo."""
        self._again = False
        self.changed()

    def discard(self, number: int) -> None:
        """Without this photo."""
        self._finder.discard(number)
        self.changed()

    def choose(self, value: str) -> None:
        """A guess; the same again takes it back."""
        kind = DefectKind(value)
        self._kind = None if kind is self._kind else kind
        self._volume_m3 = None
        self.changed()

    def size(self, value: str) -> None:
        """How large the pile is; the same again takes it back."""
        volume_m3 = int(value)
        self._volume_m3 = None if volume_m3 == self._volume_m3 else volume_m3
        self.changed()

    def write(self, note: str) -> None:
        """What the reporter adds; it is not read back while he types."""
        self._note = note[:NOTE_LETTERS_MOST]

    def save(self) -> None:
        """Keep it and be ready for the next one; the photos are prepared meanwhile."""
        taken = self._finder.taken
        if not taken:
            return
        shots_ms = self._look_around()
        draft = DefectDraft(
            pictures=self._finder.hand_over(),
            moment=Moment(
                captured_at=self._time.now(),
                clock=self._time.reading(),
                fixes=self._fixes.around(shots_ms),
            ),
            kind_guess=self._kind,
            volume_m3=self._volume_m3,
            heading_deg=self._heading_at_photo.deg,
            note=self._note.strip(),
        )
        line = self._line(draft)
        self._kind, self._volume_m3, self._note, self._again, self._error = None, None, "", False, ""
        self._heading_at_photo = Heading()
        self._keep(draft, line)

    def save_again(self) -> None:
        """What could not be kept, once more."""
        unsaved, self._unsaved, self._error = self._unsaved, [], ""
        for draft, line in unsaved:
            self._keep(draft, line)

    # --- what the screen shows ----------------------------------------------------------------------

    @property
    def view(self) -> DefectView:
        """What the screen shows now."""
        say = self._words
        fix = fresh_fix(self._location, self._time.now)
        sign = place_sign(fix)
        common = DefectView(
            place=self._place_text(place_text(fix, say)),
            place_icon=sign.icon,
            place_colour=sign.colour,
            saved=self._saved_line(),
            error=say(self._error),
            again=say(_("Save again")) if self._unsaved else "",
        )
        photos = self._finder.taken
        if not photos or self._again:
            return self._aiming(common)
        return replace(
            common,
            aiming=False,
            photos=photos,
            photos_label=say.count(
                _("{count} photo · touch one to discard it|{count} photos · touch one to discard it"),
                len(photos),
            ),
            kinds_label=say(_("What is it? If you are not sure, leave it open.")),
            kinds=tuple(
                KindButton(value=kind.value, icon=sign.icon, word=say(sign.word), chosen=kind is self._kind)
                for kind, sign in KINDS.items()
            ),
            sizes_label=say(_("How much snow? A truck takes about 10 m³.")) if self._is_pile else "",
            sizes=tuple(self._size_buttons()) if self._is_pile else (),
            note_label=say(_("Note")),
            note=self._note,
            discard=say(_("Discard this photo?")),
            yes=say(_("Yes, discard it")),
            no=say(_("Keep it")),
            more=say(_("One more photo")) if self._finder.has_room else "",
            save=say(_("Save")),
        )

    @property
    def _is_pile(self) -> bool:
        return self._kind is DefectKind.SNOW_PILE

    def _size_buttons(self) -> Iterator[KindButton]:
        for volume_m3 in PILES_M3:
            word = self._words(_("{volume} m³"), volume=volume_m3)
            yield KindButton(value=str(volume_m3), icon="", word=word, chosen=volume_m3 == self._volume_m3)

    def _aiming(self, common: DefectView) -> DefectView:
        say, trouble = self._words, self._finder.trouble
        return replace(
            common,
            trouble=camera_text(trouble, say),
            shoot=say(_("Take the photo")),
            may_shoot=trouble is None and not self._finder.is_taking,
            back=say(_("No more photos")) if self._finder.taken else "",
        )

    def _place_text(self, text: str) -> str:
        trouble = self._location.trouble
        if trouble is not None and trouble is not Trouble.MISSING:
            return f"{self._words(LOCATION_WORDS[trouble])} {text[:1].upper()}{text[1:]}."
        heading = self._heading_at_photo if self._finder.taken else self._compass.camera()
        if heading.deg is None:
            why = SILENCE_WORDS.get(heading.why) if heading.why else None
            return f"{text} · {self._words(why)}" if why else text
        looks = self._words(
            _("the camera looks {direction}"), direction=direction_word(heading.deg, self._words)
        )
        return f"{text} · {looks}"

    def _saved_line(self) -> str:
        if self._saving:
            return self._words(_("saving…"))
        asked = self._asked_again()
        if asked or not self._saved_any:
            return asked
        waiting = self._outbox.waiting_count()
        if not waiting:
            return self._words(_("saved and sent"))
        return self._words.count(
            _("saved on this phone · {count} waits|saved on this phone · {count} wait"), waiting
        )

    def _asked_again(self) -> str:
        """What the server could not see in a photo of a moment ago, and what to do: the reporter still stands there."""
        for item in self._outbox.items(limit=ASKED_AMONG):
            recent = self._time.now() - item.created_at <= ASKED_WITHIN
            if item.kind is ItemKind.DEFECT and recent and asks_again(item.answer):
                (sign,) = result_of(item.answer)
                return f"{item.about.line}: {self._words(sign.word)}"
        return ""

    # --- how ----------------------------------------------------------------------------------------

    def _look_around(self) -> list[int]:
        return self._fixes.see(self._location, [taken.picture for taken in self._finder.taken])

    def _line(self, draft: DefectDraft) -> str:
        kind = KINDS[draft.kind_guess].word if draft.kind_guess else _("Defect")
        size = "" if draft.volume_m3 is None else self._words(_("{volume} m³"), volume=round(draft.volume_m3))
        return " · ".join(each for each in (self._words(kind), size, draft.note) if each)

    def _keep(self, draft: DefectDraft, line: str) -> None:
        def done(_item_id: object) -> None:
            self._saving -= 1
            self._saved_any = True
            self.changed()

        def failed(error: Exception) -> None:
            self._saving -= 1
            self._error = why_unsaved(error)
            if not isinstance(error, NotAPicture):
                self._unsaved.append((draft, line))
            self.changed()

        self._saving += 1
        self._background.run(lambda: self._reporter.defect(draft, line), done, failed)
        self.changed()


def why_unsaved(error: Exception) -> _ | str:
    """What went wrong, and what to do about it."""
    if isinstance(error, StoreFull):
        return error.message
    if isinstance(error, NobodySignedIn):
        return _("Nobody is signed in on this phone: sign in, then save again.")
    if isinstance(error, NotAPicture):
        return _("The photo cannot be read: take it again.")
    return _("It could not be saved: try again.")
