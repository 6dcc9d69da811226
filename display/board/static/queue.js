/** Calls that wait to be spoken: one after another, in order, and none after it is old news. */

const TOO_OLD_MS = 60000;

/**
 * Make a queue. `play` settles when an item is over, well or not; `isReady` tells whether there is
 * any use in starting.
 * @param {{play: (item: any) => Promise<void>, isReady: () => boolean, now: () => number}} options
 */
export function makeQueue(options) {
  let waiting = [];
  let busy = false;

  function next() {
    const limit = options.now() - TOO_OLD_MS;
    waiting = waiting.filter((entry) => entry.since >= limit);
    return waiting.shift();
  }

  async function run() {
    if (busy) {
      return;
    }
    busy = true;
    while (options.isReady()) {
      const entry = next();
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
      waiting.push({ item, since: options.now() });
      run();
    },
    clear() {
      waiting = [];
    },
    run,
  };
}
