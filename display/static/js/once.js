/**
 * A request by hand that the server does once, however often somebody presses.
 *
 * The server knows a request by its `request_id`. Where no answer came, or a server's error, nobody
 * here can say whether it was done. So the request is kept, and whoever asks for the same again sends
 * the same request: what was done is answered, what was lost is done now.
 *
 * Only the latest request is kept, and it is never sent again without a press. Whoever asks for
 * anything else (another address, another body) has given it up: the new request gets an id of its
 * own, and so does the old one if it is asked for once more. A request that was given up may still
 * be on its way. Where it could do harm then, the body must say what it was meant for: the verbs of
 * a counter name the ticket that the clerk saw, so that it does nothing once another one is open,
 * and a press upon a new ticket is never taken for a repetition of the press before it.
 */

import { post, requestId } from "./api.js";

const ANSWER_MS = 5000;

/**
 * Make a sender. A dialog that opens for somebody else needs a new one: what stayed unanswered
 * before was asked for another person.
 * @param {{csrf: string}} page
 * @returns {(url: string, body: Object) => Promise<{status: number, data: any, error: any}>} sends
 *   `body`, without request_id, and answers as `post` does
 */
export function makeOnce(page) {
  let kept = null;

  return async (url, body) => {
    const asked = JSON.stringify([url, body]);
    if (!kept || kept.asked !== asked) {
      kept = { asked, id: requestId() };
    }
    const mine = kept;
    const whole = Object.assign({ request_id: mine.id }, body);
    const answer = await post(url, whole, { "X-CSRFToken": page.csrf }, ANSWER_MS);
    if (kept === mine && answer.status > 0 && answer.status < 500) {
      kept = null;
    }
    return answer;
  };
}
