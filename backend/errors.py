"""What can go wrong in the domain: each error is for the caller, names what was wrong and says what to do."""

from __future__ import annotations

from shared.i18n import Message

_ = Message


class DomainError(Exception):
    """An answer that is not the wished one; ``slug`` is its stable name, ``detail`` is for people."""

    slug = "error"

    def __init__(self, detail: Message, *, slug: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.slug = slug or type(self).slug


class NotAuthenticated(DomainError):
    """Nobody knows who is asking."""

    slug = "not-authenticated"


class NotAllowed(DomainError):
    """Who is asking may not do this."""

    slug = "not-allowed"


class NotFound(DomainError):
    """It is not there, or not in the caller's districts: the two are not told apart."""

    slug = "not-found"

    def __init__(self, thing: Message, key: object) -> None:
        super().__init__(_("There is no {thing} {key} that you may see.").format(thing=thing, key=str(key)))


class Conflict(DomainError):
    """It is there already, or its state does not allow this."""

    slug = "conflict"


class Stale(DomainError):
    """The caller changes a version that is no longer the newest."""

    slug = "stale"


class Invalid(DomainError):
    """Input that cannot be used; ``errors`` maps a field's path to its messages."""

    slug = "invalid"

    def __init__(self, errors: dict[str, list[Message]], *, slug: str | None = None) -> None:
        super().__init__(
            _("Some values cannot be used; see «errors» for each field and what to do."), slug=slug
        )
        self.errors = errors

    def __str__(self) -> str:
        return f"{self.detail} {self.errors}"


class TooLarge(DomainError):
    """More bytes or pixels than the server takes."""

    slug = "too-large"


class WrongType(DomainError):
    """A kind of content that the server does not read."""

    slug = "wrong-type"


class Busy(DomainError):
    """Not now; try again after ``retry_after_s`` seconds."""

    slug = "busy"

    def __init__(self, detail: Message, *, retry_after_s: int, slug: str | None = None) -> None:
        super().__init__(detail, slug=slug)
        self.retry_after_s = retry_after_s


class TooMany(Busy):
    """Asked too often."""

    slug = "too-many-requests"
