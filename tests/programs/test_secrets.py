"""The secrets of a data folder: kept as they are, made anew where a power cut left no secret."""

import pytest

from appliance.bootstrap.files import DataFolder

KINDS = {"secret.key": DataFolder.secret_key, "monitor.token": DataFolder.monitor_secret}


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param, KINDS[request.param]


def test_a_secret_is_made_once_for_its_owner_alone(tmp_path, kind):
    name, read = kind
    made = read(DataFolder(tmp_path))
    assert len(made) >= 32
    assert read(DataFolder(tmp_path)) == made
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("left", [b"", b"\0" * 64, b"\xff\xfe" * 32, b"two\nlines" * 8, b" \n"])
def test_what_is_no_secret_is_replaced_by_a_new_one(tmp_path, kind, left):
    name, read = kind
    (tmp_path / name).write_bytes(left)
    made = read(DataFolder(tmp_path))
    assert len(made) >= 32
    assert read(DataFolder(tmp_path)) == made


def test_a_short_key_is_replaced_and_a_token_of_ones_own_is_kept(tmp_path):
    (tmp_path / "secret.key").write_text("short")
    (tmp_path / "monitor.token").write_text("of-the-city\n")
    assert len(DataFolder(tmp_path).secret_key()) >= 32
    assert DataFolder(tmp_path).monitor_secret() == "of-the-city"
