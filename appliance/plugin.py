"""A command that monitors run: a mistyped word must not exit with what means "critical" to them."""

from __future__ import annotations

import traceback
from typing import Any

import typer
from typer.core import TyperCommand
from typer.exceptions import TyperException

# The exit codes of monitoring plug-ins.
EXITS = {"ok": 0, "degraded": 1, "failed": 2, "unknown": 3}


class PluginCommand(TyperCommand):
    """A command whose wrong use exits with "unknown", where others exit with 2."""

    def make_context(self, *args: Any, **kwargs: Any) -> Any:
        """Read the command line as every command does."""
        try:
            return super().make_context(*args, **kwargs)
        except TyperException as exc:
            exc.exit_code = EXITS["unknown"]
            raise

    def invoke(self, ctx: Any) -> Any:
        """Run it; what its own function refuses is wrong use, too.

        An error that nobody foresaw would exit with what means "warning": its trace goes to
        standard error, and the line that monitors show names it.
        """
        try:
            return super().invoke(ctx)
        except TyperException as exc:
            exc.exit_code = EXITS["unknown"]
            raise
        except (typer.Abort, typer.Exit):
            raise
        except Exception as exc:
            traceback.print_exc()
            typer.echo(f"MOISO UNKNOWN - {exc!r}")
            raise typer.Exit(EXITS["unknown"]) from exc
