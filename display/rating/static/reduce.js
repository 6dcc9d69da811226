/** The panel's state after one event of its stream; pure, so that a test can fold it. */

const ARMED_MS = 180000;
const AFTER_NEXT_CALL_MS = 20000;

/**
 * @param {any} state a snapshot's state (see appliance/protocol/live.py)
 * @param {{at: string, type: string, payload: any}} event
 * @returns {any} the next state; `stale` asks for a snapshot
 */
export function reduce(state, event) {
  const next = Object.assign({}, state);
  delete next.stale;
  if (event.type === "ticket.finished") {
    next.armed = {
      ticket: event.payload.ticket,
      label: event.payload.label,
      until: later(event.at, ARMED_MS),
      rated: false,
    };
  } else if (event.type === "ticket.called" && state.armed) {
    const end = later(event.at, AFTER_NEXT_CALL_MS);
    const until = Date.parse(end) < Date.parse(state.armed.until) ? end : state.armed.until;
    next.armed = Object.assign({}, state.armed, { until });
  } else if (event.type === "rating.pressed") {
    next.stale = true; // whether it was in time, only the server knows
  }
  return next;
}

function later(iso, ms) {
  return new Date(Date.parse(iso) + ms).toISOString();
}
