"""Every page, in both languages: whole, translated, and without a line of inline script."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest

from display import texts
from tests.http.kit import assert_refused, rows, taken
from tests.support.people import administrator, clerk
from tests.support.programs import call

# What looks like a key of the translations, such as "kiosk.choose" or "error.not_found".
KEY = re.compile(r"(?<![\w./-])[a-z]+\.[a-z]+(?:_[a-z0-9]+)*(?![\w./-])")
GAP = re.compile(r"\{[a-z_]+\}")
ALL = texts._sentences("vi")
HIDDEN = {"script", "style", "template"}
SPOKEN = {"title", "alt", "placeholder", "aria-label", "aria-description"}
VOID = {"meta", "link", "input", "img", "br", "hr"}
PAGES = {
    "nobody": [
        "/",
        "/kiosk",
        "/kiosk?name=kiosk-2",
        "/board",
        "/lab",
        "/counter?counter=2",
        "/rating?counter=2",
        "/pair?kind=kiosk",
        "/pair?kind=counter&name=2",
        "/pair?kind=panel&name=2",
        "/login",
    ],
    "ticket": ["/t/{token}"],
    "clerk": ["/", "/console"],
    "at a counter": ["/console"],
    "administrator": ["/admin", "/console", "/preview", "/status"],
}
HALL = ("/board", "/counter", "/kiosk", "/rating")
WRONG = [("/no/such/page", 404), ("/kiosk?name=x", 404), ("/setup", 409), ("/t/no-such", 410)]
CASES = [(who, path) for who, paths in PAGES.items() for path in paths]


class Page(HTMLParser):
    """Collects what a person reads or hears, and what a browser would have to refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.inline: list[str] = []
        self.hosts: list[str] = []
        self.data: dict[str, object] = {}
        self.lang = ""
        self.ids: list[str] = []
        self.modules: list[str] = []
        self._open: list[str] = []
        self._json = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if tag == "html":
            self.lang = found.get("lang", "")
        if found.get("type") == "module":
            self.modules.append(found["src"])
        if "id" in found:
            self.ids.append(found["id"])
        self._json = found.get("id", "") if found.get("type") == "application/json" else ""
        if tag == "style" or (tag == "script" and not ("src" in found or self._json)):
            self.inline.append(tag)
        for name, value in found.items():
            if name == "style" or name.startswith("on"):
                self.inline.append(f"{tag} {name}")
            if name in ("src", "href", "action", "poster") and not _own(value):
                self.hosts.append(value)
            if name in SPOKEN:
                self.words.append(value)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, tag
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._json:
            self.data[self._json] = json.loads(data)
            self._json = ""
        elif not HIDDEN & set(self._open) and data.strip():
            self.words.append(data.strip())

    def close(self) -> None:
        super().close()
        assert self._open == []


def _own(target: str) -> bool:
    return target.startswith(("/", "#", "?", "data:image/")) and not target.startswith("//")


@pytest.fixture(scope="module")
def askers(rig):
    """Return the cookies of each who may ask."""
    lan, at_counter = clerk(rig.port), clerk(rig.port)
    assert at_counter.form("/console/counter", counter="1").status == 303
    return {
        "nobody": {},
        "ticket": {},
        "clerk": lan.cookies,
        "at a counter": at_counter.cookies,
        "administrator": administrator(rig.port).cookies,
    }


@pytest.fixture(scope="module")
def token(rig):
    ticket = taken(rig, rig.screen_token("kiosk", "kiosk-2"))
    return rows(rig, f"SELECT token FROM tickets WHERE id = {ticket['id']}")[0][0]


def page_of(rig, path: str, lang: str, cookies: dict[str, str], status: int = 200) -> Page:
    cookie = "; ".join(f"{name}={value}" for name, value in {**cookies, "lang": lang}.items())
    if path.startswith(HALL):
        path += f"{'&' if '?' in path else '?'}lang={lang}"
    answer = call(rig.port, "GET", path, headers={"Cookie": cookie, "Accept-Language": "fr"})
    assert answer.status == status, (path, answer)
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    found = Page(answer.body)
    found.close()
    return found


def assert_sound(page: Page, lang: str) -> None:
    assert page.lang == lang
    assert page.inline == []
    assert page.hosts == []
    assert len(page.ids) == len(set(page.ids)), "an id stands twice"
    assert page.words
    for words in page.words:
        assert not KEY.search(words), words
        assert not GAP.search(words), words
        assert words not in ("None", "Undefined")


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("who", "path"), CASES)
def test_a_page_is_whole_in_its_language(rig, askers, token, who, path, lang):
    page = page_of(rig, path.format(token=token), lang, askers[who])
    assert_sound(page, lang)
    if "page" in page.data:
        data = page.data["page"]
        assert isinstance(data, dict)
        assert data["lang"] == lang
        texts = data["texts"]
        assert set(texts["vi"]) == set(texts["en"])
        assert all(sentence and key != sentence for key, sentence in texts[lang].items())


