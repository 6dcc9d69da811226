/** Rating on the phone, once the citizen was served and as long as the panel's window is open. */

import { byId, fill, setText } from "../../static/js/dom.js";
import { face, levelButton, reasonButton, sendPress, sendReasons, toggled } from "../../static/js/rating.js";
import { makeClock } from "../../static/js/time.js";

/**
 * Make the rating part of the page; `heard` takes every answer of the server, `stop` ends it for good.
 * @param {any} page
 * @param {any} texts
 */
export function makeRating(page, texts) {
  const clock = makeClock(page.at);
  let told = null;
  let ticket = null;
  let mine = null; // {level, rating, chosen, left} once this phone has rated
  let again = false; // "choose again" was touched
  let sending = null;
  let said = "";
  let over = false;

  function open() {
    return Boolean(told && told.until && clock.now() < Date.parse(told.until));
  }

  function draw() {
    if (over) {
      return; // a press may be answered after the end
    }
    const ask = open() && (again || (!mine && !told.rated));
    const thanks = Boolean(mine) && !again;
    const words = !ask && !thanks && (said || (told && told.rated ? "phone.rated" : ""));
    byId("rate").hidden = !(ask || thanks || words);
    byId("rate-ask").hidden = !ask;
    byId("rate-thanks").hidden = !thanks;
    byId("rate-said").hidden = !words;
    setText(byId("rate-said"), words ? texts.t(words) : "");
    if (ask) {
      drawAsk();
    }
    if (thanks) {
      drawThanks();
    }
  }

  function drawAsk() {
    setText(byId("rate-title"), texts.t("rate.question", { n: ticket.counter }));
    const list = byId("rate-levels");
    if (list.dataset.key !== String(sending)) {
      list.dataset.key = String(sending);
      fill(list, ...page.levels.map((level) => levelButton(level, texts)));
      Array.from(list.querySelectorAll(".level")).forEach((button) => {
        button.disabled = Boolean(sending);
        button.classList.toggle("level-sent", button.dataset.level === sending);
      });
    }
  }

  function drawThanks() {
    const bad = page.negative.indexOf(mine.level) >= 0 && !mine.left;
    fill(byId("rate-face"), face(mine.level));
    setText(byId("rate-level"), texts.t("rate.stored", { level: texts.t(`level.${mine.level}`) }));
    byId("rate-why").hidden = !bad;
    byId("rate-leave").hidden = !bad;
    byId("rate-change").hidden = !open();
    setText(byId("rate-leave"), texts.t(mine.chosen.length ? "rate.send" : "rate.skip"));
    const list = byId("rate-reasons");
    const key = mine.chosen.join();
    if (list.dataset.key !== key) {
      list.dataset.key = key;
      fill(list, ...page.reasons.map((reason) => reasonButton(reason, mine.chosen, texts)));
    }
  }

  async function press(level) {
    if (sending || !open()) {
      return;
    }
    sending = level;
    said = "";
    draw();
    const sent = await sendPress(page.rating_url, { level }, {});
    sending = null;
    if (sent.heard) {
      mine = { level, rating: sent.rating, chosen: [], left: false };
      again = false;
      // The server will say the same at the next look; until then five seconds to choose again.
      told = Object.assign({}, told, { until: soonest(told.until, clock.now() + 5000), rated: true });
    } else {
      said = sent.error ? "rate.failed" : "rate.late";
    }
    draw();
  }

  function sendWhy() {
    if (mine && mine.chosen.length && !mine.left) {
      sendReasons(`${page.rating_url}/reasons`, mine.rating, mine.chosen, {});
    }
  }

  byId("rate-levels").addEventListener("click", (click) => {
    const button = click.target.closest("[data-level]");
    if (button && !button.disabled) {
      press(button.dataset.level);
    }
  });
  byId("rate-reasons").addEventListener("click", (click) => {
    const button = click.target.closest("[data-reason]");
    if (button) {
      mine.chosen = toggled(mine.chosen, button.dataset.reason);
      draw();
    }
  });
  byId("rate-leave").addEventListener("click", () => {
    sendWhy();
    mine.left = true;
    draw();
  });
  byId("rate-change").addEventListener("click", () => {
    sendWhy();
    again = true;
    draw();
  });
  const timer = setInterval(() => {
    again = again && open();
    if (ticket) {
      draw();
    }
  }, 500);

  return {
    heard(answer) {
      if (answer.at) {
        clock.set(answer.at);
      }
      told = answer.rating;
      ticket = answer.ticket;
      draw();
    },
    stop() {
      over = true;
      clearInterval(timer);
      byId("rate").hidden = true;
    },
  };
}

function soonest(iso, ms) {
  return new Date(Math.min(Date.parse(iso), ms)).toISOString();
}
