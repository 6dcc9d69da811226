/** Take a number: one request_id per press, the same again on every retry. */

import { insist, requestId } from "../../static/js/api.js";

/**
 * Ask for a number until the server answers, for at most 8 s.
 * @param {string} token
 * @param {string} service
 * @param {boolean} priority
 * @returns {Promise<{given: any, error: any, status: number}>}
 */
export async function takeNumber(token, service, priority) {
  const body = { service, priority, request_id: requestId() };
  const headers = { Authorization: `Bearer ${token}` };
  const answer = await insist("/api/v1/tickets", headers, () => body);
  return { given: answer.error ? null : answer.data, error: answer.error, status: answer.status };
}
