/** The virtual office: buttons, printer and screens of the demonstration on one page. */

import { ask } from "../../static/js/api.js";
import { byId, el, fill, icon, setText } from "../../static/js/dom.js";
import { makeLostBanner } from "../../static/js/lost.js";
import { pageData } from "../../static/js/page.js";
import { makeTexts } from "../../static/js/texts.js";
import { drawButtons, wireButtons } from "./buttons.js";
import { drawPanels, wirePanels } from "./panels.js";
import { drawPrinter } from "./printer.js";
import { buildScreens } from "./screens.js";

const POLL_MS = 400;
const HEADERS = { "Content-Type": "application/json", "X-Moiso-Lab": "1" };

const page = pageData();
const texts = makeTexts(page);
const lostBanner = makeLostBanner(texts);
let heardAt = null;
let printer = null;

function send(url, body) {
  return ask(url, { method: "POST", headers: HEADERS, body: JSON.stringify(body) });
}

function render(state) {
  drawButtons(state.buttons, texts);
  drawPanels(state.panels, texts);
  printer = state.printer;
  drawPrinter(printer, texts);
  drawLink(state.link);
  drawAccounts(state.accounts);
}

function drawLink(link) {
  const node = byId("link");
  const good = link === "connected";
  const words = texts.t(good ? "lab.agent_ok" : "lab.agent_lost");
  if (node.dataset.words !== words) {
    node.dataset.words = words;
    node.className = `link-state ${good ? "link-good" : "link-lost"}`;
    fill(node, icon(good ? "circle-check" : "unplug"), el("span", {}, words));
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
  const clerk = accounts.find((account) => account.role === "clerk");
  const hint = document.querySelector(".screen-console .screen-hint");
  if (clerk && hint) {
    setText(hint, texts.t("lab.sign_in_as", clerk));
  }
}

function toggleFault(name, good, bad) {
  if (printer) {
    send("/lab/api/fault", { [name]: printer.faults[name] === bad ? good : bad }).then(look);
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

wireButtons((pin, level) => send("/lab/api/press", { pin, level }));
wirePanels((pin, level) => send("/lab/api/press", { pin, level, panel: true }));
byId("fault-paper").addEventListener("click", () => toggleFault("paper", "ok", "out"));
byId("fault-power").addEventListener("click", () => toggleFault("power", "on", "off"));
byId("fault-cover").addEventListener("click", () => toggleFault("cover", "closed", "open"));
setText(byId("printed"), "");
buildScreens(page, texts);
poll();
