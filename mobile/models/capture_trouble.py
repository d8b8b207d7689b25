"""What the supervisor is told when a check-in can be neither asked for nor saved: what is wrong and what to do."""

from __future__ import annotations

from mobile.capture.saving import NobodySignedIn
from mobile.client.api_client import Declined
from mobile.keeping.disk import StoreFull
from shared.i18n import Message as _

BIOMETRICS_REFUSED = "biometrics-refused"  # the slug of the server's answer; no retry changes it
PAPER_WAY = _(
    "The paper way: the person signs the paper sheet when they come and when they go, you photograph it, and the staff enter it. "
    "Once another officer has approved it, it counts the same."
)


def why_unsaved(error: Exception) -> _:
    """Nothing is in the outbox."""
    if isinstance(error, StoreFull):
        return error.message
    if isinstance(error, NobodySignedIn):
        return _("Nobody is signed in on this phone: sign in, then save again.")
    return _("The check-in could not be saved: take it once more.")


def why_unasked(error: Exception) -> _ | str:
    """There are no movements to ask for."""
    if isinstance(error, Declined):
        return error.problem.detail
    return _("The movements could not be fetched: press the button to try again.")


def is_paper_way(error: Exception) -> bool:
    """Whether the person has refused biometrics, so that no camera may be used."""
    return isinstance(error, Declined) and error.problem.slug == BIOMETRICS_REFUSED
