/** Plays one sound: to its end, to the end of its first reading, or until it is cut off. */

const OVERTIME_MS = 2000;
// Between two readings lie 400 ms of silence (display/voice/phrases.py): a sound that shall end
// after the first one ends there, never in the middle of a word.
const INTO_PAUSE_S = 0.1;
const PAUSE_LEFT_S = 0.35;

/**
 * Play `sound` from its beginning.
 * @param {AudioContext} context
 * @param {AudioBuffer} sound
 * @param {{firstS: number, isEnough: () => boolean}} reading `firstS`: how long the first reading
 *   lasts, 0 if nobody knows; `isEnough` is asked after it: whether it shall be the only one
 * @returns {{over: Promise<boolean>, cut: () => void}} `over` tells whether the sound was heard,
 *   also if it was cut when it had just come to its end; it fails if its end is never told
 */
export function playSound(context, sound, reading) {
  const source = context.createBufferSource();
  source.buffer = sound;
  source.connect(context.destination);
  const from = context.currentTime;
  let cut = null;
  const over = new Promise((resolve, reject) => {
    const timers = [];
    function settle(then, value) {
      timers.forEach(clearTimeout);
      then(value);
    }
    function endInPause() {
      const age = context.currentTime - from;
      if (age < reading.firstS + PAUSE_LEFT_S && reading.isEnough()) {
        source.stop(from + reading.firstS + INTO_PAUSE_S);
      }
    }
    if (reading.firstS > 0) {
      timers.push(setTimeout(endInPause, (reading.firstS + INTO_PAUSE_S) * 1000));
    }
    // A sound whose end is not told is cut off, so that none overlap.
    const latest = sound.duration * 1000 + OVERTIME_MS;
    timers.push(
      setTimeout(() => {
        source.disconnect();
        settle(reject, new Error("no end was told"));
      }, latest)
    );
    source.onended = () => settle(resolve, true);
    cut = () => {
      source.onended = null;
      source.stop();
      // The end is told late by a busy page: what was heard must not be spoken again elsewhere.
      settle(resolve, context.currentTime - from >= sound.duration);
    };
  });
  source.start();
  return { over, cut };
}
