"""QR codes for screens, as SVG."""

from __future__ import annotations

import io

import segno


def data_uri(text: str) -> str:
    """Return the QR code of `text` as a ``data:`` URI for an image."""
    return str(segno.make(text, micro=False, error="m").svg_data_uri(border=2, dark="#000"))


def svg(text: str) -> bytes:
    """Return the QR code of `text` as an SVG document."""
    out = io.BytesIO()
    segno.make(text, micro=False, error="m").save(out, kind="svg", border=2, scale=8)
    return out.getvalue()
