/** The status page's state after an event: only the server can judge, so it is asked again. */

/**
 * @param {any} state a snapshot's state (see appliance/protocol/live.py)
 * @returns {any}
 */
export function reduce(state) {
  return Object.assign({}, state, { stale: true });
}
