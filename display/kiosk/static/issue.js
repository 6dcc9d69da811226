/** Take a number: one request_id per press, the same again on every retry. */

import { post, requestId } from "../../static/js/api.js";

const GIVE_UP_MS = 8000;
const PAUSE_MS = 500;
const TRY_AGAIN = [0, 502, 503, 504];

/**
 * Ask for a number until the server answers, for at most 8 s.
 * @param {string} token
 * @param {string} service
 * @param {boolean} priority
 * @returns {Promise<{given: any, error: any, status: number}>}
 */
export async function takeNumber(token, service, priority) {
  const body = { service, priority, request_id: requestId() };
  const end = performance.now() + GIVE_UP_MS;
  let answer;
  do {
    const limit = Math.max(500, Math.min(3000, end - performance.now()));
    answer = await post("/api/v1/tickets", body, { Authorization: `Bearer ${token}` }, limit);
    if (TRY_AGAIN.indexOf(answer.status) < 0) {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  } while (performance.now() < end);
  return { given: answer.error ? null : answer.data, error: answer.error, status: answer.status };
}
