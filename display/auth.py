"""Who asks, and what they may do: device tokens, staff sessions, console tokens.

A device's token comes as ``Authorization: Bearer``; a member of staff has a session cookie and a
CSRF token. The live channel takes tokens only: the console page is given a signed one that is
good for its counter, for as long as the account's sessions are.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address

from flask import Flask, current_app, g, request, session
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFProtect, generate_csrf
from itsdangerous import BadSignature, URLSafeTimedSerializer

from appliance.domain.people import DEVICE_RIGHTS, ROLE_RIGHTS, Right, Role
from appliance.errors import Denied, NotSignedIn
from appliance.storage.devices import Paired
from appliance.storage.staff import Account
from appliance.usecases import accounts, devices
from display.parts import Parts, parts

CONSOLE_TOKEN_S = 14 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# They hold no cookie: their right is a token, a ticket's link, or the secret just given to them.
_COOKIELESS = ("/agent/", "/pair/", "/lab/api/", "/t/")

csrf = CSRFProtect()
login = LoginManager()


class SignedIn(UserMixin):  # type: ignore[misc]
    """A member of staff with a session; the epoch ends it when the account changes."""

    def __init__(self, account: Account, session: str) -> None:
        self.session = session
        self.username = account.username
        self.role = Role(account.role)
        self.rights = ROLE_RIGHTS[self.role]
        self.id = f"{account.username}:{account.epoch}:{session}"


@dataclass(frozen=True)
class Asker:
    """Who sent this request: `kiosk` is set for the token of a kiosk."""

    actor: str
    rights: frozenset[Right]
    kind: str
    name: str

    @property
    def kiosk(self) -> str | None:
        """Return the kiosk's name, if a kiosk asks."""
        return self.name if self.kind == "kiosk" else None


def begin_session(account: Account) -> SignedIn:
    """Sign the account in, with a session that nobody else has and nothing of the one before."""
    user = SignedIn(account, secrets.token_urlsafe(16))
    session.clear()
    login_user(user)
    # Pages opened at the same moment would each make a token, and undo the other's.
    generate_csrf()
    return user


def register(app: Flask) -> None:
    """Attach sessions and CSRF protection to the application."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
    # Its own words for templates would ask the database, also for the page that tells of its loss.
    login.init_app(app, add_context_processor=False)
    login.session_protection = "basic"
    login.user_loader(_load)
    app.before_request(_protect)


def require(*rights: Right) -> Asker:
    """Return the asker; raises NotSignedIn("not_signed_in" | "wrong_token"), Denied("not_allowed").

    One of `rights` suffices.
    """
    asker = _asker()
    if rights and not any(right in asker.rights for right in rights):
        raise Denied("not_allowed")
    return asker


def require_device(kinds: Iterable[str]) -> Paired:
    """Return the device whose Bearer token this is; raises NotSignedIn, Denied."""
    device = device_of(bearer())
    if device.kind not in kinds:
        raise Denied("not_allowed")
    return device


def is_monitor() -> bool:
    """Return whether a program of this machine asks, or one that holds the monitors' token.

    What a proxy on this machine passes on comes from elsewhere.
    """
    if hmac.compare_digest(bearer().encode(), parts().monitor_token.encode()):
        return True
    forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "Via"))
    local = bool(request.remote_addr) and ip_address(str(request.remote_addr)).is_loopback
    return local and not forwarded and not request.headers.get("Authorization")


def bearer() -> str:
    """Return the Bearer token of the request, "" for none."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def device_of(token: str) -> Paired:
    """Return the device that holds `token`; raises NotSignedIn."""
    if not token:
        raise NotSignedIn("not_signed_in")
    device = devices.who(parts().ctx, token)
    if device is None:
        raise NotSignedIn("wrong_token")
    return device


def console_token(user: SignedIn, counter: int) -> str:
    """Return a signed token with which this user's console may look at its counter."""
    return _signer(parts()).dumps([user.get_id(), counter])


def console_of(token: str) -> tuple[SignedIn, int] | None:
    """Return user and counter of a console token; None if it is no (longer valid) one."""
    try:
        user_id, counter = _signer(parts()).loads(token, max_age=CONSOLE_TOKEN_S)
    except BadSignature:
        return None
    user = _load(str(user_id))
    if user is None or Right.WORK_COUNTER not in user.rights:
        return None
    return user, int(counter)


def status_token(user: SignedIn) -> str:
    """Return a signed token with which this user's status page may look at the office."""
    return _status_signer(parts()).dumps(user.get_id())


def status_of(token: str) -> SignedIn | None:
    """Return whose status token this is; None if it is no (longer valid) one."""
    try:
        user_id = _status_signer(parts()).loads(token, max_age=CONSOLE_TOKEN_S)
    except BadSignature:
        return None
    user = _load(str(user_id))
    return user if user is not None and Right.SEE_STATUS in user.rights else None


def _status_signer(known: Parts) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(known.secret_key, salt="moiso status live")


def _signer(known: Parts) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(known.secret_key, salt="moiso console live")


def _asker() -> Asker:
    if "asker" in g:
        found: Asker = g.asker
        return found
    if request.headers.get("Authorization"):
        device = device_of(bearer())
        g.asker = Asker(
            f"{device.kind}:{device.name}", DEVICE_RIGHTS[device.kind], device.kind, device.name
        )
    elif current_user.is_authenticated:
        g.asker = Asker(
            f"staff:{current_user.username}", current_user.rights, "staff", current_user.username
        )
    else:
        raise NotSignedIn("not_signed_in")
    asker: Asker = g.asker
    return asker


def _load(user_id: str) -> SignedIn | None:
    username, epoch, session = user_id.split(":") if user_id.count(":") == 2 else ("", "", "")
    if not epoch.isdecimal():
        return None
    account = accounts.account_of_session(parts().ctx, username, int(epoch), session)
    return None if account is None else SignedIn(account, session)


def _protect() -> None:
    """Check the CSRF token of every changing request that a cookie could authorise.

    One that leads nowhere changes nothing: it is told so, instead of being sent for a new page.
    """
    if request.routing_exception is not None:
        return
    if request.method in _SAFE or request.headers.get("Authorization"):
        return
    if request.path.startswith("/api/") and not current_user.is_authenticated:
        return  # no cookie authorises this: the call itself answers that nobody is signed in
    if not request.path.startswith(_COOKIELESS):
        current_app.extensions["csrf"].protect()
