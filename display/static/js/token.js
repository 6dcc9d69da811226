/** A screen's token: kept on this machine per kind and name, asked for where there is none. */

import { ask } from "./api.js";

/** @param {string} kind @param {string} name */
function slot(kind, name) {
  return `moiso.token.${kind}.${name}`;
}

/** The name of this screen: from the address, else the server's default. */
export function screenName(page, parameter) {
  return new URLSearchParams(location.search).get(parameter) || page.name;
}

/** Keep a token. */
export function keepToken(kind, name, token) {
  localStorage.setItem(slot(kind, name), token);
}

/** Forget a token that the server no longer takes. */
export function forgetToken(kind, name) {
  localStorage.removeItem(slot(kind, name));
}

/**
 * Return this screen's token. Without one: the demonstration gives one at once, else the browser
 * goes to the pairing page (and the promise stays open).
 * @param {{demo: boolean}} page
 * @returns {Promise<string>}
 */
export async function obtainToken(page, kind, name) {
  const kept = localStorage.getItem(slot(kind, name));
  if (kept) {
    return kept;
  }
  if (page.demo) {
    return demoToken(kind, name);
  }
  goPair(kind, name);
  return new Promise(() => {});
}

/** Open the pairing page for this screen. */
export function goPair(kind, name) {
  location.assign(`/pair?kind=${encodeURIComponent(kind)}&name=${encodeURIComponent(name)}`);
}

async function demoToken(kind, name) {
  for (;;) {
    const answer = await ask("/pair/demo", {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Moiso-Lab": "1" },
      body: JSON.stringify({ kind, name }),
    });
    if (answer.status === 200) {
      keepToken(kind, name, answer.data.token);
      return answer.data.token;
    }
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}
