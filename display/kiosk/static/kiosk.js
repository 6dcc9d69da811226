/** The kiosk: choose a service, get a number; ready for the next citizen by itself. */

import { byId, setText } from "../../static/js/dom.js";
import { startLive } from "../../static/js/live.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { dayText, makeClock, officeTime } from "../../static/js/time.js";
import { forgetToken, goPair, obtainToken, screenName } from "../../static/js/token.js";
import { drawHome } from "./home.js";
import { takeNumber } from "./issue.js";
import { printerBad } from "./printer.js";
import { reduce } from "./reduce.js";
import { advance, newResult, SCREEN_AFTER_MS } from "./result.js";
import { drawResult } from "./show-result.js";

const IDLE_MS = 15000;
const MESSAGE_MS = 8000;
const SHOW_AGAIN_MS = 12000;
const MOST_EARLIER = 3;

const page = pageData();
const texts = makeTexts(page);
const clock = makeClock(page.at);
const lostBanner = makeLostBanner(texts);
const name = screenName(page, "name");
const firstLanguage = "vi";

let state = null;
let live = null;
let token = "";
let touchedAt = performance.now();
let askedAt = null;
const seen = new Set();
const ui = {
  places: page.places,
  priority: false,
  pending: null,
  blocked: true,
  result: null,
  earlier: [],
  message: null,
};

/** Draw everything from `state` and `ui`. */
function render() {
  document.documentElement.lang = texts.lang;
  drawFrame();
  if (state) {
    drawHome(state, ui, texts, clock.now());
    drawResult(ui.result, ui.earlier, state.printer, page.places, texts);
  }
  drawMessage();
}

function drawFrame() {
  setText(byId("clock-time"), officeTime(clock.now()));
  setText(byId("clock-day"), dayText(texts.t, clock.now()));
  setText(byId("choose"), texts.t("kiosk.choose"));
  setText(byId("choose-hint"), texts.t("kiosk.choose_hint"));
  Array.from(document.querySelectorAll("[data-language]")).forEach((button) => {
    button.setAttribute("aria-pressed", String(button.dataset.language === texts.lang));
  });
  byId("blocked").hidden = !ui.blocked;
  setText(
    byId("blocked-words"),
    texts.t(live && live.isLost() ? "kiosk.lost_hint" : "live.connecting")
  );
  byId("blocked").classList.toggle("blocked-lost", Boolean(live && live.isLost()));
}

function drawMessage() {
  const layer = byId("message");
  layer.hidden = !ui.message;
  if (ui.message) {
    const said = ui.message.say();
    setText(byId("message-title"), said.title);
    setText(byId("message-words"), said.words);
    setText(byId("message-close"), texts.t("common.close"));
  }
}

/** Show a message over the page; `say` is asked again when the language changes. */
function tell(say) {
  ui.message = { say, until: performance.now() + MESSAGE_MS };
  render();
  byId("message-close").focus();
}

function tellError(error) {
  tell(() => ({ title: texts.t("kiosk.refused"), words: texts.error(error, clock.now()) }));
}

function tellFailure() {
  tell(() => ({ title: texts.t("kiosk.failed"), words: texts.t("kiosk.failed_hint") }));
}

// The id alone is not enough: a new database counts from one again while this page stays open.
function keyOf(given) {
  return `${given.ticket.id} ${given.ticket.issued_at}`;
}

/** Put a number on the glass, once; the answer and the live event tell of the same ticket. */
function showNumber(given) {
  if (ui.result && keyOf(ui.result) === keyOf(given)) {
    ui.result = Object.assign({}, ui.result, { qr: given.qr || ui.result.qr, url: given.url });
  } else if (!seen.has(keyOf(given))) {
    if (ui.result && ui.result.stage !== "take") {
      ui.earlier = [ui.result].concat(ui.earlier).slice(0, MOST_EARLIER);
    }
    ui.result = newResult(given, performance.now());
    ui.message = null;
    setTimeout(moveOn, SCREEN_AFTER_MS + 10); // at once, not at the next quarter of a second
  }
  seen.add(keyOf(given));
  moveOn();
}

