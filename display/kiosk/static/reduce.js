/** The kiosk's state after one event of its stream; pure, so that a test can fold it. */

const RECENT_MS = 30000;
const MOST_RECENT = 5;
const REROUTED = "rerouted";

/**
 * @param {any} state a snapshot's state (see appliance/protocol/live.py)
 * @param {{at: string, type: string, payload: any}} event
 * @returns {any} the next state; `stale` asks for a snapshot
 */
export function reduce(state, event) {
  const next = Object.assign({}, state);
  delete next.stale;
  const payload = event.payload;
  if (payload.ticket && typeof payload.waiting === "number") {
    next.services = state.services.map((service) =>
      service.code === payload.ticket.service
        ? Object.assign({}, service, { waiting: payload.waiting })
        : service
    );
  }
  if (event.type === "ticket.issued" && payload.kiosk === state.kiosk) {
    next.recent = [issued(payload)].concat(state.recent).slice(0, MOST_RECENT);
  } else if (payload.ticket) {
    next.recent = withTicket(state.recent, payload.ticket);
  } else if (event.type === "print.changed" || event.type === "print.queued") {
    next.recent = withPaper(state.recent, payload);
  } else if (event.type === "device.changed") {
    if (isOurPrinter(state, payload)) {
      next.printer = deviceState(payload);
    }
    next.stale = true; // which printer stands in now only the server knows
  }
  next.recent = next.recent.filter(
    (given) => Date.parse(event.at) - Date.parse(given.ticket.issued_at) <= RECENT_MS
  );
  return next;
}

function issued(payload) {
  return {
    ticket: payload.ticket,
    ahead: payload.ahead,
    wait: payload.wait,
    paper: payload.paper,
    printer: payload.printer,
    url: `/t/${payload.token}`,
  };
}

function withTicket(recent, ticket) {
  return recent.map((given) =>
    given.ticket.id === ticket.id ? Object.assign({}, given, { ticket }) : given
  );
}

function withPaper(recent, payload) {
  if (payload.reason === REROUTED) {
    return recent; // the same slip is queued at another printer, as the next event tells
  }
  return recent.map((given) =>
    given.ticket.id === payload.ticket_id
      ? Object.assign({}, given, { paper: payload.state, printer: payload.printer })
      : given
  );
}

function isOurPrinter(state, payload) {
  return (
    payload.device_kind === "printer" &&
    (state.printer
      ? payload.device === state.printer.device
      : payload.kiosks.indexOf(state.kiosk) >= 0)
  );
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
