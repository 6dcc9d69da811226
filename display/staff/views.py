"""Start page, sign-in, sign-out, and the making of the first administrator."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from appliance import logs
from appliance.domain.people import Right
from appliance.errors import Denied, MoisoError, Refused
from appliance.usecases import accounts
from appliance.usecases.accounts import LockRule
from display import texts
from display.auth import SignedIn, begin_session
from display.errors import status_of
from display.limits import limiter, logins_limit
from display.page import page
from display.parts import parts
from display.sockets import disconnect_device
from display.staff.entry import safe_next

blueprint = Blueprint("staff", __name__)
_STAFF_TEXTS = ["common", "error"]


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """List the pages of the office and what each is for."""
    data = page("start", _STAFF_TEXTS)
    return render_template(
        "start.html",
        page=data,
        office=data["office"],
        demo=parts().demo,
        setup_open=not accounts.any_account(parts().ctx),
    )


@blueprint.get("/login")
def login_page() -> ResponseReturnValue:
    """Show the sign-in form; before the first account exists, the set-up."""
    if not accounts.any_account(parts().ctx):
        return redirect("/setup", 303)
    if current_user.is_authenticated:
        return redirect(_home(current_user), 303)
    return _login_form(None, "")


@blueprint.post("/login")
@limiter.limit(logins_limit)
def login() -> ResponseReturnValue:
    """Sign somebody in; the session ends with the browser, and with a change of the account."""
    username = request.form.get("username", "")
    limits = parts().config.limits
    rule = LockRule(limits.login_failures, limits.lockout_s)
    try:
        account = accounts.sign_in(parts().ctx, username, request.form.get("password", ""), rule)
    except Denied as exc:
        return _login_form(exc, username), 403
    user = begin_session(account)
    target = safe_next(request.form.get("next", "/"))
    return redirect(_home(user) if target == "/" else target, 303)


@blueprint.post("/logout")
def logout() -> ResponseReturnValue:
    """End the session at the server: a copy of the cookie is worth nothing then."""
    if current_user.is_authenticated:
        accounts.sign_out(parts().ctx, current_user.username, current_user.session)
        disconnect_device(f"staff:{current_user.get_id()}")
    logout_user()
    session.clear()
    return redirect("/login", 303)


@blueprint.get("/setup")
def setup_page() -> ResponseReturnValue:
    """Show the form for the first administrator, once in the life of an office."""
    if accounts.any_account(parts().ctx):
        raise Refused("setup_done")
    return _setup_form(None, "")


@blueprint.post("/setup")
@limiter.limit(logins_limit)
def setup() -> ResponseReturnValue:
    """Make the first administrator for whoever knows the one-time code."""
    form = request.form
    username = form.get("username", "")
    try:
        if accounts.any_account(parts().ctx):
            raise Refused("setup_done")
        if not parts().setup.matches(form.get("code", "")):
            raise Denied("setup_code_wrong")
        if form.get("password", "") != form.get("password_again", ""):
            raise Denied("passwords_differ")
        accounts.add_first_administrator(parts().ctx, username, form.get("password", ""))
    except MoisoError as exc:
        return _setup_form(exc, username), status_of(exc)
    parts().setup.used()
    logs.get_logger().info("first administrator made")
    return redirect("/login", 303)


def _home(user: SignedIn) -> str:
    return "/console" if Right.WORK_COUNTER in user.rights else "/status"


def _login_form(error: MoisoError | None, username: str) -> str:
    data = page("login", _STAFF_TEXTS)
    target = safe_next(request.values.get("next", "/"))
    return render_template(
        "login.html",
        page=data,
        office=data["office"],
        error=_sentence(error),
        username=username,
        next=target,
    )


def _setup_form(error: MoisoError | None, username: str) -> str:
    data = page("setup", _STAFF_TEXTS)
    return render_template(
        "setup.html",
        page=data,
        office=data["office"],
        error=_sentence(error),
        username=username,
        code="",
    )


def _sentence(error: MoisoError | None) -> str | None:
    if error is None:
        return None
    return texts.sentence(error.key, error.fields, texts.current_language())
