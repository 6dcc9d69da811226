/** Requests to the server: always an answer, never an exception. */

const GIVE_UP_MS = 8000;
const PAUSE_MS = 500;
const TRY_AGAIN = [0, 502, 503, 504];

/** 16 random bytes as hex; randomUUID does not exist on plain HTTP. */
export function requestId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * Send JSON and return {status, data, error, etag}; status 0 means that no whole answer came in time.
 * @param {string} url
 * @param {Object} body
 * @param {Object<string, string>} headers
 * @param {number} [timeoutMs]
 * @returns {Promise<{status: number, data: any, error: any, etag: string}>}
 */
export async function post(url, body, headers, timeoutMs) {
  return ask(
    url,
    {
      method: "POST",
      headers: Object.assign({ "Content-Type": "application/json" }, headers),
      body: JSON.stringify(body),
    },
    timeoutMs
  );
}

/**
 * Post until the server answers, for at most 8 s; the same answer as `post`.
 * @param {string} url
 * @param {Object<string, string>} headers
 * @param {() => Object} makeBody gives each try's body, with one request_id for all of them
 */
export async function insist(url, headers, makeBody) {
  const end = performance.now() + GIVE_UP_MS;
  let answer;
  do {
    const limit = Math.max(500, Math.min(3000, end - performance.now()));
    answer = await post(url, makeBody(), headers, limit);
    if (TRY_AGAIN.indexOf(answer.status) < 0) {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  } while (performance.now() < end);
  return answer;
}

/** Fetch `url`; the same answer as `post`. */
export async function ask(url, options, timeoutMs) {
  const settings = Object.assign({ credentials: "same-origin", cache: "no-store" }, options);
  try {
    // The limit holds for the body too: weak Wi-Fi delivers the head and then nothing.
    return await withLimit(fetch(url, settings).then(readAnswer), timeoutMs || 3000);
  } catch (failure) {
    return { status: 0, data: null, error: { code: "no_answer", fields: {} }, etag: "" };
  }
}

async function readAnswer(response) {
  let data = null;
  try {
    data = await response.json();
  } catch (failure) {
    if (response.ok) {
      throw failure; // cut on its way: as good as no answer
    }
    data = null; // 304, or a proxy's own page
  }
  const error = response.ok ? null : (data && data.error) || { code: "server_error", fields: {} };
  return { status: response.status, data, error, etag: response.headers.get("ETag") || "" };
}

/** Settle as `promise` does, or fail when `ms` have passed. */
export function withLimit(promise, ms) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("timeout")), ms);
    promise.then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (reason) => {
        clearTimeout(timer);
        reject(reason);
      }
    );
  });
}
