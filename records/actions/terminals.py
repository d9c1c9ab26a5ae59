"""Terminals: registering, recognising and revoking them.

A terminal is known by a secret in a cookie, of which the database holds a digest. A new secret is
offered every day; the old one holds until the new one is first used, and a minute longer for what
is then under way. Whoever comes with an older one has a copy: that is refused, and an alert.
"""

import dataclasses
import datetime as dt
import hashlib
import secrets

from django.db import transaction

from history import actions as history
from history import alerts
from history import context as contexts
from history.context import Context
from history.enums import Act, AlertKind
from records.actions.networks import covers
from records.enums import LinkKind
from records.models import Facility, FacilityNetwork, Terminal, TerminalLink, TerminalSecret, User
from records.refusals_sign_in import LinkSpent, WrongCode

# Who acts before anybody has signed in.
RECOGNISING = "system:terminals"
REGISTERING = "system:terminal-link"

SECRET_BYTES = 32
ROTATES_AFTER = dt.timedelta(hours=24)
OVERLAP = dt.timedelta(minutes=1)
# An offer that never arrived is made again; requests sent at once get no offer each.
OFFERED_AGAIN_AFTER = dt.timedelta(minutes=1)
SEEN_WRITTEN_EVERY = dt.timedelta(minutes=1)
REFUSAL_WRITTEN_EVERY = dt.timedelta(hours=1)
LINK_LASTS = dt.timedelta(hours=24)
# An envelope lies in a drawer; once a year it is exchanged.
SEALED_LASTS = dt.timedelta(days=366)
SEALED_TRIES = 5
# Without letters and digits that look alike, for what is typed from paper: five bits each.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
TOKEN_LETTERS, CODE_LETTERS = 24, 12


@dataclasses.dataclass(frozen=True)
class Caller:
    """From where a request comes: its address, and what the proxy says of its certificate.

    `certificate` is None where no proxy is asked for one.
    """

    address: str
    certificate: str | None = None


@dataclasses.dataclass(frozen=True)
class Recognised:
    terminal: Terminal
    # The next value of the cookie, when one is due.
    offer: str | None = None


@dataclasses.dataclass(frozen=True)
class Envelope:
    """What is printed once and kept nowhere."""

    link: TerminalLink
    token: str
    code: str


def digest(*parts: str) -> str:
    return hashlib.sha256(":".join(parts).encode()).hexdigest()


def recognise(*, secret: str, caller: Caller, context: Context) -> Recognised | None:
    """The terminal that knows this secret; None for anything else, whatever the reason.

    Runs in a transaction of its own, before anybody is known.
    """
    at, key = context.at, digest(secret)
    contexts.state(key=key)
    held = TerminalSecret.objects.filter(digest=key).first()
    if held is None:
        return None
    contexts.state(terminal=str(held.terminal_id))
    terminal = Terminal.objects.select_related("facility").get(pk=held.terminal_id)
    why = _refusal(terminal, held, caller, at)
    if why:
        _note_refusal(terminal, held, why, context)
        return None
    if held.confirmed_at is None:
        _confirm(held, at)
    if terminal.last_seen_at is None or at - terminal.last_seen_at > SEEN_WRITTEN_EVERY:
        Terminal.objects.filter(pk=terminal.pk).update(last_seen_at=at)
    return Recognised(terminal, _offer(terminal, held, at))


@transaction.atomic
def make_link(
    *, facility: Facility, name: str, is_portable: bool = False, by: User | None, context: Context
) -> tuple[TerminalLink, str]:
    """A link that registers one terminal within a day, and its token, which is kept nowhere."""
    token = _letters(TOKEN_LETTERS)
    link = TerminalLink.objects.create(
        kind=LinkKind.LINK,
        facility=facility,
        name=name,
        is_portable=is_portable,
        digest=digest(token),
        made_at=context.at,
        made_by=by,
        expires_at=context.at + LINK_LASTS,
    )
    _record(context, "link made", link)
    return link, token


@transaction.atomic
def seal_code(*, facility: Facility, name: str, by: User | None, context: Context) -> Envelope:
    """An envelope for a facility's drawer. The one before it is worth nothing from now on."""
    earlier = TerminalLink.objects.live(context.at).filter(facility=facility, kind=LinkKind.SEALED)
    earlier.update(revoked_at=context.at)
    token, code = _letters(TOKEN_LETTERS), _letters(CODE_LETTERS)
    link = TerminalLink.objects.create(
        kind=LinkKind.SEALED,
        facility=facility,
        name=name,
        digest=digest(token),
        code_digest=digest(token, code),
        made_at=context.at,
        made_by=by,
        expires_at=context.at + SEALED_LASTS,
    )
    _record(context, "code sealed", link)
    return Envelope(link, token, code)


def find_link(*, token: str, context: Context) -> TerminalLink:
    """The link behind an address. Raises LinkSpent where there is none that still counts."""
    key = digest(_plain(token))
    contexts.state(actor=REGISTERING, key=key)
    link = (
        TerminalLink.objects.live(context.at).filter(digest=key).select_related("facility").first()
    )
    if link is None:
        raise LinkSpent
    return link


