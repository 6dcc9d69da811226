/** The virtual office: buttons, printers and screens of the demonstration on one page. */

import { ask } from "../../static/js/api.js";
import { byId, el, fill, icon } from "../../static/js/dom.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { drawButtons, wireButtons } from "./buttons.js";
import { drawPanels, wirePanels } from "./panels.js";
import { drawPrinters, wirePrinters } from "./printers.js";
import { buildScreens, openStaffScreens, showPhone } from "./screens.js";
import { drawTold } from "./told.js";

const POLL_MS = 500;
const HEADERS = { "Content-Type": "application/json", "X-Moiso-Lab": "1" };

const page = pageData();
const texts = makeTexts(page);
const lostBanner = makeLostBanner(texts);
let heardAt = null;

function send(path, body) {
  return ask(`/lab/api/${path}`, { method: "POST", headers: HEADERS, body: JSON.stringify(body) });
}

function render(state) {
  drawButtons(state.buttons, texts);
  drawPanels(state.panels, texts);
  drawPrinters(state.printers, texts);
  drawTold(state.told, texts);
  drawLink(state.link);
  drawAccounts(state.accounts);
  showPhone(page, state.newest, texts);
}

function drawLink(link) {
  const node = byId("link");
  const good = link === "connected";
  const words = texts.t(good ? "lab.agent_ok" : "lab.agent_lost");
  if (node.dataset.words !== words) {
    node.dataset.words = words;
    node.className = `link-state ${good ? "link-good" : "link-lost"}`;
    fill(node, icon(good ? "circle-check" : "cable"), el("span", {}, words));
  }
}

function drawAccounts(accounts) {
  const list = byId("accounts");
  if (list.childElementCount === accounts.length) {
    return;
  }
  fill(
    list,
    ...accounts.map((account) =>
      el(
        "li",
        {},
        el("strong", {}, account.username),
        el("span", {}, texts.t(`role.${account.role}`)),
        el("code", {}, texts.t("lab.password_is", { password: account.password }))
      )
    )
  );
}

async function signIn() {
  const answer = await send("sign-in", {});
  if (!answer.error) {
    openStaffScreens(page);
  }
}

async function look() {
  const answer = await ask("/lab/api/state", { headers: HEADERS });
  if (answer.error) {
    lostBanner.show(heardAt === null ? null : performance.now() - heardAt);
  } else {
    heardAt = performance.now();
    lostBanner.hide();
    render(answer.data);
  }
}

async function poll() {
  for (;;) {
    if (!document.hidden) {
      await look();
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

wireButtons((pin, level) => send("press", { pin, level }));
wirePanels((pin, level) => send("press", { pin, level, panel: true }));
wirePrinters((printer, faults) => send("fault", { printer, faults }).then(look));
byId("mend").addEventListener("click", () => send("mend", {}).then(look));
buildScreens(page, texts, signIn);
poll();
