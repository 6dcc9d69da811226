/** The clerk's page: call, recall, absent, finish; by keys as well as by mouse. */

import { post, requestId } from "../../static/js/api.js";
import { byId, fill, icon } from "../../static/js/dom.js";
import { startLive } from "../../static/js/live.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { makeClock } from "../../static/js/time.js";
import { drawButtons, drawConsole, drawDurations } from "./draw.js";
import { wireIssue } from "./issue.js";
import { reduce } from "./reduce.js";
import { wireSlip } from "./slip.js";
import { VERBS } from "./verbs.js";

const ANSWER_MS = 5000;
const SAID_MS = 6000;

const page = pageData();
const texts = makeTexts(page);
const clock = makeClock(page.at);
const lostBanner = makeLostBanner(texts);
let state = null;
let live = null;
let busy = false;
let lost = true;
let saidUntil = 0;

function render() {
  if (state) {
    drawConsole(state, texts, clock.now());
  }
  drawButtons(state, busy, lost);
}

/** Say what happened; `good` decides the colour. */
function say(words, good) {
  const note = byId("said");
  note.className = `note said ${good ? "note-good" : "note-trouble"}`;
  fill(note, icon(good ? "circle-check" : "triangle-alert"), words);
  saidUntil = performance.now() + SAID_MS;
}

function hush() {
  if (saidUntil && performance.now() > saidUntil) {
    saidUntil = 0;
    const note = byId("said");
    note.className = "note said said-empty";
    fill(note);
  }
}

async function send(url, done) {
  busy = true;
  drawButtons(state, busy, lost);
  const headers = { "X-CSRFToken": page.csrf };
  const answer = await post(url, { request_id: requestId() }, headers, ANSWER_MS);
  busy = false;
  drawButtons(state, busy, lost);
  if (answer.status === 401) {
    goLogin();
  } else if (answer.error) {
    sayError(answer.error);
  } else {
    done(answer.data);
  }
}

function sayError(error) {
  say(error.code === "no_answer" ? texts.t("console.no_answer") : texts.error(error, clock.now()), false);
}

function act(verb) {
  if (busy || byId(verb.button).disabled) {
    return;
  }
  send(`/api/v1/counters/${page.counter}/${verb.name}`, (answer) => {
    if (answer.ticket) {
      say(texts.t(verb.done, { label: answer.ticket.label }), true);
    } else {
      say(texts.t("console.empty_queue"), false);
    }
  });
}

function bringBack(id) {
  send(`/api/v1/tickets/${id}/return`, (answer) => {
    say(texts.t("console.returned_ok", { label: answer.ticket.label }), true);
  });
}

function goLogin() {
  location.assign("/login?next=/console");
}

function listen() {
  VERBS.forEach((verb) => byId(verb.button).addEventListener("click", () => act(verb)));
  document.addEventListener("keydown", (press) => {
    const verb = VERBS.find((one) => one.key && one.key === press.key);
    const plain = !press.ctrlKey && !press.altKey && !press.metaKey && !press.shiftKey;
    if (!plain || (!verb && press.key !== "F9")) {
      return;
    }
    press.preventDefault(); // F9 is kept for the transfer of a ticket
    if (verb && !press.repeat && !byId("issue").open && !byId("slip").open) {
      act(verb);
    }
  });
  byId("absent").addEventListener("click", (click) => {
    const button = click.target.closest("[data-return]");
    if (button) {
      bringBack(button.dataset.return);
    }
  });
}

function onState(next) {
  state = next;
  lost = false;
  document.body.classList.remove("console-lost");
  lostBanner.hide();
  render();
}

function onLost() {
  lost = true;
  document.body.classList.add("console-lost");
  lostBanner.show(live ? live.heardAgoMs() : null);
  render();
}

function start() {
  listen();
  wireIssue(page, texts, () => clock.now());
  wireSlip(page, texts, () => clock.now(), () => state, (words) => say(words, true));
  drawButtons(state, busy, lost);
  setInterval(() => {
    hush();
    if (state && !lost) {
      drawDurations(state, texts, clock.now());
    }
  }, 1000);
  live = startLive({
    token: page.live_token,
    reduce,
    clock,
    onState,
    onLost,
    onBack: render,
    onDenied: goLogin,
  });
}

start();
