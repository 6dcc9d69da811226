/** What tablet and phone share when somebody rates: the faces, the reasons, and the sending. */

import { insist, requestId } from "./api.js";
import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
/** Pressed in its time, whatever became of it: to the citizen these are one and the same. */
const HEARD = ["counted", "superseded", "repeat"];

/** Draw one of our faces. */
export function face(level) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `face face-${level}`);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/static/faces.svg#${level}`);
  svg.appendChild(use);
  return svg;
}

/** A level as a button: the face, and its words beneath or beside it. */
export function levelButton(level, texts) {
  const words = el("span", { class: "level-words" }, texts.t(`level.${level}`));
  return el("li", {}, el("button", { class: "level", type: "button", "data-level": level }, face(level), words));
}

/** A reason as a button that stays pressed. */
export function reasonButton(reason, chosen, texts) {
  const pressed = String(chosen.indexOf(reason) >= 0);
  return el(
    "li",
    {},
    el(
      "button",
      { class: "reason", type: "button", "data-reason": reason, "aria-pressed": pressed },
      texts.t(`reason.${reason}`)
    )
  );
}

/** The list of reasons with `reason` put in, or taken out where it was. */
export function toggled(chosen, reason) {
  const rest = chosen.filter((one) => one !== reason);
  return rest.length < chosen.length ? rest : chosen.concat([reason]);
}

/**
 * Send a press until the server answers, for at most 8 s; each try tells how long ago it was.
 * @param {string} url
 * @param {Object} body without request_id and age_ms
 * @param {Object<string, string>} headers
 * @returns {Promise<{rating: string, heard: boolean, error: any, status: number}>} `rating` names
 *   the press
 */
export async function sendPress(url, body, headers) {
  const rating = requestId();
  const pressedAt = performance.now();
  const answer = await insist(url, headers, () =>
    Object.assign({}, body, { request_id: rating, age_ms: Math.round(performance.now() - pressedAt) })
  );
  const heard = !answer.error && HEARD.indexOf(answer.data.rule) >= 0;
  return { rating, heard, error: answer.error, status: answer.status };
}

/** Send the reasons of a press; nobody waits for it. */
export function sendReasons(url, rating, reasons, headers) {
  const body = { rating, reasons, request_id: requestId() };
  return insist(url, headers, () => body);
}
