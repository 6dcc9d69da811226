import pytest

from appliance.domain.people import Role
from appliance.errors import Denied, Invalid, NotFound, Refused
from appliance.storage import log
from appliance.usecases import accounts, devices

RULE = accounts.LockRule(failures=3, lockout_s=300)
PASSWORD = "một mật khẩu dài"


@pytest.fixture
def lan(ctx):
    accounts.add_first_administrator(ctx, "Lan", PASSWORD)
    return ctx


def test_the_first_administrator_is_made_once(lan):
    with pytest.raises(Refused) as caught:
        accounts.add_first_administrator(lan, "hoa", PASSWORD)
    assert caught.value.key == "setup_done"
    assert [account.username for account in accounts.accounts(lan)] == ["lan"]


def test_the_right_password_signs_in_and_no_password_is_stored(lan):
    account = accounts.sign_in(lan, " LAN ", PASSWORD, RULE)
    assert account.role == "administrator"
    assert PASSWORD not in account.password_hash
    assert account.password_hash.startswith("$argon2id$")


def test_a_wrong_password_and_an_unknown_name_say_the_same(lan):
    for name in ("lan", "nobody"):
        with pytest.raises(Denied) as caught:
            accounts.sign_in(lan, name, "wrong password", RULE)
        assert caught.value.key == "wrong_password"


def test_a_name_that_nobody_has_is_never_locked(lan):
    for _ in range(2 * RULE.failures):
        with pytest.raises(Denied) as caught:
            accounts.sign_in(lan, "nobody", "wrong password", RULE)
        assert caught.value.key == "wrong_password"
    with ctx_rows(lan) as rows:
        assert [row.type for row in rows] == ["staff.changed"]


def test_too_many_wrong_passwords_lock_even_the_right_one_out_until_the_time_is_over(lan, clock):
    for _ in range(3):
        with pytest.raises(Denied):
            accounts.sign_in(lan, "lan", "wrong password", RULE)
    with pytest.raises(Denied) as caught:
        accounts.sign_in(lan, "lan", PASSWORD, RULE)
    assert (caught.value.key, caught.value.fields) == ("account_locked", {"minutes": 6})
    clock.pass_s(301)
    assert accounts.sign_in(lan, "lan", PASSWORD, RULE).username == "lan"


def test_a_lock_from_a_clock_that_was_ahead_is_none_and_guesses_are_counted_anew(lan, clock):
    clock.pass_s(365 * 86400)
    for _ in range(3):
        with pytest.raises(Denied):
            accounts.sign_in(lan, "lan", "wrong password", RULE)
    clock.pass_s(-365 * 86400)
    for _ in range(3):
        with pytest.raises(Denied) as caught:
            accounts.sign_in(lan, "lan", "wrong password", RULE)
        assert caught.value.key == "wrong_password"
    with pytest.raises(Denied) as caught:
        accounts.sign_in(lan, "lan", PASSWORD, RULE)
    assert caught.value.key == "account_locked"
    clock.pass_s(301)
    clock.pass_s(-365 * 86400)
    assert accounts.sign_in(lan, "lan", PASSWORD, RULE).username == "lan"


def test_a_disabled_account_cannot_sign_in_and_the_last_administrator_cannot_be_disabled(lan):
    accounts.add_account(lan, "hoa", PASSWORD, Role.CLERK, actor="staff:lan")
    accounts.set_disabled(lan, "hoa", True, actor="staff:lan")
    with pytest.raises(Denied) as caught:
        accounts.sign_in(lan, "hoa", PASSWORD, RULE)
    assert caught.value.key == "account_disabled"
    with pytest.raises(Refused) as refused:
        accounts.set_disabled(lan, "lan", True, actor="staff:lan")
    assert refused.value.key == "last_administrator"
    accounts.set_disabled(lan, "hoa", False, actor="staff:lan")
    assert accounts.sign_in(lan, "hoa", PASSWORD, RULE)


def test_a_new_password_ends_the_old_sessions(lan):
    before = accounts.account_of(lan, "lan")
    accounts.set_password(lan, "lan", "một mật khẩu khác", actor="staff:lan")
    after = accounts.account_of(lan, "lan")
    assert before is not None
    assert after is not None
    assert after.epoch == before.epoch + 1
    with pytest.raises(NotFound):
        accounts.set_password(lan, "nobody", PASSWORD, actor="staff:lan")


def test_a_session_ends_once_and_the_others_go_on(lan):
    account = accounts.sign_in(lan, "lan", PASSWORD, RULE)
    known = [accounts.account_of_session(lan, "lan", account.epoch, name) for name in "ab"]
    assert known == [accounts.account_of(lan, "lan")] * 2
    for _ in range(2):
        accounts.sign_out(lan, "lan", "a")
    assert accounts.account_of_session(lan, "lan", account.epoch, "a") is None
    assert accounts.account_of_session(lan, "lan", account.epoch, "b") is not None
    with ctx_rows(lan) as rows:
        assert [row.type for row in rows].count("staff.signed_out") == 1
    accounts.set_password(lan, "lan", "một mật khẩu khác", actor="staff:lan")
    assert accounts.account_of_session(lan, "lan", account.epoch, "b") is None


def test_bad_names_and_passwords_are_refused_and_nothing_is_stored(lan):
    for name, password in (("x", PASSWORD), ("hoa", "ngắn"), ("hoa.nguyen.tho", "hoa.nguyen.tho")):
        with pytest.raises(Invalid):
            accounts.add_account(lan, name, password, Role.CLERK, actor="staff:lan")
    with pytest.raises(Refused):
        accounts.add_account(lan, "lan", PASSWORD, Role.CLERK, actor="staff:lan")
    assert len(accounts.accounts(lan)) == 1


def test_every_change_of_an_account_is_in_the_log_without_the_password(lan):
    accounts.sign_in(lan, "lan", PASSWORD, RULE)
    with ctx_rows(lan) as rows:
        assert [row.type for row in rows] == ["staff.changed", "staff.signed_in"]
        assert all(PASSWORD not in str(row.payload) for row in rows)


def ctx_rows(ctx):
    from contextlib import contextmanager

    @contextmanager
    def rows():
        with ctx.db.read() as conn:
            yield log.after(conn, 0)

    return rows()


def test_a_token_is_known_until_it_is_taken_back_and_only_its_hash_is_kept(ctx):
    token = devices.new_token()
    paired = devices.pair(ctx, "kiosk", "kiosk-1", token, actor="staff:lan")
    assert devices.who(ctx, token) == paired
    assert devices.who(ctx, token + "x") is None
    assert token.encode() not in ctx.db.path.read_bytes()
    devices.revoke(ctx, paired.id, actor="staff:lan")
    assert devices.who(ctx, token) is None
    with pytest.raises(Refused):
        devices.revoke(ctx, paired.id, actor="staff:lan")


@pytest.mark.parametrize(("kind", "name"), [("kiosk", "kiosk-9"), ("board", "no-zone")])
def test_a_screen_cannot_be_paired_as_something_that_the_office_does_not_have(ctx, kind, name):
    with pytest.raises(NotFound):
        devices.pair(ctx, kind, name, devices.new_token(), actor="staff:lan")
