/** The citizen's page: keeps one number up to date, as often as the server asks. */

import { ask } from "../../static/js/api.js";
import { byId, setText, shrinkToFit } from "../../static/js/dom.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { officeTime } from "../../static/js/time.js";
import { waitRange } from "../../static/js/wait.js";
import { makeBell } from "./bell.js";
import { keepLooking } from "./poll.js";
import { makeRating } from "./rate.js";

const GONE = 410;
const NOT_CHANGED = 304;
const SLOWEST_S = 60;
const ANSWER_MS = 6000;

const page = pageData();
const texts = makeTexts(page);
const rating = makeRating(page, texts);
const bell = makeBell(page.ticket);
let etag = "";
let pollS = page.poll_s || 5;

/** Draw one answer of the server. */
function render(answer) {
  const ticket = answer.ticket;
  setText(byId("number"), ticket.label);
  setText(byId("service"), texts.name(ticket, "service"));
  setText(byId("state"), texts.t(`state.${ticket.state}`));
  byId("priority").hidden = !ticket.priority;
  byId("number-card").className = `ticket number-card number-${ticket.state}`;
  byId("told-ahead").hidden = ticket.state !== "waiting";
  byId("told-counter").hidden = ticket.state !== "called";
  setText(byId("ahead-title"), texts.t(answer.ahead === 0 ? "phone.next" : "phone.ahead"));
  byId("ahead").hidden = answer.ahead === 0;
  setText(byId("ahead"), String(answer.ahead));
  byId("wait").hidden = !answer.wait;
  setText(byId("wait-range"), answer.wait ? waitRange(answer.wait, texts) : "");
  setText(byId("counter"), texts.t("phone.counter", { n: ticket.counter }));
  drawHint(ticket);
  drawUpdated(answer.at, ticket);
  rating.heard(answer);
  shrinkToFit(byId("number"));
  shrinkToFit(byId("counter"));
  document.title = `${ticket.label} · ${texts.t(`state.${ticket.state}`)}`;
}

function drawHint(ticket) {
  const key = `phone.${ticket.state}_hint`;
  const hint = byId("hint");
  hint.hidden = !texts.has(key);
  setText(hint, texts.has(key) ? texts.t(key, { n: ticket.counter }) : "");
}

function drawUpdated(at, ticket) {
  const issued = texts.t("phone.issued", { time: officeTime(ticket.issued_at) });
  const updated = at ? texts.t("phone.updated", { time: officeTime(at) }) : "";
  setText(byId("updated"), [issued, updated].filter(Boolean).join(" · "));
}

function showGone() {
  poll.stop();
  rating.stop();
  bell.stop();
  byId("number-card").hidden = true;
  byId("updated").hidden = true;
  byId("offline").hidden = true;
  byId("gone").hidden = false;
}

async function look() {
  const answer = await ask(page.state_url, { headers: etag ? { "If-None-Match": etag } : {} }, ANSWER_MS);
  if (answer.status === GONE) {
    showGone();
    return;
  }
  byId("offline").hidden = !answer.error || answer.status === NOT_CHANGED;
  if (!answer.error) {
    pollS = Math.min(answer.data.poll_s || pollS, SLOWEST_S);
    bell.heard(answer.data.ticket); // even if drawing should fail
    render(answer.data);
    etag = answer.etag; // only now: what was not drawn is asked for again
  }
}

render({ ticket: page.ticket, ahead: page.ahead, wait: page.wait, at: page.at, rating: page.rating });
const poll = keepLooking(look, () => pollS * 1000);

// A phone that was in a pocket shows the present at once.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    poll.soon();
  }
});
