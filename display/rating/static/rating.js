/** The rating tablet: asks whoever was just served, thanks, and is ready for the next by itself. */

import { byId, fill, setText } from "../../static/js/dom.js";
import { startLive } from "../../static/js/live.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { face, levelButton, reasonButton, sendPress, sendReasons, toggled } from "../../static/js/rating.js";
import { makeTexts } from "../../static/js/texts.js";
import { makeClock } from "../../static/js/time.js";
import { forgetToken, goPair, obtainToken, screenName } from "../../static/js/token.js";
import { reduce } from "./reduce.js";

const THANKS_MS = 7000;
const REASONS_MS = 20000;
const MESSAGE_MS = 6000;
const URL = "/api/v1/ratings";
const STAGES = ["idle", "ask", "thanks", "message"];

const page = pageData();
const texts = makeTexts(page);
const clock = makeClock(page.at);
const lostBanner = makeLostBanner(texts);
const counter = screenName(page, "counter");

let state = null;
let live = null;
let token = "";
let ui = fresh();

/** Nobody has pressed anything: `done` is the ticket that is not asked again. */
function fresh(done) {
  return { stage: null, ticket: null, level: null, rating: null, chosen: [], end: 0, done: done || null, said: "", sending: false };
}

function armed() {
  const asked = state && state.armed;
  return asked && !(live && live.isLost()) && clock.now() < Date.parse(asked.until) ? asked : null;
}

function stage() {
  if (ui.stage) {
    return ui.stage;
  }
  const asked = armed();
  return asked && asked.ticket !== ui.done && !(asked.rated && ui.done === null) ? "ask" : "idle";
}

/** Draw what is true now. */
function render() {
  document.documentElement.lang = texts.lang;
  const shown = stage();
  STAGES.forEach((name) => {
    byId(name).hidden = name !== shown;
  });
  drawWords();
  if (shown === "ask") {
    drawAsk();
  } else if (shown === "thanks") {
    drawThanks();
  }
}

function drawWords() {
  setText(byId("sign"), texts.t("common.counter", { n: counter }));
  setText(byId("idle-title"), texts.t("rate.idle"));
  const lost = live && live.isLost();
  setText(byId("idle-hint"), texts.t(lost ? "rate.lost_hint" : "rate.idle_hint"));
  setText(byId("question"), texts.t("rate.question", { n: counter }));
  setText(byId("private"), texts.t("rate.private"));
  if (ui.said) {
    setText(byId("message-title"), texts.t(`rate.${ui.said}`));
    setText(byId("message-hint"), texts.t(`rate.${ui.said}_hint`));
  }
  Array.from(document.querySelectorAll("[data-language]")).forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.language === texts.lang));
  });
}

function drawAsk() {
  const asked = armed();
  setText(byId("number"), asked ? texts.t("rate.ticket", { number: asked.label }) : "");
  redraw(byId("levels"), `${texts.lang} ${ui.level} ${ui.sending}`, () =>
    page.levels.map((level) => {
      const item = levelButton(level, texts);
      item.firstChild.disabled = ui.sending;
      item.firstChild.classList.toggle("level-sent", ui.sending && level === ui.level);
      return item;
    })
  );
}

function drawThanks() {
  const bad = page.negative.indexOf(ui.level) >= 0;
  setText(byId("thanks-title"), texts.t("rate.thanks"));
  setText(byId("thanks-level"), texts.t("rate.stored", { level: texts.t(`level.${ui.level}`) }));
  redraw(byId("thanks-face"), ui.level, () => [face(ui.level)]);
  byId("why").hidden = !bad;
  byId("thanks").classList.toggle("thanks-why", bad);
  setText(byId("why-title"), texts.t("rate.why"));
  redraw(byId("reasons"), `${texts.lang} ${ui.chosen.join()}`, () =>
    page.reasons.map((reason) => reasonButton(reason, ui.chosen, texts))
  );
  const asked = armed();
  byId("change").hidden = !(asked && asked.ticket === ui.ticket);
  setText(byId("change"), texts.t("rate.change"));
  byId("leave").hidden = !bad;
  setText(byId("leave"), texts.t(ui.chosen.length ? "rate.send" : "rate.skip"));
}

