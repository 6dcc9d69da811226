/** The pairing page: show a code until an administrator lets this screen in. */

import { ask } from "../../static/js/api.js";
import { byId, setText } from "../../static/js/dom.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { keepToken } from "../../static/js/token.js";

const ASK_MS = 2000;
const GONE = 410;
const ADDRESS = {
  kiosk: "/kiosk?name=",
  board: "/board?name=",
  counter: "/counter?counter=",
  panel: "/rating?counter=",
};

const page = pageData();
const texts = makeTexts(page);
const wanted = page.wanted;

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function send(url, body) {
  return ask(url, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

/** Ask until there is a code. */
async function newCode() {
  for (;;) {
    const answer = await send("/pair/start", { kind: wanted.kind, name: wanted.name });
    if (!answer.error) {
      return answer.data;
    }
    setText(
      byId("note"),
      answer.status === 0 ? texts.t("pair.no_server") : texts.error(answer.error, null)
    );
    await pause(ASK_MS);
  }
}

function showCode(code, expiresS) {
  // Two groups of three are easier to read aloud and to type.
  setText(byId("code"), `${code.slice(0, 3)} ${code.slice(3)}`);
  setText(byId("note"), texts.t("pair.expires", { minutes: Math.round(expiresS / 60) }));
}

/** Wait for the administrator's decision; null when the code is gone. */
async function claim(secret, code, expiresS) {
  for (;;) {
    await pause(ASK_MS);
    const answer = await send("/pair/claim", { secret });
    if (answer.status === 200) {
      return answer.data;
    }
    if (answer.status === GONE) {
      return null;
    }
    if (answer.status === 0) {
      setText(byId("note"), texts.t("pair.no_server"));
    } else {
      showCode(code, expiresS);
    }
  }
}

function enter(paired) {
  setText(byId("note"), texts.t("pair.paired"));
  keepToken(wanted.kind, paired.name, paired.token);
  location.replace(ADDRESS[wanted.kind] + encodeURIComponent(paired.name));
}

async function start() {
  for (;;) {
    const begun = await newCode();
    showCode(begun.code, begun.expires_s);
    const paired = await claim(begun.secret, begun.code, begun.expires_s);
    if (paired) {
      enter(paired);
      return;
    }
  }
}

start();
