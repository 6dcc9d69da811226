/** The counter screen's state after one event of its stream; pure, so that a test can fold it. */

const AT_COUNTER = ["called", "serving"];
const CALLS = ["ticket.called", "ticket.recalled"];

/**
 * @param {any} state a snapshot's state (see appliance/protocol/live.py)
 * @param {{at: string, type: string, payload: any}} event
 * @returns {any} the next state
 */
export function reduce(state, event) {
  const next = Object.assign({}, state);
  const ticket = event.payload.ticket;
  if (!ticket) {
    return next;
  }
  if (state.services.some((service) => service.code === ticket.service)) {
    next.waiting = Object.assign({}, state.waiting, { [ticket.service]: event.payload.waiting });
  }
  if (AT_COUNTER.indexOf(ticket.state) >= 0 && ticket.counter === state.counter) {
    next.ticket = ticket;
  } else if (state.ticket && state.ticket.id === ticket.id) {
    next.ticket = null;
  }
  return next;
}

/** Whether the event calls somebody to this counter. */
export function isCall(state, event) {
  return CALLS.indexOf(event.type) >= 0 && event.payload.counter === state.counter;
}
