/** One question after the other for as long as the page lives: never two at once, never the last. */

/**
 * Ask again and again, first after a pause.
 * @param {() => Promise<void>} look asks once; whatever becomes of it, the next one follows
 * @param {() => number} pauseMs how long to wait after a look
 * @returns {{soon: () => void, stop: () => void}} `soon` asks now, or right after a look under way
 */
export function keepLooking(look, pauseMs) {
  let timer = null;
  let busy = false;
  let wanted = false;
  let over = false;

  async function turn() {
    busy = true;
    wanted = false;
    try {
      await look();
    } finally {
      busy = false;
      plan(wanted ? 0 : pauseMs());
    }
  }

  function plan(ms) {
    clearTimeout(timer);
    if (!over) {
      timer = setTimeout(turn, ms);
    }
  }

  plan(pauseMs());
  return {
    soon() {
      wanted = true;
      if (!busy) {
        plan(0);
      }
    },
    stop() {
      over = true;
      clearTimeout(timer);
    },
  };
}
