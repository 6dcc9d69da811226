"""Loopback HTTP in front of the lab: look at the state and the slips, make and mend faults."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import Any

from printer.errors import FaultInvalid
from printer.simulator.lab import Lab

_MAX_BODY_BYTES = 4096
_REQUEST_S = 5.0
_JSON = "application/json; charset=utf-8"
_HOSTS = ("127.0.0.1", "localhost")

Reply = tuple[HTTPStatus, str, bytes]


class Web:
    """A very small HTTP server; it listens on the loopback only."""

    def __init__(self, lab: Lab, port: int) -> None:
        self._lab = lab
        self.port = port
        self._server: asyncio.Server | None = None

    async def listen(self) -> None:
        """Accept requests."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def close(self) -> None:
        """Accept no more."""
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_REQUEST_S):
                status, kind, body = await self._reply(reader)
                head = (
                    f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(body)}\r\nCache-Control: no-store\r\n"
                    "X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # the browser went away or talks no HTTP; nobody is there to be told
        finally:
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader) -> Reply:
        raw = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        words = raw[0].split(" ")
        pairs = (line.split(":", 1) for line in raw[1:] if ":" in line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        if len(words) != 3:
            return _problem(HTTPStatus.BAD_REQUEST, "not_http")
        if headers.get("host", "").rsplit(":", 1)[0] not in _HOSTS:
            # Another site's name that was made to point at this machine (DNS rebinding).
            return _problem(HTTPStatus.FORBIDDEN, "wrong_host")
        method, path = words[0], words[1].split("?")[0]
        if method == "POST":
            return await self._post(path, headers, reader)
        if method != "GET":
            return _problem(HTTPStatus.METHOD_NOT_ALLOWED, "method")
        return self._get(path)

    def _get(self, path: str) -> Reply:
        if path == "/state":
            return _json(self._lab.state())
        name = path.removeprefix("/slips/").removesuffix(".png")
        known = {str(slip.n): slip.n for slip in self._lab.strip.slips}
        if path == f"/slips/{name}.png" and name in known:
            picture = self._lab.strip.path(known[name]).read_bytes()
            return HTTPStatus.OK, "image/png", picture
        return _problem(HTTPStatus.NOT_FOUND, "not_found")

    async def _post(
        self, path: str, headers: dict[str, str], reader: asyncio.StreamReader
    ) -> Reply:
        if path != "/fault":
            return _problem(HTTPStatus.NOT_FOUND, "not_found")
        if headers.get("x-moiso-lab") != "1":
            # A form on a foreign page cannot set this header.
            return _problem(HTTPStatus.FORBIDDEN, "header_missing")
        size = headers.get("content-length", "")
        if not (size.isascii() and size.isdigit()) or int(size) > _MAX_BODY_BYTES:
            return _problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_size")
        try:
            wanted = json.loads(await reader.readexactly(int(size)))
            if not isinstance(wanted, dict):
                return _problem(HTTPStatus.BAD_REQUEST, "not_an_object")
            await self._lab.fault(wanted)
        except FaultInvalid as error:
            return _problem(HTTPStatus.BAD_REQUEST, str(error))
        except ValueError:
            return _problem(HTTPStatus.BAD_REQUEST, "not_json")
        return _json(self._lab.state())


def _json(data: Any, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    return status, _JSON, json.dumps(data, ensure_ascii=False).encode()


def _problem(status: HTTPStatus, error: str) -> Reply:
    return _json({"error": error}, status)
