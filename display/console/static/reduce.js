/** The console's state after one event of its stream; pure, so that a test can fold it. */

const MOST_WAITING = 50;
const MOST_UNPRINTED = 20;
const AT_COUNTER = ["called", "serving"];
// On paper, or out of the list because somebody took care of it.
const DONE_WITH = ["printed", "unconfirmed", "superseded", "queued"];
const ENDED_WITHOUT_PAPER = ["failed", "expired", "unknown"];

/**
 * @param {any} state a snapshot's state (see appliance/protocol/live.py)
 * @param {{at: string, type: string, payload: any}} event
 * @returns {any} the next state; `stale` asks for a snapshot
 */
export function reduce(state, event) {
  const next = Object.assign({}, state);
  delete next.stale;
  const payload = event.payload;
  if (payload.ticket) {
    applyTicket(next, event.type, payload);
  } else if (event.type === "print.changed" || event.type === "print.queued") {
    applyPrint(next, payload);
  } else if (event.type === "device.changed" && payload.device_kind === "printer") {
    next.printers = state.printers.map((printer) =>
      printer.device === payload.device ? deviceState(payload) : printer
    );
  }
  return next;
}

function applyTicket(next, type, payload) {
  const ticket = payload.ticket;
  next.ticket = openTicket(next, ticket);
  next.unprinted = next.unprinted.filter((one) => one.ticket.id !== ticket.id);
  if (type === "ticket.returned") {
    next.stale = true; // its place in the queue, and whether its slip is on paper
  }
  if (!next.services.some((service) => service.code === ticket.service)) {
    return;
  }
  next.services = next.services.map((service) =>
    service.code === ticket.service
      ? Object.assign({}, service, { waiting: payload.waiting })
      : service
  );
  if (ticket.state === "absent") {
    next.absent = without(next.absent, ticket).concat([ticket]);
    next.stale = true; // the list is in the queue's order, which only the server knows
  } else {
    next.absent = without(next.absent, ticket);
  }
  applyWaiting(next, ticket);
}

function applyWaiting(next, ticket) {
  const wasFull = next.waiting.length >= MOST_WAITING;
  const others = without(next.waiting, ticket);
  if (ticket.state !== "waiting") {
    if (wasFull && others.length < next.waiting.length) {
      next.stale = true; // the next one moves into the list, and only the server knows it
    }
    next.waiting = others;
  } else if (!wasFull) {
    next.waiting = others.concat([ticket]);
  }
}

function applyPrint(next, payload) {
  const others = next.unprinted.filter((one) => one.ticket.id !== payload.ticket_id);
  if (DONE_WITH.indexOf(payload.state) >= 0) {
    next.unprinted = others;
  } else if (ENDED_WITHOUT_PAPER.indexOf(payload.state) >= 0) {
    const ticket = next.waiting.find((one) => one.id === payload.ticket_id);
    if (!ticket) {
      next.stale = true; // a ticket of another counter's service
      return;
    }
    const entry = { ticket, paper: payload.state, reason: payload.reason };
    next.unprinted = [entry]
      .concat(others)
      .sort((a, b) => b.ticket.id - a.ticket.id)
      .slice(0, MOST_UNPRINTED);
  }
}

function openTicket(state, ticket) {
  if (AT_COUNTER.indexOf(ticket.state) >= 0 && ticket.counter === state.counter) {
    return ticket;
  }
  return state.ticket && state.ticket.id === ticket.id ? null : state.ticket;
}

function without(list, ticket) {
  return list.filter((one) => one.id !== ticket.id);
}

function deviceState(payload) {
  return {
    device: payload.device,
    device_kind: payload.device_kind,
    state: payload.state,
    causes: payload.causes,
    since: payload.since,
  };
}
