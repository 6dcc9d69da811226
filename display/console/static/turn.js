/**
 * Who stands at the counter as far as this page knows, and whether the next one may be called.
 *
 * Calling the next one ends the service of who is there. So right after a call, by whomever, the
 * next call is held back: a second stroke of the key would end the ticket before the citizen came.
 * Whatever else is done with that ticket frees the key at once.
 */

/**
 * @param {number} holdMs
 * @param {() => void} freed is told when the next one may be called again
 */
export function makeTurn(holdMs, freed) {
  let begun = false;
  let open = null;
  let until = 0;

  /** Take in the open ticket, or null, from the live channel or from an answer that was faster. */
  function know(ticket) {
    const here = ticket && (ticket.state === "called" || ticket.state === "serving") ? ticket : null;
    const isNew = here && here.state === "called" && !(open && open.id === here.id);
    if (begun && isNew) {
      until = performance.now() + holdMs;
      setTimeout(freed, holdMs);
    }
    begun = true;
    open = here;
  }

  return {
    know,
    /** The id that a verb of the counter names; 0 is nobody. */
    seen: () => (open ? open.id : 0),
    /** The ticket that was called just now, or null. */
    held: () => (open && open.state === "called" && performance.now() < until ? open : null),
  };
}
