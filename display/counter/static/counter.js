/** The small screen at a counter: the number that is called or served, or that one may wait. */

import { byId, el, fill, setText, shrinkToFit } from "../../static/js/dom.js";
import { startLive } from "../../static/js/live.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { makeClock, officeTime, whenText } from "../../static/js/time.js";
import { forgetToken, goPair, obtainToken } from "../../static/js/token.js";
import { isCall, reduce } from "./reduce.js";

const page = pageData();
const texts = makeTexts(page);
const clock = makeClock(page.at);
const lostBanner = makeLostBanner(texts);
const name = page.name; // the server knows which counter an address without one means
let live = null;
let shown = null;
let askedAt = null;

function drawClock() {
  setText(byId("clock"), officeTime(clock.now()));
}

function render(state) {
  const ticket = state.ticket;
  byId("stage").dataset.state = ticket ? ticket.state : state.open ? "free" : "closed";
  byId("rest").hidden = Boolean(ticket);
  byId("call").hidden = !ticket;
  if (ticket) {
    drawTicket(ticket);
  } else {
    drawRest(state);
  }
  drawServices(state);
  const total = state.services.reduce((sum, one) => sum + (state.waiting[one.code] || 0), 0);
  setText(byId("waiting"), texts.t("counter.waiting", { n: total }));
}

function drawTicket(ticket) {
  const serving = ticket.state === "serving";
  setText(byId("call-title"), texts.t(serving ? "counter.serving" : "counter.invite"));
  setText(byId("call-number"), ticket.label);
  byId("call-priority").hidden = !ticket.priority;
  shrinkToFit(byId("call-number"));
}

function drawRest(state) {
  setText(byId("rest-title"), texts.t(state.open ? "counter.free" : "counter.closed"));
  const next = state.next_open
    ? texts.t("counter.closed_until", { when: whenText(texts.t, state.next_open, clock.now()) })
    : "";
  setText(byId("rest-hint"), state.open ? texts.t("counter.free_hint") : next);
}

function drawServices(state) {
  const names = state.services.map((service) => texts.name(service, "name"));
  const list = byId("services");
  if (list.dataset.names !== names.join("|")) {
    list.dataset.names = names.join("|");
    fill(list, ...names.map((words) => el("li", {}, words)));
  }
}

// Only an event may draw attention: a snapshot tells what is, not what just happened.
function attract(state) {
  const stage = byId("stage");
  stage.classList.remove("stage-calling");
  void stage.offsetWidth; // makes the browser start the animation anew
  stage.classList.add("stage-calling");
  setText(byId("said"), `${texts.t("counter.invite")} ${state.ticket.label}`);
}

function onState(state, event) {
  shown = state;
  byId("connecting").hidden = true;
  byId("stage").classList.remove("stage-lost");
  byId("foot").hidden = false;
  lostBanner.hide();
  if (event === null) {
    byId("stage").classList.remove("stage-calling");
  }
  render(state);
  if (event !== null && isCall(state, event) && state.ticket) {
    attract(state);
  }
}

function onLost() {
  byId("stage").classList.add("stage-lost");
  byId("foot").hidden = true;
  lostBanner.show(live ? live.heardAgoMs() : null);
}

function onDenied() {
  forgetToken("counter", name);
  if (page.demo) {
    location.reload();
  } else {
    goPair("counter", name);
  }
}

function everySecond() {
  drawClock();
  if (shown && live && !live.isLost() && shown.changes_at && askedAt !== shown.changes_at) {
    if (clock.now() > Date.parse(shown.changes_at)) {
      askedAt = shown.changes_at;
      live.hello(); // the counter opens or closes
    }
  }
}

async function start() {
  drawClock();
  setInterval(everySecond, 1000);
  const token = await obtainToken(page, "counter", name);
  live = startLive({ token, reduce, clock, onState, onLost, onBack: drawClock, onDenied });
}

start();
