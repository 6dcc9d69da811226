/** The slips that are not on paper, each with the dialog that prints it again or voids it. */

import { wireSlip } from "../../console/static/slip.js";
import { byId, el, fill, icon, setText } from "../../static/js/dom.js";

const SAID_MS = 8000;

/**
 * Wire the dialog and return what draws the list.
 * @param {{csrf: string}} page
 * @param {any} texts
 * @param {() => number} now
 * @param {() => void} askAgain asks the server for its state
 * @returns {(state: any) => void}
 */
export function makeSlips(page, texts, now, askAgain) {
  let printers = [];
  let drawn = "";
  let hush = null;

  function said(words) {
    setText(byId("slip-said"), words);
    byId("slip-said").hidden = false;
    clearTimeout(hush);
    hush = setTimeout(() => {
      byId("slip-said").hidden = true;
    }, SAID_MS);
    askAgain();
  }

  wireSlip(page, texts, now, () => ({ printers }), said);

  return (state) => {
    printers = state.lines
      .filter((line) => line.kind === "printer")
      .map((line) => ({ device: line.part }));
    byId("unprinted-box").hidden = state.unprinted.length === 0;
    const text = JSON.stringify(state.unprinted);
    if (text !== drawn) {
      drawn = text;
      fill(byId("unprinted"), ...state.unprinted.map((slip) => row(slip, texts)));
    }
  };
}

function row(slip, texts) {
  return el(
    "li",
    { class: "slips-row", "data-ticket": slip.label },
    el("strong", { class: "slips-label" }, slip.label),
    el("span", { class: "slips-words" }, `${texts.t(`paper.${slip.paper}`)} · ${slip.printer}`),
    el(
      "button",
      { class: "button button-quiet", type: "button", "data-slip": slip.ticket_id, "data-label": slip.label },
      icon("printer"),
      el("span", { "aria-hidden": "true" }, texts.t("status.slip_handle")),
      el("span", { class: "visually-hidden" }, texts.t("console.slip_of", { label: slip.label }))
    )
  );
}
