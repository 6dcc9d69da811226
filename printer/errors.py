"""Every error that leaves this package.

PrinterError                    key, fields, permanent
├── SlipInvalid     (ValueError)    the description of a slip is wrong
├── GlyphMissing    (ValueError)    a letter has no glyph in the bundled font
├── SlipTooWide     (ValueError)    one word or the number cannot fit the paper
├── LayoutInvalid   (ValueError)    the layout of the slips is wrong
├── ProfileUnknown  (ValueError)    python-escpos knows no printer of this name
├── ProfileUnfit    (ValueError)    a printer of this kind cannot print our slips
├── SpeedTooLow     (ValueError)    a serial line slower than 38,400 baud
├── AddressInvalid  (ValueError)    not a way to a printer
├── FaultInvalid    (ValueError)    the simulator was asked for a fault it does not know
├── TransportError  (OSError)       the way to the printer failed
│   ├── ConnectFailed               nothing was written, the printer cannot be reached
│   ├── WriteFailed                 at most `written` bytes were handed over before it failed
│   │   └── TooSlow                 bytes moved all the time, but too few for a slip
│   ├── ConnectionLost              the other end went away while we were reading
│   └── Babbles                     the other end talks without end, whatever it is asked
├── LedgerError
│   ├── LedgerBusy                  another process holds this ledger
│   ├── LedgerUnwritable (OSError)  the disk refuses what must be stored before a slip is sent
│   ├── TransitionRefused (ValueError)
│   └── JobUnknown      (KeyError)
└── SpoolerDead     (RuntimeError)  the worker thread has died; the process should end

`key` and `fields` are for the sentence a person reads (the sentences live with the caller);
`permanent` says whether trying the same thing again is useless.
"""

from __future__ import annotations


class PrinterError(Exception):
    """Root of the tree: a key, its fields, and whether a retry is useless."""

    key = "printer.error"
    permanent = False

    def __init__(self, **fields: object) -> None:
        self.fields = fields
        super().__init__(self.key, fields)

    def __str__(self) -> str:
        """Show the key and its fields, for logs."""
        shown = ", ".join(f"{name}={value!r}" for name, value in self.fields.items())
        return f"{self.key}({shown})"


class SlipInvalid(PrinterError, ValueError):
    """The description of a slip has missing, unknown or wrong fields."""

    key = "printer.slip_invalid"
    permanent = True


class GlyphMissing(PrinterError, ValueError):
    """A letter has no glyph in the bundled font; `letter` and `code` name it."""

    key = "printer.glyph_missing"
    permanent = True

    def __init__(self, letter: str) -> None:
        super().__init__(letter=letter, code=f"U+{ord(letter):04X}")


class SlipTooWide(PrinterError, ValueError):
    """Something that cannot be broken is wider than the paper."""

    key = "printer.slip_too_wide"
    permanent = True


class LayoutInvalid(PrinterError, ValueError):
    """The layout names a block or a key that does not exist, or gives it a wrong value."""

    key = "printer.layout_invalid"
    permanent = True


class ProfileUnknown(PrinterError, ValueError):
    """python-escpos knows no printer of this name; `meant` are names like it."""

    key = "printer.profile_unknown"
    permanent = True


class ProfileUnfit(PrinterError, ValueError):
    """A printer of this kind cannot print our slips; `problem` says why."""

    key = "printer.profile_unfit"
    permanent = True


class SpeedTooLow(PrinterError, ValueError):
    """A serial line so slow that a slip would take longer than a citizen waits for it."""

    key = "printer.speed_too_low"
    permanent = True


class AddressInvalid(PrinterError, ValueError):
    """The text names no way to a printer."""

    key = "printer.address_invalid"
    permanent = True


class FaultInvalid(PrinterError, ValueError):
    """The simulator does not know the fault, or not this value of it."""

    key = "printer.fault_invalid"
    permanent = True


class TransportError(PrinterError, OSError):
    """The way to the printer failed; closing and opening it again may help."""

    key = "printer.transport"


class ConnectFailed(TransportError):
    """The printer could not be reached; not one byte was written."""

    key = "printer.connect_failed"


class WriteFailed(TransportError):
    """A write stopped early; at most `written` bytes of it had been handed over."""

    key = "printer.write_failed"

    def __init__(self, written: int, why: str) -> None:
        self.written = written
        super().__init__(written=written, why=why)


class TooSlow(WriteFailed):
    """The printer took bytes all the time, but so slowly that nobody waits for it any more."""

    key = "printer.too_slow"


class ConnectionLost(TransportError):
    """The other end closed or reset the connection."""

    key = "printer.connection_lost"


class Babbles(TransportError):
    """The other end talks without end: no printer, or one with a bad line or switch."""

    key = "printer.babbles"


class LedgerError(PrinterError):
    """The ledger could not do what was asked."""

    key = "printer.ledger"


class LedgerBusy(LedgerError):
    """Another process has this ledger open."""

    key = "printer.ledger_busy"


class LedgerUnwritable(LedgerError, OSError):
    """The disk is full, read-only or dead; a slip that cannot be noted is not sent."""

    key = "printer.ledger_unwritable"


class TransitionRefused(LedgerError, ValueError):
    """A job may not go from this state to that one."""

    key = "printer.transition_refused"
    permanent = True


class JobUnknown(LedgerError, KeyError):
    """The ledger has never heard of this job."""

    key = "printer.job_unknown"
    permanent = True


class SpoolerDead(PrinterError, RuntimeError):
    """The worker thread has died; `error` of the spooler says why."""

    key = "printer.spooler_dead"
    permanent = True