def scripts_of(rig, modules: list[str]) -> dict[str, str]:
    """Return the text of the modules and of all that they import, by address."""
    texts: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        address = waiting.pop()
        if address not in texts:
            answer = rig.get(address)
            assert answer.status == 200, address
            texts[address] = answer.body
            imported = re.findall(r"""(?:from|import)\s*["'](\.[^"']+)["']""", answer.body)
            waiting += [urljoin(address, other) for other in imported]
    return texts


@pytest.mark.parametrize(("who", "path"), CASES)
def test_a_page_is_given_every_sentence_that_its_scripts_may_say(rig, askers, token, who, path):
    page = page_of(rig, path.format(token=token), "vi", askers[who])
    if not page.modules:
        return
    given = page.data["page"]["texts"]["vi"]
    families = {key.split(".")[0] for key in given}
    scripts = scripts_of(rig, page.modules)
    assert len(scripts) > 3
    for address, text in scripts.items():
        said = re.findall(r"""["'`]([a-z]+\.[a-z0-9_]+)["'`]""", text)
        assert set(said) & set(ALL) <= set(given), address
        # Keys that are put together: `state.${ticket.state}`.
        made = set(re.findall(r"`([a-z]+)\.\$\{", text)) & {key.split(".")[0] for key in ALL}
        assert made <= families, address


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("path", "status"), WRONG)
def test_so_is_a_page_that_says_what_went_wrong(rig, path, lang, status):
    assert_sound(page_of(rig, path, lang, {}, status), lang)


def test_the_same_page_is_not_the_same_in_the_other_language(rig, askers, token):
    for who, path in CASES:
        if path == "/lab":
            continue
        vi, en = (
            page_of(rig, path.format(token=token), lang, askers[who]) for lang in ("vi", "en")
        )
        assert vi.words != en.words, path


def test_what_a_stranger_types_is_never_markup(rig):
    for query in ("kind=</script><script>alert(1)</script>", "name=%22%3E%3Cimg%20src=x%3E"):
        page = page_of(rig, f"/pair?{query}".replace("<", "%3C").replace(">", "%3E"), "vi", {})
        assert_sound(page, "vi")
    answer = rig.get("/kiosk?name=%3Cscript%3E")
    assert "<script>" not in answer.body
    answer = rig.get("/login?next=/%22%3E%3Cscript%3E")
    assert "<script>" not in answer.body


@pytest.mark.parametrize("path", ["/board", "/counter?counter=2", "/kiosk", "/rating?counter=2"])
def test_a_screen_of_the_hall_keeps_nobodys_language(rig, path):
    answer = rig.get(path, headers={"Cookie": "lang=en"})
    assert Page(answer.body).lang == "vi"
    answer = rig.get(f"{path}{'&' if '?' in path else '?'}lang=en")
    assert Page(answer.body).lang == "en"
    assert "Set-Cookie" not in answer.headers


def test_a_language_that_was_asked_for_once_is_remembered(rig):
    first = rig.get("/?lang=en")
    assert '<html lang="en"' in first.body
    cookie = first.headers["Set-Cookie"].partition(";")[0]
    assert cookie == "lang=en"
    assert '<html lang="en"' in rig.get("/login", headers={"Cookie": cookie}).body
    assert '<html lang="vi"' in rig.get("/login", headers={"Accept-Language": "en"}).body
    assert "Set-Cookie" not in rig.get("/board?lang=fr").headers


def test_the_page_of_a_ticket_that_is_over_says_so_to_its_script_too(rig):
    for lang in ("vi", "en"):
        answer = rig.get(f"/t/no-such/state?lang={lang}")
        assert_refused(answer, 410, "ticket_gone", lang)


def test_every_file_that_a_page_names_is_there(rig, askers, token):
    files: set[str] = set()
    for who, path in CASES:
        cookie = "; ".join(f"{name}={value}" for name, value in askers[who].items())
        text = call(rig.port, "GET", path.format(token=token), headers={"Cookie": cookie}).body
        files |= set(re.findall(r'(?:src|href)="(/[^"#?]*static[^"#?]*)', text))
    assert len(files) > 10
    for path in sorted(files):
        assert rig.get(path).status == 200, path