def register(
    *, token: str, code: str = "", caller: Caller, context: Context
) -> tuple[Terminal, str]:
    """Make the device that shows this token a terminal; the terminal and its first secret.

    Raises LinkSpent, or WrongCode, which is counted in the transaction of the request.
    """
    found = find_link(token=token, context=context)
    link = TerminalLink.objects.live(context.at).filter(pk=found.pk).select_for_update().first()
    if link is None or caller.certificate == "":
        raise LinkSpent
    context = dataclasses.replace(context, actor=REGISTERING)
    if link.code_digest and digest(_plain(token), _plain(code)) != link.code_digest:
        _count_wrong_code(link, context)
        raise WrongCode
    TerminalLink.objects.filter(pk=link.pk).update(used_at=context.at)
    terminal = Terminal(
        facility=found.facility,
        name=link.name,
        is_portable=link.is_portable,
        certificate=digest(caller.certificate) if caller.certificate else "",
        registered_at=context.at,
        registered_by_id=link.made_by_id,
    )
    contexts.state(terminal=str(terminal.pk))
    terminal.save(force_insert=True)
    context = dataclasses.replace(context, terminal=str(terminal.pk))
    if link.kind == LinkKind.SEALED:
        _alert(AlertKind.SEALED_CODE_USED, terminal, "sealed code used", context)
    else:
        _record(context, "registered", terminal)
    return terminal, _issue(terminal, context.at)


@transaction.atomic
def revoke(*, terminal: Terminal, by: User, context: Context) -> None:
    """From its next request on the device is a stranger."""
    Terminal.objects.live().filter(pk=terminal.pk).update(revoked_at=context.at, revoked_by=by)
    _record(context, "revoked", terminal)


@transaction.atomic
def revoke_link(*, link: TerminalLink, context: Context) -> None:
    TerminalLink.objects.live(context.at).filter(pk=link.pk).update(revoked_at=context.at)
    _record(context, "link revoked", link)


def _refusal(terminal: Terminal, held: TerminalSecret, caller: Caller, at: dt.datetime) -> str:
    if terminal.revoked_at is not None:
        return "revoked"
    if held.superseded_at is not None and at - held.superseded_at > OVERLAP:
        return "reused"
    if caller.certificate is not None and (
        not terminal.certificate or digest(caller.certificate) != terminal.certificate
    ):
        return "certificate"
    if not terminal.is_portable and not _calls_from_inside(terminal, caller.address):
        return "network"
    return ""


def _calls_from_inside(terminal: Terminal, address: str) -> bool:
    found = list(FacilityNetwork.objects.filter(facility_id=terminal.facility_id))
    return not found or any(covers(each.network, address) for each in found)


def _note_refusal(terminal: Terminal, held: TerminalSecret, why: str, context: Context) -> None:
    if held.refused_at and context.at - held.refused_at < REFUSAL_WRITTEN_EVERY:
        return
    TerminalSecret.objects.filter(pk=held.pk).update(refused_at=context.at)
    context = dataclasses.replace(context, terminal=str(terminal.pk))
    if why == "reused":
        _alert(AlertKind.TERMINAL_REUSE, terminal, "old secret used", context)
    else:
        history.record(
            Act.REFUSED, context=context, purpose=f"terminal {why}", model="records.terminal",
            object_ids=[terminal.pk],
        )  # fmt: skip


def _confirm(held: TerminalSecret, at: dt.datetime) -> None:
    """The device has it: what was issued before counts for a minute yet."""
    TerminalSecret.objects.filter(pk=held.pk).update(confirmed_at=at)
    TerminalSecret.objects.filter(
        terminal_id=held.terminal_id, issued_at__lt=held.issued_at, superseded_at__isnull=True
    ).update(superseded_at=at)


def _offer(terminal: Terminal, held: TerminalSecret, at: dt.datetime) -> str | None:
    if held.superseded_at is not None or at - held.issued_at < ROTATES_AFTER:
        return None
    # One request at a time: two offers would leave it to chance which one the browser keeps.
    Terminal.objects.select_for_update().get(pk=terminal.pk)
    is_under_way = TerminalSecret.objects.filter(
        terminal=terminal, issued_at__gt=at - OFFERED_AGAIN_AFTER
    )
    return None if is_under_way.exists() else _issue(terminal, at)


def _issue(terminal: Terminal, at: dt.datetime) -> str:
    secret = secrets.token_urlsafe(SECRET_BYTES)
    TerminalSecret.objects.create(terminal=terminal, digest=digest(secret), issued_at=at)
    return secret


def _count_wrong_code(link: TerminalLink, context: Context) -> None:
    link.failures += 1
    is_burned = link.failures >= SEALED_TRIES
    TerminalLink.objects.filter(pk=link.pk).update(
        failures=link.failures, revoked_at=context.at if is_burned else None
    )
    if is_burned:
        _alert(AlertKind.LOGIN_BURST, link, "sealed code guessed at", context)
    else:
        history.record(
            Act.REFUSED, context=context, purpose="sealed code", model="records.terminallink",
            object_ids=[link.pk],
        )  # fmt: skip


def _letters(count: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(count))


def _plain(written: str) -> str:
    """As it was made: spaces, hyphens and capitals are the paper's."""
    return "".join(letter for letter in written.lower() if letter.isalnum())


def _record(context: Context, purpose: str, row: Terminal | TerminalLink) -> None:
    history.record(
        Act.TERMINAL, context=context, purpose=purpose, model=row._meta.label_lower,
        object_ids=[row.pk],
    )  # fmt: skip


def _alert(kind: AlertKind, row: Terminal | TerminalLink, purpose: str, context: Context) -> None:
    """For the center, and for the manager of the place."""
    _record(context, purpose, row)
    alerts.raise_alert(
        kind=kind,
        at=context.at,
        cause=str(row.pk),
        facility=row.facility_id,
        detail=f"{row.facility} {row.name}",
    )
