/** The printers as objects: lamp, the paper that comes out, and a button for every fault. */

import { byId, el, fill, setText } from "../../static/js/dom.js";
import { FAULTS, clicked, isOn } from "./faults.js";

const SHOWN = 6;
// Widest paper: narrower slips are drawn as much narrower as they are.
const WIDEST = 576;

/** Draw every printer; the state of one whose simulator does not answer is null. */
export function drawPrinters(printers, texts) {
  const place = byId("printers");
  const key = printers.map((printer) => printer.name).join();
  if (place.dataset.key !== key) {
    place.dataset.key = key;
    fill(place, ...printers.map((printer) => makePrinter(printer.name, texts)));
  }
  printers.forEach((printer, i) => drawPrinter(place.children[i], printer, texts));
}

/**
 * Let the fault buttons break and mend.
 * @param {(printer: string, faults: Object<string, any>) => void} set
 */
export function wirePrinters(set) {
  byId("printers").addEventListener("click", (click) => {
    const button = click.target.closest("[data-fault]");
    const node = button && button.closest("[data-printer]");
    if (node && node.dataset.faults) {
      const one = FAULTS.find((found) => found.name === button.dataset.fault);
      set(node.dataset.printer, clicked(one, JSON.parse(node.dataset.faults)));
    }
  });
}

function makePrinter(name, texts) {
  const title = texts.t("lab.printer_named", { name });
  return el(
    "section",
    { class: "print", "data-printer": name, "aria-label": title },
    el(
      "div",
      { class: "printer" },
      el("div", { class: "printer-lid", "aria-hidden": "true" }),
      el(
        "div",
        { class: "printer-face" },
        el("h2", { class: "printer-name" }, title),
        el(
          "p",
          { class: "printer-state" },
          el("span", { class: "lamp", "aria-hidden": "true" }),
          el("span", { class: "printer-words" })
        )
      ),
      el("div", { class: "printer-slot", "aria-hidden": "true" })
    ),
    el("div", { class: "slips", tabindex: "0", role: "group", "aria-label": texts.t("lab.slips_of", { name }) }),
    el("p", { class: "printed" }),
    el(
      "div",
      { class: "faults", role: "group", "aria-label": texts.t("lab.break", { name }) },
      ...FAULTS.map((one) => faultButton(one, texts))
    )
  );
}

function faultButton(one, texts) {
  return el(
    "button",
    { class: `fault fault-${one.kind}`, type: "button", "data-fault": one.name, "aria-pressed": one.on ? "false" : null },
    texts.t(`lab.fault_${one.name}`)
  );
}

function drawPrinter(node, printer, texts) {
  const state = printer.state;
  const look = lookOf(state);
  node.dataset.faults = state ? JSON.stringify(state.faults) : "";
  node.querySelector(".printer").className = `printer${look === "open" ? " printer-open" : ""}`;
  node.querySelector(".lamp").className = `lamp lamp-${{ ready: "good", dark: "off" }[look] || "bad"}`;
  setText(node.querySelector(".printer-words"), texts.t(`lab.printer_${look === "open" ? "stopped" : look}`));
  node.querySelectorAll("[data-fault]").forEach((button, i) => {
    button.disabled = state === null;
    if (FAULTS[i].on) {
      button.setAttribute("aria-pressed", String(state !== null && isOn(FAULTS[i], state.faults)));
    }
  });
  setText(node.querySelector(".printed"), texts.t("lab.printed", { n: state ? state.printed : null }));
  drawSlips(node.querySelector(".slips"), printer, texts);
}

// What the lamps of a real one would show; why, is said by the system.
function lookOf(state) {
  if (!state || state.faults.power === "off") {
    return "dark";
  }
  if (state.online) {
    return "ready";
  }
  return state.faults.cover === "open" ? "open" : "stopped";
}

function drawSlips(list, printer, texts) {
  const slips = printer.state ? printer.state.slips : [];
  const newest = slips.slice().sort((a, b) => b.n - a.n).slice(0, SHOWN);
  const key = newest.map((slip) => `${slip.n}:${slip.height}:${slip.complete}`).join(",") || "none";
  if (list.dataset.key === key) {
    return;
  }
  const first = list.dataset.key === undefined;
  list.dataset.key = key;
  if (newest.length === 0) {
    fill(list, el("p", { class: "slips-none" }, texts.t("lab.no_slip")));
    return;
  }
  fill(list, ...newest.map((slip, i) => slipNode(printer.name, slip, i === 0 && !first, texts)));
  list.scrollTop = 0;
}

function slipNode(name, slip, isNew, texts) {
  const image = el("img", {
    class: "slip-image",
    src: `/lab/api/slips/${name}/${slip.n}.png`,
    width: slip.width,
    height: slip.height,
    alt: texts.t("lab.slip", { n: slip.n }),
  });
  const state = slip.complete ? "" : " slip-torn";
  const narrow = slip.width < WIDEST ? " slip-narrow" : "";
  return el("figure", { class: `slip${isNew ? " slip-new" : ""}${state}${narrow}` }, image);
}
