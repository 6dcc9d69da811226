/** The status page: asks for a snapshot every few seconds, as much of it is judged by age. */

import { startLive } from "../../static/js/live.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { makeClock } from "../../static/js/time.js";
import { drawStatus } from "./draw.js";
import { makePaper } from "./paper.js";
import { drawRatings } from "./ratings.js";
import { makeSlips } from "./slips.js";
import { reduce } from "./reduce.js";

const ASK_MS = 5000;

const page = pageData();
const texts = makeTexts(page);
const clock = makeClock(page.at);
const lostBanner = makeLostBanner(texts);

function start() {
  let live = null;

  function ask() {
    if (live && !live.isLost()) {
      live.hello();
    }
  }

  const drawSlips = makeSlips(page, texts, clock.now, ask);
  const drawPaper = makePaper(page, texts, clock.now, ask);

  function draw(state) {
    drawStatus(state, texts, clock.now());
    drawPaper(state.lines);
    drawSlips(state);
    drawRatings(state.ratings, texts);
  }

  draw(page.status);
  live = startLive({
    token: page.live_token,
    reduce,
    clock,
    onState(state) {
      lostBanner.hide();
      document.body.classList.remove("status-lost");
      draw(state);
    },
    onLost() {
      document.body.classList.add("status-lost");
      lostBanner.show(live ? live.heardAgoMs() : null);
    },
    onBack() {},
    onDenied() {
      location.assign("/login?next=/status");
    },
  });
  setInterval(ask, ASK_MS);
}

start();
