/** The clerk's page: call, recall, absent, finish; by keys as well as by mouse. */

import { byId, fill, icon } from "../../static/js/dom.js";
import { startLive } from "../../static/js/live.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { makeOnce } from "../../static/js/once.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { makeClock } from "../../static/js/time.js";
import { drawButtons, drawConsole, drawDurations } from "./draw.js";
import { wireIssue } from "./issue.js";
import { reduce } from "./reduce.js";
import { wireSlip } from "./slip.js";
import { makeTurn } from "./turn.js";
import { VERBS } from "./verbs.js";

const SAID_MS = 6000;
const SIGNS = { good: "circle-check", plain: "info", trouble: "triangle-alert" };

const page = pageData();
const texts = makeTexts(page);
const clock = makeClock(page.at);
const lostBanner = makeLostBanner(texts);
const once = makeOnce(page);
const turn = makeTurn(page.hold_ms, lock);
let state = null;
let live = null;
let busy = false;
let pressed = null; // the verb that was pressed while another one was under way
let lost = true;
let saidUntil = 0;
let doubted = null; // the body of the unanswered request that the note tells of

function render() {
  if (state) {
    drawConsole(state, texts, clock.now());
  }
  lock();
}

function lock() {
  drawButtons(state, busy, lost, turn.held());
}

/** Say what happened; `kind` is one of SIGNS and decides the colour. */
function say(words, kind) {
  const note = byId("said");
  note.className = `note said note-${kind}`;
  fill(note, icon(SIGNS[kind]), words);
  saidUntil = performance.now() + SAID_MS;
  doubted = null;
}

function hush() {
  saidUntil = 0;
  doubted = null;
  const note = byId("said");
  note.className = "note said said-empty";
  fill(note);
}

async function send(url, body, done, verb = null) {
  busy = true;
  pressed = null;
  lock();
  const answer = await once(url, body);
  busy = false;
  if (answer.status === 401) {
    goLogin();
  } else if (answer.error) {
    sayError(answer.error, body);
  } else {
    done(answer.data);
  }
  lock();
  if (!answer.error) {
    actNext(verb);
  }
}

function sayError(error, body) {
  if (error.code === "no_answer") {
    say(texts.t("console.no_answer"), "trouble");
    doubted = body;
    endDoubt();
    return;
  }
  if (error.code === "counter_changed" && state) {
    turn.know(state.ticket); // an answer that came late may have said otherwise
  }
  say(texts.error(error, clock.now()), "trouble");
}

/** Where the live channel tells that the counter has moved on, nobody is asked to press again. */
function endDoubt() {
  if (!doubted || doubted.ticket === undefined || doubted.ticket === turn.seen()) {
    return;
  }
  const called = turn.held();
  if (called) {
    say(texts.t("console.called_ok", { label: called.label }), "good");
  } else {
    hush();
  }
}

function act(verb) {
  if (busy) {
    pressed = verb; // judged by what the counter is after the answer
    return;
  }
  if (byId(verb.button).disabled) {
    hintHeld(verb);
    return;
  }
  const url = `/api/v1/counters/${page.counter}/${verb.name}`;
  const body = { ticket: turn.seen() };
  const done = (answer) => {
    turn.know(answer.ticket); // the next press may be faster than the live channel
    if (answer.ticket) {
      say(texts.t(verb.done, { label: answer.ticket.label }), "good");
    } else {
      say(texts.t("console.empty_queue"), "trouble");
    }
  };
  send(url, body, done, verb);
}

/** Do what was pressed while `before` was under way; the same verb again was the same wish. */
function actNext(before) {
  const verb = pressed;
  pressed = null;
  if (!verb) {
    return;
  }
  const button = byId(verb.button);
  if (verb === before) {
    hintHeld(verb);
  } else if (button.disabled && verb.name !== "call-next") {
    const action = button.querySelector(".action-name").textContent;
    say(texts.t("console.not_taken", { action }), "trouble");
  } else {
    act(verb);
  }
}

function hintHeld(verb) {
  const held = turn.held();
  if (verb.name === "call-next" && held && !busy && !lost) {
    say(texts.t("console.just_called", { label: held.label }), "plain");
  }
}

function bringBack(id) {
  send(`/api/v1/tickets/${id}/return`, {}, (answer) => {
    say(texts.t("console.returned_ok", { label: answer.ticket.label }), "good");
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
  turn.know(next.ticket);
  endDoubt();
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
  byId("do-call-next").style.setProperty("--hold", `${page.hold_ms}ms`);
  listen();
  wireIssue(page, texts, () => clock.now());
  wireSlip(page, texts, () => clock.now(), () => state, (words) => say(words, "good"));
  lock();
  setInterval(() => {
    if (saidUntil && performance.now() > saidUntil) {
      hush();
    }
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
