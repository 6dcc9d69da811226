"""The golden pictures: what is drawn for them. Only `printer` is needed, so other machines can too.

`python -m tests.support.golden` prints, as JSON, the SHA-256 of each one's dots and of the bytes
that make a printer print it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PIL import Image

from printer.blocks import read_logo
from printer.escpos import encode
from printer.layout import draw
from printer.layout_file import WIDTHS, Layout, Part, default_layout
from printer.slip import Slip
from printer.testpage import draw_test_page

TOKEN = "moiso-test-20261123"
VIETNAMESE = {
    # The longest name of a commune in Hanoi.
    "office": "ĐIỂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG VĂN MIẾU - QUỐC TỬ GIÁM",
    "parent": "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG THÀNH PHỐ HÀ NỘI",
    "title": "PHIẾU SỐ THỨ TỰ",
    "number": "1001",
    "service": "Tư pháp – Hộ tịch",
    "ahead_line": "Số người chờ trước: 12",
    "time_line": "23/11/2026 08:05",
    "notice": ["Vui lòng chờ gọi số và xem bảng hiển thị."],
    "tracking_url": "http://192.168.1.10/t/1001-3kX9pQ7bTzLmW2aR",
    "tracking_line": "Quét mã để theo dõi lượt của bạn trên điện thoại.",
}
ENGLISH = {
    **VIETNAMESE,
    "office": "ONE-STOP SERVICE POINT OF VAN MIEU - QUOC TU GIAM WARD",
    "parent": "HANOI PUBLIC ADMINISTRATION SERVICE CENTRE",
    "title": "QUEUE TICKET",
    "service": "Justice – Civil status",
    "ahead_line": "People ahead: 12",
    "wait_line": "Expected wait: about 20–30 minutes",
    "notice": ["Please wait until your number is called."],
    "tracking_line": "Scan to follow your turn on your phone.",
}
PROCEDURE = "https://dichvucong.gov.vn/tim-kiem-thu-tuc-hanh-chinh?keyword=1.001193"
FULL = {
    **VIETNAMESE,
    "number": "A025",
    "service": "Đăng ký quyền sử dụng đất, tài sản gắn liền với đất",
    "wait_line": "Thời gian chờ dự kiến: khoảng 20–30 phút",
    "priority_line": "ƯU TIÊN",
    "reprint_line": "BẢN IN LẠI",
    "procedure_url": PROCEDURE,
    "procedure_line": "Quét để xem hồ sơ cần chuẩn bị",
}
FULL_ENGLISH = {
    **ENGLISH,
    "number": "A025",
    "service": "Registration of land use rights and property attached to land",
    "priority_line": "PRIORITY",
    "reprint_line": "REPRINT",
    "procedure_url": PROCEDURE,
    "procedure_line": "Scan to see which papers to bring",
}
SLIPS: dict[str, Callable[[], Slip]] = {
    "vi": partial(Slip.from_dict, VIETNAMESE),
    "en": partial(Slip.from_dict, ENGLISH),
    "full": partial(Slip.from_dict, FULL),
    "full-en": partial(Slip.from_dict, FULL_ENGLISH),
}


def every_block() -> Layout:
    """Give the usual layout with a logo on top: every block that there is."""
    logo = Part("logo", file="logo.png", after=(4, 5, 5))
    folder = Path(__file__).parents[1] / "printer"
    usual = default_layout()
    logos = {logo.file: read_logo(folder / logo.file)}
    return dataclasses.replace(usual, parts=(logo, *usual.parts), logos=logos)


def golden_picture(name: str, width: int) -> Image.Image:
    """Draw one of them."""
    if name == "letters":
        return draw_test_page(width, 203, {"model": "MOISO-SIM"}, TOKEN)
    layout = every_block() if name.startswith("full") else None
    return draw(SLIPS[name](), width, layout)


def digests(name: str, width: int, picture: Image.Image) -> dict[str, str]:
    """Give the digests of a picture, by the names under which they are kept."""
    made = {"dots": picture.tobytes(), "bytes": encode(picture)}
    return {
        f"{name}-{width}.{what}": hashlib.sha256(data).hexdigest() for what, data in made.items()
    }


def main() -> None:
    """Print the digests of every picture."""
    found: dict[str, str] = {}
    for name in [*SLIPS, "letters"]:
        for width in WIDTHS:
            found |= digests(name, width, golden_picture(name, width))
    json.dump(found, sys.stdout, indent=1, sort_keys=True)


if __name__ == "__main__":
    main()
