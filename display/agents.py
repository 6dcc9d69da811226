"""The server's side of the agent link: presence, jobs and panels handed out, silence judged."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from appliance.domain.paper import PULL_LIMIT_MS, PaperState, PrintJob, age_ms
from appliance.errors import NotFound
from appliance.essential import Tries, start_essential
from appliance.protocol.agent import (
    AgentMessage,
    DeviceRow,
    Inbox,
    PressRow,
    PrintMessage,
    PrintRow,
    ReportAnswer,
    ReportBatch,
    RowResult,
    SupersedeMessage,
)
from appliance.storage import days, log, prints, tickets
from appliance.storage.engine import Transaction
from appliance.usecases.change_roll import RollChange, change_roll, last_changes
from appliance.usecases.context import Context
from appliance.usecases.expect_wait import told_wait
from appliance.usecases.handle_press import handle_press
from appliance.usecases.mirror_print import give_up_print, mirror_print
from appliance.usecases.report_device import report_device
from appliance.usecases.reroute_print import reroute_queued
from appliance.usecases.slip_jobs import has_standby
from display.panels import panel_messages
from display.rolls import Rolls
from display.slips import slip_of

# The server answers a long poll after this at the latest, so that an agent is heard of often.
WAIT_MAX_S = 5.0
LOST_AFTER_S = 12.0
# A job that was handed out may still be printing; after this silence its fate is unknown.
NO_WORD_MS = 60_000
SWEEP_S = 1.0


class AgentDesk:
    """One office's agents. What it keeps in memory may be lost: the ledgers correct it."""

    def __init__(self, ctx: Context, public_url: str) -> None:
        self._ctx = ctx
        self._public_url = public_url
        self.rolls = Rolls()
        self._changed = threading.Condition()
        self._commits = 0
        self._hand_out = threading.Lock()
        self._handed_out: set[int] = set()
        self._seen_s: dict[str, float] = {}
        self._told: dict[str, str] = {}
        self._telling = threading.Lock()
        self._tries = Tries("agent desk")
        self._started_ms: int | None = None

    def start(self) -> None:
        """Begin to watch for silence."""
        with self._hand_out, self._tries.at("slips"):
            self._begin()
        now_s = time.monotonic()
        agents = {printer.agent for printer in self._ctx.office.printers}
        agents |= {p.agent for p in self._ctx.office.rating.panels if p.agent is not None}
        self._seen_s = dict.fromkeys(agents, now_s)
        self._ctx.db.on_commit(self._on_commit)
        start_essential("agent desk", self._sweep_for_ever)

    @property
    def refused(self) -> str:
        """Return the key of what keeps the slips from being read now; "" for nothing."""
        return self._tries.refused("slips")

    def report(self, agent: str, batch: ReportBatch) -> ReportAnswer:
        """Return what became of each row, handled in order; each is idempotent by its own key."""
        self._seen(agent)
        return ReportAnswer(results=[self._row(agent, row) for row in batch.rows])

    def inbox(self, agent: str, after: int, wait_s: float, *, seals: bool = False) -> Inbox:
        """Return the agent's messages after position `after`, waiting for the first one.

        Every job without a final word is offered again to an agent that asks from 0. Jobs come
        with their seals if the agent asked for them.
        """
        deadline_s = time.monotonic() + min(wait_s, WAIT_MAX_S)
        # Once, at its beginning: an open poll does not tell that its agent still lives.
        self._seen(agent)
        while True:
            commits = self._commits
            box = self._look(agent, after, seals)
            left_s = deadline_s - time.monotonic()
            if box.messages or left_s <= 0:
                return box
            with self._changed:
                if self._commits == commits:
                    self._changed.wait(left_s)

    def online(self, agent: str) -> bool:
        """Return whether the agent was heard of lately."""
        seen_s = self._seen_s.get(agent)
        return seen_s is not None and time.monotonic() - seen_s < LOST_AFTER_S

    def change_roll(self, printer: str, *, request_id: str, actor: str) -> RollChange:
        """Note a new roll of paper and have its agent count anew; see `usecases.change_roll`."""
        owner = self._ctx.office.printer(printer).agent
        # No poll looks in between, so that none has passed the change's position without it.
        with self._hand_out:
            self._begin()
            change = change_roll(
                self._ctx,
                printer,
                present=self.online(owner),
                printed_mm=self.rolls.printed_mm(printer),
                request_id=request_id,
                actor=actor,
            )
            if not change.repeated:
                self.rolls.note(change)
        self._on_commit()
        return change

    def _begin(self) -> int:
        """Learn what went before, under the lock, as soon as it can be read; return since when.

        Jobs that are queued then may have been handed out before the server was restarted: until
        that is known no other printer is given them, nor is any agent.
        """
        if self._started_ms is None:
            with self._ctx.db.read() as conn:
                self._handed_out |= {job.id for job in prints.queued(conn)}
                self.rolls.load(last_changes(conn))
            self._started_ms = self._ctx.clock.monotonic_ms()
        return self._started_ms

    @contextmanager
    def _known(self) -> Iterator[Transaction]:
        """Give a read transaction after `_begin`."""
        self._begin()
        with self._ctx.db.read() as conn:
            yield conn

    def _row(self, agent: str, row: PressRow | PrintRow | DeviceRow) -> RowResult:
        actor = f"agent:{agent}"
        if isinstance(row, PressRow):
            return handle_press(self._ctx, row, actor=actor)
        if isinstance(row, DeviceRow):
            if row.device_kind == "printer" and row.device not in self._printers(agent):
                return RowResult(outcome="refused", code="unknown_printer")
            if row.paper is not None:
                self.rolls.told(row.device, row.paper)
            news = report_device(
                self._ctx,
                row.device,
                row.device_kind,
                row.state,
                row.causes,
                actor=actor,
                age_ms=row.age_ms,
            )
            return RowResult(outcome="done" if news else "repeat")
        try:
            news = mirror_print(
                self._ctx,
                row.job_id,
                PaperState(row.state),
                rev=row.rev,
                reason=row.reason,
                actor=actor,
                printers=self._printers(agent),
                seal=row.seal,
            )
        except NotFound as exc:
            return RowResult(outcome="refused", code=exc.key)
        return RowResult(outcome="done" if news else "repeat")

    def _look(self, agent: str, after: int, seals: bool) -> Inbox:
        """Return what there is now; a job counts as handed out before the agent can see it."""
        with self._hand_out, self._known() as conn:
            if after > log.head(conn):
                after = 0  # a position of a database that was replaced
            jobs = [
                job
                for job in prints.queued(conn, sorted(self._printers(agent)))
                if job.queued_seq > after
            ]
            self._handed_out.update(job.id for job in jobs)
            messages: list[AgentMessage] = [self._print_message(conn, job, seals) for job in jobs]
            messages += _superseded(conn, self._printers(agent), after, seals)
            messages += self.rolls.messages(self._printers(agent), after)
            messages += panel_messages(self._ctx, conn, agent, after)
            return Inbox(n=max([after, *(m.n for m in messages)]), messages=messages)

    def _print_message(self, conn: Transaction, job: PrintJob, seals: bool) -> PrintMessage:
        ticket = tickets.get(conn, job.ticket_id)
        assert ticket is not None, "a foreign key holds it"
        office = self._ctx.office
        wait = told_wait(conn, ticket.id)
        return PrintMessage(
            n=job.queued_seq,
            job_id=job.id,
            printer=job.printer,
            left_ms=max(0, PULL_LIMIT_MS - self._age_ms(job)),
            slip=slip_of(ticket, office, self._public_url, wait, reprint=job.reprint),
            has_fallback=has_standby(conn, office, job.printer),
            seal=prints.seal(conn, job) if seals else "",
        )

    def _printers(self, agent: str) -> frozenset[str]:
        return frozenset(p.name for p in self._ctx.office.printers if p.agent == agent)

    def _age_ms(self, job: PrintJob) -> int:
        """Return the job's age; from before a reboot it is older than any limit."""
        age = age_ms(job, self._ctx.clock.monotonic_ms(), self._ctx.boot_id)
        return NO_WORD_MS if age is None else age

    def _seen(self, agent: str) -> None:
        self._seen_s[agent] = time.monotonic()
        self._tell(agent, "ok")

    def _tell(self, agent: str, state: str) -> None:
        """Store a change of the agent's presence; what it owns is unknown while it is silent.

        What the disk refuses is told with the next sweep or poll; the agent's request goes on.
        """
        with self._telling, self._tries.at(agent):
            if self._told.get(agent) == state:
                return
            causes = () if state == "ok" else ("link_lost",)
            report_device(self._ctx, f"agent-{agent}", "agent", state, causes, actor="system")
            if state != "ok":
                for printer in sorted(self._printers(agent)):
                    report_device(self._ctx, printer, "printer", state, causes, actor="system")
            self._told[agent] = state

    def _on_commit(self) -> None:
        with self._changed:
            self._commits += 1
            self._changed.notify_all()

    def _sweep_for_ever(self) -> None:
        while True:
            self._sweep()
            time.sleep(SWEEP_S)

    def _sweep(self) -> None:
        """Judge what nobody spoke of: jobs that were not pulled, agents that went silent."""
        with self._hand_out, self._tries.at("slips"):
            started_ms = self._begin()
            with self._ctx.db.read() as conn:
                jobs = prints.queued(conn)
            self._handed_out &= {job.id for job in jobs}
            for job in jobs:
                with self._tries.at(f"slip {job.id}"):
                    self._judge(job, started_ms)
        for agent in list(self._seen_s):
            if not self.online(agent):
                self._tell(agent, "unknown")

    def _judge(self, job: PrintJob, started_ms: int) -> None:
        age = self._age_ms(job)
        if job.id not in self._handed_out:
            if reroute_queued(self._ctx, job.id):
                return
            if age > PULL_LIMIT_MS:
                give_up_print(self._ctx, job.id, PaperState.EXPIRED, reason="not_pulled")
        elif min(age, self._ctx.clock.monotonic_ms() - started_ms) >= NO_WORD_MS:
            give_up_print(self._ctx, job.id, PaperState.UNKNOWN, reason="no_word")


def _superseded(
    conn: Transaction, printers: frozenset[str], after: int, seals: bool
) -> list[SupersedeMessage]:
    """Return today's slips that were taken out of use after position `after`."""
    since = max(after, days.last_opened_seq(conn))
    return [
        SupersedeMessage(
            n=job.superseded_seq or 0,
            job_id=job.id,
            printer=job.printer,
            seal=prints.seal(conn, job) if seals else "",
        )
        for job in prints.superseded(conn, sorted(printers), since)
    ]
