"""The sheet to print and sign: a task's people by their initials, and room for times and signatures."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from backend.adapters import settings
from backend.people import service as people
from backend.tasks import service as tasks
from backend.web.principal import Principal
from shared.i18n import Message, translate
from shared.vocabulary import Language

_ = Message
TITLE = _("Attendance sheet of public works")
TASK, WINDOW, NUMBER = _("Task"), _("Planned time"), _("Number of the task")
HEAD = (
    "№",
    _("Person"),
    _("Came at"),
    _("Signature"),
    _("Left at"),
    _("Signature"),
    _("Why on paper"),
)
WIDTHS = (1, 6, 3, 5, 3, 5, 6)
HOW = (
    _(
        "Everybody writes the time of coming and of leaving by hand and signs each: nobody signs for somebody else."
    ),
    _(
        "The supervisor signs below when all have left, photographs the whole sheet and enters it on the same day."
    ),
    _(
        "Another member of staff compares times and signatures and approves. Then the hours count like check-ins."
    ),
    _("Whoever disagrees with a decision can file an appeal; another officer decides on it."),
)
HANDS = (_("Supervisor: name, signature"), _("Approved by another member of staff: name, signature, date"))
ROOM = "\n\n"  # a row is high enough to sign in


def sheet_form(task_id: UUID, by: Principal, language: Language) -> bytes:
    """A PDF for a task that the principal may see; the read of each person's card is logged."""
    from backend.web.pdf import Document  # 40 MB and half a second to import, and most processes never print

    task = tasks.get(task_id, by)
    cards = sorted(
        people.cards(task.person_ids, by).values(),
        key=lambda card: (card.family_name, card.given_name, card.id),
    )

    def say(text: str) -> str:
        return translate(text, language)

    form = Document(say(TITLE), language, task.changed_at, landscape=True)
    form.facts(
        [
            (say(TASK), task.title),
            (say(WINDOW), f"{_written(task.starts_at)} – {_written(task.ends_at)}"),
            (say(NUMBER), str(task.id)),
        ]
    )
    form.table(
        [say(text) for text in HEAD],
        [[str(number), card.initials + ROOM, *[""] * 5] for number, card in enumerate(cards, start=1)],
        widths=WIDTHS,
    )
    form.points([say(text) for text in HOW])
    form.signatures([say(text) for text in HANDS])
    return form.bytes()


def _written(moment: datetime) -> str:
    return moment.astimezone(ZoneInfo(settings().time_zone)).strftime("%d.%m.%Y %H:%M")
