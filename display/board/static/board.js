/** The hall's board: the number that is called, the last calls, every counter. */

import { byId, el, fill, setText, shrinkToFit } from "../../static/js/dom.js";
import { startLive } from "../../static/js/live.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { dayText, makeClock, officeTime } from "../../static/js/time.js";
import { forgetToken, goPair, obtainToken } from "../../static/js/token.js";
import { isCall, reduce } from "./reduce.js";
import { makeVoice, soundFile } from "./voice.js";

const page = pageData();
const texts = makeTexts(page);
const clock = makeClock(page.at);
const lostBanner = makeLostBanner(texts);
const name = page.name; // the server knows which board an address with a zone means
let live = null;
let voice = null;
let shown = null;

function drawClock() {
  setText(byId("clock-time"), officeTime(clock.now()));
  setText(byId("clock-day"), dayText(texts.t, clock.now()));
}

/** Draw the whole board. */
function render(state) {
  drawRecent(state.calls.slice(1, 7));
  drawCounters(state.counters);
  drawWaiting(state);
  drawHero(state.calls[0]); // last: it takes the room that the others leave
}

function drawHero(call) {
  byId("hero-empty").hidden = Boolean(call);
  byId("hero-call").hidden = !call;
  if (!call) {
    return;
  }
  const open = call.ticket.state === "called" || call.ticket.state === "serving";
  setText(byId("hero-title"), texts.t(open ? "board.invite" : "board.just_called"));
  setText(byId("hero-number"), call.ticket.label);
  setText(byId("hero-counter"), String(call.counter));
  byId("hero-priority").hidden = !call.ticket.priority;
  byId("hero").classList.toggle("hero-past", !open);
  shrinkToFit(byId("hero-call"), 0.3);
  shrinkToFit(byId("hero-number"));
}

function drawRecent(calls) {
  byId("recent-none").hidden = calls.length > 0;
  fill(
    byId("recent"),
    ...calls.map((call) =>
      el(
        "li",
        { class: "call" },
        el("span", { class: "call-number" }, call.ticket.label),
        el("span", { class: "call-counter" }, texts.t("common.counter", { n: call.counter }))
      )
    )
  );
}

function drawCounters(counters) {
  const list = byId("counters");
  const size = sizeOf(counters.length);
  list.className = `counters counters-${size}`;
  byId("board").className = `stage stage-${size}`;
  fill(
    list,
    ...counters.map((counter) => {
      const ticket = counter.ticket;
      const state = ticket ? ticket.state : "free";
      return el(
        "li",
        { class: `counter counter-${state}` },
        el("span", { class: "counter-name" }, texts.t("common.counter", { n: counter.number })),
        el("span", { class: "counter-number" }, ticket ? ticket.label : "—"),
        el("span", { class: "counter-state" }, texts.t(`state.${state}`))
      );
    })
  );
}

function sizeOf(count) {
  return count <= 8 ? "few" : count <= 16 ? "many" : "crowd";
}

function drawWaiting(state) {
  fill(
    byId("waiting"),
    ...state.services.map((service) =>
      el(
        "li",
        { class: "queue" },
        el("span", { class: "queue-name" }, texts.name(service, "name")),
        el("strong", { class: "queue-count" }, String(state.waiting[service.code] || 0))
      )
    )
  );
}

// Only an event may draw attention: a snapshot tells what is, not what just happened.
function attract() {
  const hero = byId("hero");
  hero.classList.remove("hero-calling");
  void hero.offsetWidth; // makes the browser start the animation anew
  hero.classList.add("hero-calling");
}

// The button takes its room from the stage, so everything is drawn anew; old data never while lost.
function drawSound(state) {
  const locked = state === "locked";
  byId("sound-on").hidden = !locked;
  document.body.classList.toggle("board-locked", locked);
  if (shown && !live.isLost()) {
    render(shown);
  }
}

function tellSound() {
  if (voice.state() !== "") {
    live.say("sound", { state: voice.state() });
  }
}

function onState(state, event) {
  shown = state;
  byId("connecting").hidden = true;
  lostBanner.hide();
  if (event === null) {
    byId("hero").classList.remove("hero-calling");
    voice.speak(state.sound);
    state.unspoken.forEach((call) => voice.call(call.seq, soundFile(call)));
    tellSound();
  }
  render(state);
  if (event !== null && isCall(state, event)) {
    attract();
    voice.call(event.seq, soundFile(event.payload));
    const call = state.calls[0];
    const said = [texts.t("board.invite"), call.ticket.label, texts.t("board.to_counter"), call.counter];
    setText(byId("said"), said.join(" "));
  }
}

// Alone, it goes on: what it was told is still true.
function onQuiet() {
  if (shown && shown.others) {
    voice.speak(false);
  }
}

function onLost() {
  byId("board").classList.add("board-lost");
  lostBanner.show(live ? live.heardAgoMs() : null);
}

function onDenied() {
  forgetToken("board", name);
  if (page.demo) {
    location.reload();
  } else {
    goPair("board", name);
  }
}

async function start() {
  drawClock();
  setInterval(drawClock, 1000);
  const token = await obtainToken(page, "board", name);
  voice = makeVoice({
    token,
    onState(state) {
      drawSound(state);
      tellSound();
    },
    onSpoken: (seq, file) => live.say("spoken", { seq, file }),
    onUnheard: (seq, file) => live.say("unheard", { seq, file }),
  });
  byId("sound-on").addEventListener("click", voice.unlock);
  live = startLive({ token, reduce, clock, onState, onLost, onQuiet, onBack: drawClock, onDenied });
  live.on("speaker", (message) => voice.speak(message.sound));
}

start();
