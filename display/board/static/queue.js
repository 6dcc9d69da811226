/** Calls that wait to be spoken: one after another, in order, and none after it is old news. */

const TOO_OLD_MS = 60000;
// More cannot be spoken before they are too old; while there is no sound, these alone are kept.
const MOST_WAITING = 20;

/**
 * Make a queue. `play` settles when an item is over, well or not; `isReady` tells whether there is
 * any use in starting; `onDropped` is told of each item that will never be played.
 * @param {{
 *   play: (item: any) => Promise<void>,
 *   onDropped: (item: any) => void,
 *   isReady: () => boolean,
 *   now: () => number,
 * }} options
 */
export function makeQueue(options) {
  let waiting = [];
  let busy = false;

  function dropOld() {
    const limit = options.now() - TOO_OLD_MS;
    while (waiting.length > 0 && waiting[0].since < limit) {
      options.onDropped(waiting.shift().item);
    }
  }

  async function run() {
    if (busy) {
      return;
    }
    busy = true;
    while (options.isReady()) {
      dropOld();
      const entry = waiting.shift();
      if (!entry) {
        break;
      }
      try {
        await options.play(entry.item);
      } catch (failure) {
        console.warn("a call was not heard:", String(failure)); // the next one must be
      }
    }
    busy = false;
  }

  return {
    add(item) {
      dropOld();
      if (waiting.length >= MOST_WAITING) {
        options.onDropped(waiting.shift().item);
      }
      waiting.push({ item, since: options.now() });
      run();
    },

    /** Forget what waits, without a word, and return it. */
    clear() {
      const left = waiting.map((entry) => entry.item);
      waiting = [];
      return left;
    },

    /** Return the next items, at most so many. */
    next: (count) => waiting.slice(0, count).map((entry) => entry.item),

    count: () => waiting.length,
    run,
  };
}