/** Let the clock and the printer's news change what the result screen says. */
function moveOn() {
  if (ui.result) {
    const known = state && state.recent.find((one) => keyOf(one) === keyOf(ui.result));
    const news = known || ui.result;
    ui.result.elsewhere = standsIn(news.printer);
    const bad = Boolean(state) && !ui.result.elsewhere && printerBad(state.printer);
    ui.result = advance(ui.result, news.paper, bad, performance.now());
    if (!ui.result) {
      startOver();
      return;
    }
  }
  render();
}

/** The name of the printer where a slip comes out, if it is not this kiosk's own; else "". */
function standsIn(printer) {
  const own = state && state.printer ? state.printer.device : printer;
  return printer && printer !== own ? printer : "";
}

/** Make the kiosk ready for the next citizen. */
function startOver() {
  ui.result = null;
  ui.earlier = [];
  ui.message = null;
  ui.priority = false;
  texts.lang = firstLanguage;
  render();
  lostBanner.paint();
}

async function press(service) {
  if (ui.pending || ui.blocked) {
    return;
  }
  ui.pending = service;
  render();
  const answer = await takeNumber(token, service, ui.priority);
  ui.pending = null;
  if (answer.given) {
    showNumber(answer.given);
  } else if (answer.status === 401) {
    onDenied();
  } else if (answer.status === 0 || answer.status >= 500) {
    tellFailure();
  } else {
    tellError(answer.error);
  }
}

function onState(next, event) {
  state = next;
  ui.blocked = false;
  lostBanner.hide();
  if (event === null) {
    showAgain();
  } else if (event.type === "ticket.issued" && event.payload.kiosk === state.kiosk) {
    showNumber(state.recent[0]);
  } else if (event.type === "press.refused" && event.payload.kiosk === state.kiosk) {
    tellError({ code: event.payload.code, fields: {} });
  }
  moveOn();
}

// A button's number that was given while this page was away is still shown to its citizen.
function showAgain() {
  const missed = state.recent.filter(
    (one) => !seen.has(keyOf(one)) && clock.now() - Date.parse(one.ticket.issued_at) < SHOW_AGAIN_MS
  );
  state.recent.forEach((one) => missed.indexOf(one) < 0 && seen.add(keyOf(one)));
  missed.reverse().forEach(showNumber);
}

function onLost() {
  ui.blocked = true;
  lostBanner.show(live ? live.heardAgoMs() : null);
  render();
}

function onDenied() {
  forgetToken("kiosk", name);
  if (page.demo) {
    location.reload();
  } else {
    goPair("kiosk", name);
  }
}

function everySecond() {
  const now = performance.now();
  if (ui.message && now > ui.message.until) {
    ui.message = null;
  }
  const idle = now - touchedAt > IDLE_MS && !ui.result && !ui.pending;
  if (idle && (ui.priority || texts.lang !== firstLanguage)) {
    startOver();
  }
  if (live && state && state.changes_at && !ui.blocked) {
    const due = clock.now() > Date.parse(state.changes_at);
    if (due && askedAt !== state.changes_at) {
      askedAt = state.changes_at;
      live.hello();
    }
  }
  moveOn();
}

function listen() {
  const touched = () => {
    touchedAt = performance.now();
  };
  document.addEventListener("pointerdown", touched);
  document.addEventListener("keydown", touched);
  byId("services").addEventListener("click", (click) => {
    const button = click.target.closest("[data-service]");
    if (button && !button.disabled) {
      press(button.dataset.service);
    }
  });
  byId("priority").addEventListener("click", () => {
    ui.priority = !ui.priority;
    render();
  });
  byId("language").addEventListener("click", (click) => {
    const button = click.target.closest("[data-language]");
    if (button) {
      texts.lang = button.dataset.language;
      render();
      lostBanner.paint();
    }
  });
  byId("result-done").addEventListener("click", startOver);
  byId("message-close").addEventListener("click", () => {
    ui.message = null;
    render();
  });
  document.addEventListener("contextmenu", (menu) => menu.preventDefault());
}

async function start() {
  listen();
  render();
  setInterval(everySecond, 250);
  token = await obtainToken(page, "kiosk", name);
  live = startLive({ token, reduce, clock, onState, onLost, onBack: render, onDenied });
}

start();
