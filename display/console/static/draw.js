/** Draw the console from its state. */

import { byId, el, fill, icon, setText, shrinkToFit } from "../../static/js/dom.js";
import { durationText, officeTime } from "../../static/js/time.js";
import { allowed, VERBS } from "./verbs.js";

const LISTED = 50;

/** Draw everything. `now` is domain time in milliseconds. */
export function drawConsole(state, texts, now) {
  drawCurrent(state.ticket, texts, now);
  drawServices(state, texts);
  drawWaiting(state, texts, now);
  drawAbsent(state, texts);
  drawTrouble(state, texts);
  drawUnprinted(state, texts);
}

/** Draw what changes with every second only: how long things last. */
export function drawDurations(state, texts, now) {
  setText(byId("current-since"), sinceWords(state.ticket, texts, now));
  Array.from(document.querySelectorAll("[data-issued]")).forEach((node) => {
    setText(node, waited(Date.parse(node.dataset.issued), texts, now));
  });
}

/** Lock or free the buttons; `held` is the ticket after which nobody is called yet, or null. */
export function drawButtons(state, busy, lost, held) {
  VERBS.forEach((verb) => {
    byId(verb.button).disabled =
      !state || lost || busy || !allowed(verb.name, state.ticket);
  });
  const next = byId("do-call-next");
  next.disabled = next.disabled || Boolean(held);
  next.classList.toggle("action-held", Boolean(held));
  byId("open-issue").disabled = !state || lost;
  Array.from(document.querySelectorAll("[data-return]")).forEach((button) => {
    button.disabled = lost || busy;
  });
}

function drawCurrent(ticket, texts, now) {
  byId("current-none").hidden = Boolean(ticket);
  byId("current-ticket").hidden = !ticket;
  byId("current").className = `ticket current current-${ticket ? ticket.state : "none"}`;
  if (!ticket) {
    return;
  }
  setText(byId("current-number"), ticket.label);
  setText(byId("current-state"), texts.t(`state.${ticket.state}`));
  byId("current-priority").hidden = !ticket.priority;
  setText(byId("current-service"), texts.name(ticket, "service"));
  const calls = ticket.calls > 1 ? texts.t("console.times_called", { n: ticket.calls }) : "";
  setText(byId("current-calls"), calls);
  setText(byId("current-since"), sinceWords(ticket, texts, now));
  shrinkToFit(byId("current-number"));
}

function sinceWords(ticket, texts, now) {
  if (!ticket || !ticket.called_at) {
    return "";
  }
  const key = ticket.state === "serving" ? "console.since_serving" : "console.since_called";
  return texts.t(key, { duration: durationText(texts.t, now - Date.parse(ticket.called_at)) });
}

function drawServices(state, texts) {
  const total = state.services.reduce((sum, service) => sum + service.waiting, 0);
  setText(byId("waiting-total"), String(total));
  fill(
    byId("services"),
    ...state.services.map((service) =>
      el(
        "li",
        { class: "service-count" },
        el("span", {}, texts.name(service, "name")),
        el("strong", {}, String(service.waiting))
      )
    )
  );
}

function waited(issuedMs, texts, now) {
  return texts.t("console.waited", { duration: durationText(texts.t, now - issuedMs) });
}

function drawWaiting(state, texts, now) {
  byId("waiting-none").hidden = state.waiting.length > 0;
  fill(
    byId("waiting"),
    ...state.waiting.map((ticket) =>
      el(
        "li",
        { class: "row" },
        el("strong", { class: "row-number" }, ticket.label),
        el("span", { class: "row-words" }, texts.name(ticket, "service")),
        ticket.priority ? el("span", { class: "tag tag-priority" }, texts.t("common.priority")) : null,
        el(
          "span",
          { class: "row-time", "data-issued": ticket.issued_at },
          waited(Date.parse(ticket.issued_at), texts, now)
        ),
        slipButton(ticket, texts)
      )
    )
  );
  const more = byId("waiting-more");
  more.hidden = state.waiting.length < LISTED;
  setText(more, texts.t("console.more", { n: LISTED }));
}

/** The button that opens the ticket's slip: print again, or take out of use. */
function slipButton(ticket, texts) {
  return el(
    "button",
    { class: "row-slip", type: "button", "data-slip": ticket.id, "data-label": ticket.label },
    icon("printer"),
    el("span", { class: "visually-hidden" }, texts.t("console.slip_of", { label: ticket.label }))
  );
}

function drawAbsent(state, texts) {
  byId("absent-box").hidden = state.absent.length === 0;
  setText(byId("absent-total"), String(state.absent.length));
  fill(
    byId("absent"),
    ...state.absent.map((ticket) =>
      el(
        "li",
        { class: "row" },
        el("strong", { class: "row-number" }, ticket.label),
        el(
          "span",
          { class: "row-words" },
          texts.t("console.absent_since", { time: officeTime(ticket.ended_at || ticket.called_at) })
        ),
        el(
          "button",
          { class: "button button-quiet row-button", type: "button", "data-return": ticket.id },
          icon("undo-2"),
          texts.t("console.return"),
          el("span", { class: "visually-hidden" }, ` ${ticket.label}`)
        )
      )
    )
  );
}

function drawTrouble(state, texts) {
  const bad = state.printers.filter((printer) => printer.state !== "ok" && printer.causes[0] !== "cannot_answer");
  byId("trouble-box").hidden = bad.length === 0;
  byId("all-well").hidden = bad.length > 0;
  fill(byId("trouble"), ...bad.map((printer) => troubleRow(printer, texts)));
}

function troubleRow(printer, texts) {
  const causes = printer.causes.length ? printer.causes : ["not_reported"];
  return el(
    "li",
    { class: "trouble-row" },
    icon(printer.device_kind === "printer" ? "printer-x" : "unplug"),
    el(
      "span",
      {},
      ...causes.map((cause) =>
        el(
          "span",
          { class: "trouble-cause" },
          el("strong", {}, texts.first(`cause.${cause}`, "cause.unknown_cause")),
          el("span", {}, texts.first(`remedy.${cause}`, "remedy.unknown_cause"))
        )
      )
    ),
    el(
      "span",
      { class: "trouble-device" },
      texts.t("console.trouble_device", { device: printer.device, time: officeTime(printer.since) })
    )
  );
}

function drawUnprinted(state, texts) {
  byId("unprinted-box").hidden = state.unprinted.length === 0;
  fill(
    byId("unprinted"),
    ...state.unprinted.map((one) =>
      el(
        "li",
        { class: "unprinted-row" },
        el("strong", {}, one.ticket.label),
        el("span", { class: "unprinted-words" }, texts.t(`paper.${one.paper}`)),
        slipButton(one.ticket, texts)
      )
    )
  );
}
