"""Writes docs/it-guide.md from the sentences that people see: ``python -m tools.it_guide``."""

from __future__ import annotations

from pathlib import Path

from appliance.health.verdicts import ORDER
from display.texts import catalog, say

DOCUMENT = Path(__file__).parents[1] / "docs" / "it-guide.md"

VI = """\
## Hướng dẫn cho cán bộ công nghệ thông tin

Mở `/status` trên trình duyệt (mọi tài khoản đều xem được; kỹ thuật viên vào thẳng trang này), hoặc
chạy trên máy chủ:

    moiso doctor                # mỗi thiết bị một dòng, kèm việc cần làm
    moiso doctor --lang en --json
    moiso doctor --config /etc/moiso/moiso.toml --data /var/lib/moiso

Mã thoát: 0 tốt, 1 cảnh báo, 2 nghiêm trọng, 3 chưa rõ; dòng đầu theo kiểu Nagios. Lệnh này không
thay đổi gì. Khi máy chủ không chạy, nó tự xem cơ sở dữ liệu và máy; thiết bị mà chỉ máy chủ biết
thì chưa rõ, và chỉ máy chủ được tính là việc cần làm. Mã 3 cũng là khi gõ sai lệnh, hoặc khi máy
chủ chạy mà không cho lệnh này xem: chạy bằng sudo để đọc được `monitor.token`.

| địa chỉ | cho ai | trả lời |
|---|---|---|
| `/healthz` | mọi người | 200 khi chương trình còn nhận yêu cầu |
| `/readyz` | mọi người | 200 khi phát và hiện được số; 503 kèm lý do |
| `/metrics` | máy này, hoặc có `monitor.token` | số liệu cho Prometheus, Zabbix |
| `/api/v1/status` | cán bộ, máy này, hoặc có `monitor.token` | như trang tình trạng, dạng JSON |
| `/api/v1/docs` | mọi người | tài liệu API |

Máy báo `clock_went_back` dù ngày giờ đã đúng: trước đó đồng hồ đã chạy sang một ngày sau, và ngày
đó còn mở. Khi không còn ai chờ:

    sudo -u moiso /opt/moiso/.venv/bin/moiso day back \\
        --config /etc/moiso/moiso.toml --data /var/lib/moiso

Ngày đúng được mở lại, số của ngày đó được phát tiếp, không số nào trùng; máy chủ cứ chạy. Số còn dở
thì lệnh từ chối, trừ khi thêm `--end-tickets`.

Tệp `monitor.token` nằm trong thư mục dữ liệu (chỉ chủ sở hữu đọc được); gửi kèm
`Authorization: Bearer …`.
"""

EN = """\
## Guide for IT staff

Open `/status` in a browser (every account may; technicians start there), or run on the server:

    moiso doctor --lang en      # one line per device, with the next step
    moiso doctor --json
    moiso doctor --config /etc/moiso/moiso.toml --data /var/lib/moiso

Exit code: 0 ok, 1 warning, 2 critical, 3 unknown; the first line is in the form of Nagios plug-ins.
It changes nothing. Without a running server it looks at the database and at the machine itself;
what only the server knows is unknown then, and the server alone counts as something to do. 3 is
also the code of a mistyped command, and of a server that runs but does not let the command see how
it is: run it with sudo, so that it can read `monitor.token`.

| address | for whom | answers |
|---|---|---|
| `/healthz` | everybody | 200 while the process takes requests |
| `/readyz` | everybody | 200 if numbers can be given and shown; 503 with the reasons |
| `/metrics` | this machine, or `monitor.token` | numbers for Prometheus and Zabbix |
| `/api/v1/status` | staff, this machine, or `monitor.token` | the status page as JSON |
| `/api/v1/docs` | everybody | the API |

`clock_went_back` although date and time are right: the clock had been ahead, and the later day is
still open. When nobody waits any more:

    sudo -u moiso /opt/moiso/.venv/bin/moiso day back \\
        --config /etc/moiso/moiso.toml --data /var/lib/moiso

It opens the true day, whose numbers go on, none of them twice; the server may run meanwhile. While
tickets are unfinished it refuses, unless told `--end-tickets`.

`monitor.token` lies in the data folder, readable by its owner alone; send it as
`Authorization: Bearer …`. What a proxy on the same machine passes on comes from elsewhere.

Prometheus:

    scrape_configs:
      - job_name: moiso
        authorization: { credentials_file: /etc/prometheus/moiso.token }
        static_configs: [{ targets: ["192.0.2.10:8080"] }]

`moiso_attention > 0` is what to alert on; `moiso_device_state{state="failed"} == 1` names the part.
"""

HEAD = """\
# IT guide

<!-- Made by `make docs` from the translations and tools/it_guide.py: change them there. -->

[Tiếng Việt](#hướng-dẫn-cho-cán-bộ-công-nghệ-thông-tin) · [English](#guide-for-it-staff)

"""
TABLE = {
    "vi": ("### Nguyên nhân và cách xử lý", "nguyên nhân", "mã", "việc cần làm"),
    "en": ("### Causes and what to do", "cause", "key", "what to do"),
}
MEANING = {
    "vi": {
        "failed": "không làm được việc của mình",
        "degraded": "còn chạy, nhưng cần người xem",
        "unknown": "không ai báo, hoặc đã quá lâu",
        "ok": "vừa báo là tốt",
    },
    "en": {
        "failed": "it does not do its work",
        "degraded": "it works, but wants a person",
        "unknown": "nobody has told, or not for too long",
        "ok": "it told lately that all is well",
    },
}


def main() -> None:
    """Write the document."""
    DOCUMENT.write_text(render(), encoding="utf-8")


def render() -> str:
    """Return the whole document."""
    return HEAD + "\n".join((VI, _tables("vi"), EN, _tables("en")))


def causes() -> list[str]:
    """Return the keys of all causes that have a sentence."""
    return [key.removeprefix("cause.") for key in catalog(["cause"])["vi"]]


def _tables(lang: str) -> str:
    states = [f"- **{say(f'health.{s}', lang)}** (`{s}`): {MEANING[lang][s]}\n" for s in ORDER]
    title, *heads = TABLE[lang]
    rows = [
        f"| {say(f'cause.{key}', lang)} | `{key}` | {say(f'remedy.{key}', lang)} |\n"
        for key in causes()
    ]
    head = f"| {' | '.join(heads)} |\n|---|---|---|\n"
    return "".join([*states, "\n", title, "\n\n", head, *rows])


if __name__ == "__main__":
    main()
