"""Every word of the front page, by the name that the template and the scripts use.

``{name}`` placeholders are filled in the browser. A text with ``|`` holds plural forms in the order of CLDR's categories
for its language (en: one, other; ru: one, few, many; kk needs one form).
"""

from __future__ import annotations

from shared.i18n import Message
from shared.vocabulary import Role

_ = Message

PAGE: dict[str, Message] = {
    "city": _("Petropavl"),
    "needs_script": _(
        "Signing in and the live feed need JavaScript; the links on this page work without it."
    ),
    "skip": _("Skip to the content"),
    "language": _("Language"),
    "theme": _("Theme"),
    "theme_auto": _("As the system"),
    "theme_light": _("Light"),
    "theme_dark": _("Dark"),
    "clock": _("City time"),
    "rooms": _("Rooms"),
    "room_roads": _("Roads"),
    "months": _("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
}

SYSTEM: dict[str, Message] = {
    "system": _("What runs here"),
    "state": _("State"),
    "state_asking": _("Asking…"),
    "state_ready": _("Ready"),
    "state_warned": _("Ready, {count} warning|Ready, {count} warnings"),
    "state_not_ready": _("Not ready"),
    "state_silent": _("Does not answer"),
    "state_at": _("checked at {time}"),
    "version": _("Version"),
    "database": _("Database"),
    "time_zone": _("Time zone"),
    "processes": _("Processes, as configured"),
    "processes_value": _("web {web} · workers {work}"),
    "links": _("For machines and their keepers"),
    "streets_page": _("When was a street cleared?"),
    "streets_page_hint": _("for anybody, without a login"),
    "api_page": _("API page"),
    "api_page_hint": _("every request with its answers, to try out"),
    "readyz_hint": _("readiness with its warnings"),
    "metrics_hint": _("counters for Prometheus"),
}

SIGN_IN: dict[str, Message] = {
    "sign_in_title": _("Sign-in"),
    "sign_in": _("Sign in"),
    "sign_in_hint": _("The live feed shows what the ledger records, to those who may see it."),
    "login": _("Login"),
    "password": _("Password"),
    "signing_in": _("Signing in…"),
    "checking": _("Looking for a session on this browser…"),
    "demo": _("Demo logins"),
    "demo_hint": _("One press fills the form."),
    "session_over": _("Your session has ended. Sign in again."),
    "signed_out": _("You are signed out on this browser."),
    "signed_out_everywhere": _(
        "Signed out everywhere: {count} session ended.|Signed out everywhere: {count} sessions ended."
    ),
    "insecure_page": _(
        "Signing in needs a device key, and browsers make one only on a secure page. Open Qala over https, or on the server itself at http://localhost."
    ),
    "old_browser": _(
        "This browser cannot make an Ed25519 device key. Use Chrome or Edge 137, Firefox 129, Safari 17, or newer."
    ),
    "no_storage": _(
        "This browser does not let the page keep its device key: allow storage for this site, or leave private browsing."
    ),
    "fill_both": _("Enter your login and your password."),
    "no_network": _("The server does not answer. Check the network and try again."),
    "bad_answer": _(
        "The server answered with an error ({status}). Try again; if it stays so, tell an administrator."
    ),
}

ACCOUNT: dict[str, Message] = {
    "account": _("Account"),
    "role": _("Role"),
    "districts": _("Districts"),
    "all_districts": _("all districts"),
    "no_districts": _("none"),
    "sign_out": _("Sign out"),
    "sign_out_everywhere": _("Sign out everywhere"),
    "sign_out_everywhere_ask": _("End all your sessions, this one too?"),
    "yes_end": _("Yes, end them"),
    "devices": _("Your devices"),
    "this_browser": _("this browser"),
    "registered": _("since {time}"),
    "revoke": _("Revoke"),
    "revoke_ask": _("Revoke «{name}»? It will have to sign in with a new key."),
    "yes_revoke": _("Yes, revoke"),
    "cancel": _("Cancel"),
    "devices_loading": _("Loading the devices…"),
    "devices_failed": _("The devices could not be read: {reason}"),
}

FEED: dict[str, Message] = {
    "feed": _("Live feed"),
    "feed_hint": _("The ledger's newest entries, as far as your role may see them"),
    "column_time": _("Time"),
    "column_what": _("What"),
    "column_subject": _("Subject"),
    "column_district": _("District"),
    "column_actor": _("By"),
    "feed_loading": _("Loading the ledger…"),
    "feed_connecting": _("Connecting…"),
    "feed_live": _("Live"),
    "feed_waiting": _("No connection, trying again in {seconds} s"),
    "feed_refused": _("Not live, trying again in {seconds} s"),
    "feed_stale": _("Not live: shown as of {time}"),
    "feed_stale_hint": _(
        "What happens now will appear when the connection is back. Nothing is lost: the ledger keeps it."
    ),
    "feed_failed": _("The ledger could not be read: {reason}"),
    "feed_empty": _("Nothing is recorded yet that you may see. The next act will appear here by itself."),
    "feed_forbidden": _("Your role may not read the ledger. Ask an administrator if you need it."),
    "try_now": _("Try now"),
    "waiting_rows": _("{count} new|{count} new"),
    "older": _("Show older entries"),
    "keys_hint": _("J and K move between rows, Enter opens, Esc closes"),
}

ENTRY: dict[str, Message] = {
    "entry": _("Ledger entry {id}"),
    "entry_missing": _("Entry {id} is not here: it does not exist, or your role may not see it."),
    "close": _("Close"),
    "facts": _("Facts"),
    "no_facts": _("This entry holds nothing else."),
    "kind": _("Kind"),
    "audience": _("Who may see it"),
    "proof": _("Proof"),
    "hash": _("Hash of this entry"),
    "previous_hash": _("Hash of the entry before"),
    "check": _("Check the hash"),
    "checking_hash": _("Computing…"),
    "hash_matches": _("The content matches its hash: nothing was changed after it was recorded."),
    "hash_differs": _("The content does NOT match its hash: tell an administrator. Computed: {hash}"),
    "chain_matches": _("It names entry {id} before it by the right hash."),
    "chain_differs": _("The hash it names is NOT that of entry {id}: tell an administrator."),
    "hashed_text": _("The exact text that is hashed"),
    "you": _("you"),
    "city_wide": _("the whole city"),
    "yes": _("yes"),
    "no": _("no"),
    "none": _("none"),
}

API_PAGE: dict[str, Message] = {
    "api_title": _("Qala API"),
    "back": _("To the front page"),
    "authorise_as": _("Authorise as {login}"),
    "authorised_as": _("Authorised as {login} until {time}"),
    "authorise_hint": _(
        "Sign in on the front page to try requests out here, or paste a token under «Authorize»."
    ),
}

MAP: dict[str, Message] = {
    "map_nearer": _("Nearer"),
    "map_farther": _("Farther"),
    "map_whole": _("The whole city"),
    "map_loading": _("Reading the streets…"),
    "map_no_streets": _("No streets are in force yet: the map shows its marks alone."),
    "map_failed": _("The streets could not be read: the map shows its marks alone."),
}

ROLES: dict[str, Message] = {
    Role.ADMINISTRATOR: _("Administrator"),
    Role.DISPATCHER: _("Dispatcher"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.CREW: _("Crew"),
    Role.PROBATION_OFFICER: _("Probation officer"),
}

# What /readyz says in English today, so that the page can say it in the reader's language.
READINESS: dict[str, Message] = {
    message.source: message
    for message in (
        _("ledger anchors do not leave this machine: set QALA_ANCHOR_DIR to a place elsewhere"),
        _("QALA_ANCHOR_DIR is not there: mount it"),
        _(
            "no ledger anchor of the last 48 hours is where it belongs: "
            "see that `qala work` runs and can write to QALA_ANCHOR_DIR"
        ),
        _("the database does not answer"),
        _("the database's schema is not this version's: run `qala migrate`"),
    )
}

WORDS: dict[str, Message] = {**PAGE, **SYSTEM, **SIGN_IN, **ACCOUNT, **FEED, **ENTRY, **API_PAGE, **MAP}
