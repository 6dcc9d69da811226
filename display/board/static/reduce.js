/** The board's state after one event of its stream; pure, so that a test can fold it. */

const MOST_CALLS = 7;
const AT_COUNTER = ["called", "serving"];

/**
 * @param {any} state a snapshot's state (see appliance/protocol/live.py)
 * @param {{at: string, type: string, payload: any}} event
 * @returns {any} the next state; `stale` asks for a snapshot
 */
export function reduce(state, event) {
  const next = Object.assign({}, state);
  delete next.stale;
  const ticket = event.payload.ticket;
  if (!ticket) {
    return next;
  }
  if (state.services.some((service) => service.code === ticket.service)) {
    next.waiting = Object.assign({}, state.waiting, { [ticket.service]: event.payload.waiting });
  }
  next.counters = state.counters.map((counter) => withTicket(counter, ticket));
  next.calls = withCall(state, event, ticket);
  if (next.calls.length < state.calls.length) {
    next.stale = true; // an older call moves up, and only the server knows it
  }
  return next;
}

/** Whether the event calls somebody to a counter of this board. */
export function isCall(state, event) {
  return (
    (event.type === "ticket.called" || event.type === "ticket.recalled") &&
    event.payload.zone === state.zone
  );
}

function withTicket(counter, ticket) {
  const here = AT_COUNTER.indexOf(ticket.state) >= 0 && ticket.counter === counter.number;
  if (here) {
    return Object.assign({}, counter, { ticket });
  }
  const left = counter.ticket && counter.ticket.id === ticket.id;
  return left ? Object.assign({}, counter, { ticket: null }) : counter;
}

function withCall(state, event, ticket) {
  const others = state.calls.filter((call) => call.ticket.id !== ticket.id);
  if (isCall(state, event)) {
    const call = { ticket, counter: event.payload.counter, at: ticket.called_at };
    return [call].concat(others).slice(0, MOST_CALLS);
  }
  if (ticket.counter === null) {
    return others; // it waits again: no counter expects it
  }
  return state.calls.map((call) =>
    call.ticket.id === ticket.id ? Object.assign({}, call, { ticket }) : call
  );
}
