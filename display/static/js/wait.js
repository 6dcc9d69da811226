/** The expected wait in words, as display/slips.py prints it. */

const LONGEST_MIN = 120;

/**
 * Say in a line what a citizen is told.
 * @param {{from_min: number, to_min: number}} wait
 * @param {any} texts
 */
export function waitWords(wait, texts) {
  return texts.t("wait.expected", { wait: waitRange(wait, texts) });
}

/** Say the range alone. */
export function waitRange(wait, texts) {
  const gaps = { low: wait.from_min, high: wait.to_min };
  let key = wait.from_min ? "wait.range" : "wait.under";
  if (wait.from_min >= LONGEST_MIN) {
    key = "wait.over";
  }
  return texts.t(key, gaps);
}
