"""What the crew sees of the recording of its position: that it runs, until when, for what, and what keeps it from running."""

from __future__ import annotations

from dataclasses import dataclass

from mobile.devices.trouble import Trouble
from mobile.models.words import Words
from mobile.tracking.keeper import Recording
from mobile.tracking.tracker import Shift
from shared.i18n import Message as _
from shared.vocabulary import Language

LOST: dict[Trouble, _] = {
    Trouble.NOT_ALLOWED: _(
        "Your way is not recorded: allow the location to the app in the phone's settings."
    ),
    Trouble.SWITCHED_OFF: _(
        "Your way is not recorded: the location is switched off. Switch it on in the phone's settings."
    ),
    Trouble.MISSING: _("Your way is not recorded: this device has no location. Tell the dispatcher."),
    Trouble.FAILED: _("Your way is not recorded: the location does not answer. Switch it off and on again."),
}
FOR = _("It is recorded for this shift only, so that the dispatcher sees how the work goes.")
SEEN = _("You see it on the route's map as a thin line.")
ENDS = _("It ends with the shift, with your last stop, or when you sign out.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingView:
    """The quiet line under the status, and below it what to do where nothing comes; all empty while nothing is recorded."""

    icon: str = "◉"
    text: str = ""
    notice: str = ""


def recording_view(recording: Recording, say: Words) -> RecordingView:
    """How the line reads."""
    shift = recording.shift
    if shift is None:
        return RecordingView()
    if recording.trouble is not None:
        return RecordingView(notice=say(LOST[recording.trouble]))
    return RecordingView(
        text=say(_("Recording your way until {time} · {work}"), time=say.clock(shift.until), work=shift.title)
    )


def recording_facts(recording: Recording, waiting: int, say: Words) -> str:
    """The same at length, for the settings: what for, until when, how much, and how much of it is still on the phone."""
    shift = recording.shift
    if shift is None:
        return say(_("Your way is not recorded now. It is only while you drive a route or work on a task."))
    parts = [recording_view(recording, say).text or say(LOST[recording.trouble or Trouble.FAILED])]
    if recording.last_at is not None:
        parts.append(
            say.count(
                _("{count} position, the last at {time}.|{count} positions, the last at {time}."),
                recording.count,
                time=say.clock(recording.last_at),
            )
        )
    if waiting:
        parts.append(
            say.count(_("{count} part of it is not sent yet.|{count} parts of it are not sent yet."), waiting)
        )
    return "\n".join([*parts, say(SEEN), say(FOR), say(ENDS)])


def notice_words(shift: Shift, language: Language) -> tuple[str, str]:
    """Title and text of the system's notice; it stands on the lock screen, so it names no place."""
    say = Words(language)
    return "Qala", say(
        _("Your way is recorded until {time}, for this shift only."), time=say.clock(shift.until)
    )
