/** The kiosk's second screen: the number that was given. */

import { byId, el, fill, icon, setText, shrinkToFit } from "../../static/js/dom.js";
import { waitWords } from "../../static/js/wait.js";
import { leftMs } from "./result.js";
import { printerWords, troubleName } from "./printer.js";

/**
 * Draw the number; hide the screen where `result` is null.
 * @param {any} result
 * @param {any[]} earlier results that made room for this one and are not on paper
 * @param {any} printer
 * @param {any} places what the printers are called
 * @param {any} texts
 */
export function drawResult(result, earlier, printer, places, texts) {
  const layer = byId("result");
  layer.hidden = !result;
  if (!result) {
    layer.dataset.key = "";
    return;
  }
  const trouble = noPaperCause(result, printer);
  const key = [result.ticket.id, result.stage, result.elsewhere, trouble, texts.lang, earlier.length].join("|");
  if (layer.dataset.key === key) {
    return;
  }
  layer.dataset.key = key;
  layer.dataset.stage = result.stage;
  setText(byId("result-label"), texts.t("kiosk.your_number"));
  setText(byId("result-number"), result.ticket.label);
  byId("result-priority").hidden = !result.ticket.priority;
  setText(byId("result-priority"), texts.t("common.priority"));
  setText(byId("result-service"), texts.name(result.ticket, "service"));
  setText(byId("result-ahead"), aheadWords(result.ahead, texts));
  byId("result-wait").hidden = !result.wait;
  setText(byId("result-wait"), result.wait ? waitWords(result.wait, texts) : "");
  drawPaper(result, printer, places, texts);
  drawCode(result, texts);
  drawEarlier(earlier, texts);
  drawTimeLeft(result);
  setText(byId("result-done"), texts.t("kiosk.done"));
  shrinkToFit(byId("result-number"));
}

function aheadWords(ahead, texts) {
  return ahead > 0 ? texts.t("kiosk.ahead", { n: ahead }) : texts.t("kiosk.ahead_none");
}

function drawPaper(result, printer, places, texts) {
  const elsewhere = result.elsewhere ? printerWords(result.elsewhere, places, texts) : "";
  const where = byId("result-paper");
  where.className = `result-paper result-paper-${result.stage}`;
  if (result.stage === "printing") {
    fill(where, icon("printer"), el("strong", {}, printingWords(elsewhere, texts)));
  } else if (result.stage === "take") {
    fill(
      where,
      icon("circle-check"),
      el("span", {}, strong(takeWords(elsewhere, texts)), el("span", {}, texts.t("kiosk.take_slip_hint")))
    );
  } else {
    const cause = noPaperCause(result, printer);
    const title = texts.first(`kiosk.no_paper.${cause}`, "kiosk.no_paper.generic");
    fill(
      where,
      icon(cause === "none" ? "info" : "printer-x"),
      el("span", {}, strong(title), el("span", {}, texts.t("kiosk.remember")))
    );
  }
}

/** Why no slip comes: an end of the words `kiosk.no_paper.*`; the trouble of another printer is not ours. */
function noPaperCause(result, printer) {
  return result.paper === "none" ? "none" : troubleName(result.elsewhere ? null : printer);
}

function printingWords(elsewhere, texts) {
  return elsewhere
    ? texts.t("kiosk.printing_at", { printer: elsewhere })
    : texts.t("kiosk.printing");
}

function takeWords(elsewhere, texts) {
  return elsewhere
    ? texts.t("kiosk.take_slip_at", { printer: elsewhere })
    : texts.t("kiosk.take_slip");
}

function strong(words) {
  return el("strong", {}, words);
}

function drawCode(result, texts) {
  const code = byId("result-code");
  const shown = result.stage === "screen" && Boolean(result.url);
  code.hidden = !shown;
  byId("result-ticket").classList.toggle("result-with-code", shown);
  if (shown) {
    const image = byId("result-qr");
    image.setAttribute("src", result.qr || `${result.url}/qr.svg`);
    image.setAttribute("alt", texts.t("kiosk.scan"));
    setText(byId("result-scan"), texts.t("kiosk.scan"));
  }
}

function drawEarlier(earlier, texts) {
  const where = byId("result-earlier");
  where.hidden = earlier.length === 0;
  fill(
    where,
    el("span", {}, texts.t("kiosk.earlier")),
    ...earlier.map((one) => el("strong", {}, one.ticket.label))
  );
}

function drawTimeLeft(result) {
  const bar = byId("result-time");
  const left = leftMs(result, performance.now());
  bar.hidden = left === null;
  if (left !== null) {
    bar.style.animation = "none";
    void bar.offsetWidth; // makes the browser start the animation anew
    bar.style.animation = "";
    bar.style.animationDuration = `${left}ms`;
  }
}