// Focus must not be lost to a button that was built anew every quarter of a second.
function redraw(node, key, make) {
  if (node.dataset.key !== key) {
    const held = document.activeElement && document.activeElement.dataset.reason;
    node.dataset.key = key;
    fill(node, ...make());
    if (held && node.querySelector(`[data-reason=${held}]`)) {
      node.querySelector(`[data-reason=${held}]`).focus();
    }
  }
}

function headers() {
  return { Authorization: `Bearer ${token}` };
}

async function press(level) {
  const asked = armed();
  if (!asked || ui.sending) {
    return;
  }
  ui = Object.assign(fresh(), { stage: "ask", ticket: asked.ticket, level, sending: true });
  render();
  const body = { counter: Number(counter), level, ticket: asked.ticket };
  const sent = await sendPress(URL, body, headers());
  if (sent.heard) {
    const long = page.negative.indexOf(level) >= 0 ? REASONS_MS : THANKS_MS;
    show("thanks", long, { rating: sent.rating, level });
  } else if (sent.status === 401) {
    onDenied();
  } else {
    show("message", MESSAGE_MS, { said: sent.error ? "failed" : "late" });
  }
}

function show(name, ms, more) {
  const kept = { ticket: ui.ticket, stage: name, end: performance.now() + ms };
  ui = Object.assign(fresh(), kept, more);
  render();
}

/** Leave thanks or message; reasons that were chosen are sent, a failed press may be tried again. */
function leave() {
  if (ui.stage === "thanks" && ui.chosen.length) {
    sendReasons(`${URL}/reasons`, ui.rating, ui.chosen, headers());
  }
  ui = fresh(ui.said === "failed" ? null : ui.ticket);
  texts.lang = "vi";
  render();
}

function change() {
  if (ui.chosen.length) {
    sendReasons(`${URL}/reasons`, ui.rating, ui.chosen, headers());
  }
  ui = Object.assign(fresh("nobody"), { ticket: ui.ticket });
  render();
}

function everyMoment() {
  const over = ui.stage && !ui.sending && performance.now() > ui.end;
  const asked = armed();
  const another = ui.stage && !ui.sending && asked && asked.ticket !== ui.ticket;
  if (over || another) {
    leave();
  }
  render();
}

function onState(next) {
  state = next;
  byId("connecting").hidden = true;
  document.body.classList.remove("rating-lost");
  lostBanner.hide();
  render();
}

function onLost() {
  document.body.classList.add("rating-lost");
  lostBanner.show(live ? live.heardAgoMs() : null);
  render();
}

function onDenied() {
  forgetToken("panel", counter);
  if (page.demo) {
    location.reload();
  } else {
    goPair("panel", counter);
  }
}

function onClick(selector, act) {
  return (click) => {
    const button = click.target.closest(selector);
    if (button && !button.disabled) {
      act(button);
    }
  };
}

function listen() {
  byId("levels").addEventListener("click", onClick("[data-level]", (button) => press(button.dataset.level)));
  byId("reasons").addEventListener(
    "click",
    onClick("[data-reason]", (button) => {
      ui.chosen = toggled(ui.chosen, button.dataset.reason);
      ui.end = performance.now() + REASONS_MS;
      render();
    })
  );
  byId("leave").addEventListener("click", leave);
  byId("change").addEventListener("click", change);
  byId("language").addEventListener(
    "click",
    onClick("[data-language]", (button) => {
      texts.lang = button.dataset.language;
      render();
      lostBanner.paint();
    })
  );
  document.addEventListener("contextmenu", (menu) => menu.preventDefault());
}

async function start() {
  listen();
  render();
  setInterval(everyMoment, 250);
  token = await obtainToken(page, "panel", counter);
  live = startLive({ token, reduce, clock, onState, onLost, onBack: render, onDenied });
}

start();
