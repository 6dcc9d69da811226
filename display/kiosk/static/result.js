/** How long a given number stays on the glass, and what is said beside it; pure. */

export const SCREEN_AFTER_MS = 4000;
export const ON_SCREEN_MS = 20000;
export const TAKE_SLIP_MS = 8000;
const ON_PAPER = ["printed", "unconfirmed"];
const NEVER_ON_PAPER = ["none", "failed", "expired", "unknown", "superseded"];

/**
 * Make the record of a number that was just given.
 * @param {{ticket: any, ahead: number, wait: any, paper: string, url: string, qr?: string}} given
 * @param {number} nowMs
 */
export function newResult(given, nowMs) {
  return Object.assign({ stage: "printing", since: nowMs, stageSince: nowMs }, given);
}

/**
 * Return the result as of `nowMs`; null when the next citizen may come.
 *
 * printing → take    the slip is on paper
 * printing → screen  it is not, or cannot be: the number and the code are shown large instead
 * screen   → take    the slip came after all
 */
export function advance(result, paper, printerIsBad, nowMs) {
  const next = Object.assign({}, result, { paper });
  const stage = stageOf(result, paper, printerIsBad, nowMs);
  if (stage !== result.stage) {
    next.stage = stage;
    next.stageSince = nowMs;
  }
  const left = leftMs(next, nowMs);
  return left !== null && left <= 0 ? null : next;
}

/** How long the result still stays; null while the slip is being printed. */
export function leftMs(result, nowMs) {
  if (result.stage === "printing") {
    return null;
  }
  const whole = result.stage === "take" ? TAKE_SLIP_MS : ON_SCREEN_MS;
  return result.stageSince + whole - nowMs;
}

function stageOf(result, paper, printerIsBad, nowMs) {
  if (ON_PAPER.indexOf(paper) >= 0) {
    return "take";
  }
  if (result.stage === "screen" || NEVER_ON_PAPER.indexOf(paper) >= 0 || printerIsBad) {
    return "screen";
  }
  return nowMs - result.since >= SCREEN_AFTER_MS ? "screen" : "printing";
}
