/** The printer as an object: its lamp, its faults, and the paper that comes out. */

import { byId, el, fill, setText } from "../../static/js/dom.js";

const SHOWN = 8;

const NOT_THERE = {
  online: false,
  printed: 0,
  faults: { paper: "ok", cover: "closed", power: "on" },
  slips: [],
};

/** Draw the printer and its slips; null where the simulator does not answer. */
export function drawPrinter(found, texts) {
  const printer = found || NOT_THERE;
  const faults = printer.faults;
  byId("printer").className = `printer${faults.cover === "open" ? " printer-open" : ""}${
    faults.power === "off" ? " printer-off" : ""
  }`;
  const trouble = troubleOf(printer);
  byId("printer-lamp").className = `lamp ${trouble === "ready" ? "lamp-good" : lampOf(trouble)}`;
  setText(byId("printer-state"), texts.t(`lab.printer_${trouble}`));
  label("fault-paper", texts.t(faults.paper === "out" ? "lab.paper_put" : "lab.paper_take"), faults.paper === "out");
  label("fault-power", texts.t(faults.power === "off" ? "lab.power_on" : "lab.power_off"), faults.power === "off");
  label("fault-cover", texts.t(faults.cover === "open" ? "lab.cover_close" : "lab.cover_open"), faults.cover === "open");
  setText(byId("printed"), texts.t("lab.printed", { n: printer.printed }));
  drawSlips(printer.slips, texts);
}

function troubleOf(printer) {
  const faults = printer.faults;
  if (faults.power === "off") {
    return "power_off";
  }
  if (faults.cover === "open") {
    return "cover_open";
  }
  if (faults.paper === "out") {
    return "paper_out";
  }
  return printer.online ? "ready" : "offline";
}

function lampOf(trouble) {
  return trouble === "power_off" || trouble === "offline" ? "lamp-off" : "lamp-bad";
}

function label(id, words, wrong) {
  const button = byId(id);
  setText(button.querySelector("span"), words);
  button.setAttribute("aria-pressed", String(wrong));
}

function drawSlips(slips, texts) {
  const newest = slips.slice().sort((a, b) => b.n - a.n).slice(0, SHOWN);
  const list = byId("slips");
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
  fill(list, ...newest.map((slip, i) => slipNode(slip, i === 0 && !first, texts)));
  list.scrollTop = 0;
}

function slipNode(slip, isNew, texts) {
  const image = el("img", {
    class: "slip-image",
    src: `/lab/api/slips/${slip.n}.png`,
    width: slip.width,
    height: slip.height,
    alt: texts.t("lab.slip", { n: slip.n }),
  });
  const state = slip.complete ? "" : " slip-torn";
  return el("figure", { class: `slip${isNew ? " slip-new" : ""}${state}` }, image);
}
