/** The kiosk's first screen: the services, and what a citizen must know before choosing. */

import { byId, el, fill, icon, setText, shrinkToFit } from "../../static/js/dom.js";
import { whenText } from "../../static/js/time.js";
import { printerBad, printerWords, troubleName } from "./printer.js";

/**
 * Draw the home screen.
 * @param {any} state
 * @param {{priority: boolean, pending: string|null, places: any}} ui
 * @param {any} texts
 * @param {number} now domain milliseconds
 */
export function drawHome(state, ui, texts, now) {
  drawNotice(state, ui.places, texts, now);
  drawButtons(state, ui, texts, now);
  const toggle = byId("priority");
  toggle.setAttribute("aria-checked", String(ui.priority));
  setText(byId("priority-title"), texts.t(ui.priority ? "kiosk.priority_on" : "kiosk.priority"));
  setText(byId("priority-who"), texts.t("kiosk.priority_who"));
}

function drawNotice(state, places, texts, now) {
  const open = state.services.some((service) => service.open);
  let words = "";
  let sign = "printer-x";
  if (!open) {
    words = closedWords(state, texts, now);
    sign = "clock";
  } else if (printerBad(state.printer)) {
    words = state.standby
      ? texts.t("kiosk.standby", { printer: printerWords(state.standby, places, texts) })
      : texts.t(`kiosk.printer.${troubleName(state.printer)}`);
  }
  const notice = byId("notice");
  if (notice.dataset.words !== words) {
    notice.dataset.words = words;
    fill(notice, icon(sign), el("span", {}, words));
  }
  notice.hidden = words === "";
  byId("choose-words").classList.toggle("visually-hidden", !open);
  byId("choose-hint").hidden = words !== "";
}

function closedWords(state, texts, now) {
  const next = state.services
    .map((service) => service.next_open)
    .filter(Boolean)
    .sort()[0];
  return next
    ? texts.t("kiosk.all_closed_until", { when: whenText(texts.t, next, now) })
    : texts.t("kiosk.all_closed");
}

function drawButtons(state, ui, texts, now) {
  const grid = byId("services");
  const names = state.services.map((service) => texts.name(service, "name")).join("|");
  if (grid.dataset.names !== names) {
    grid.dataset.names = names;
    grid.className = `services services-${sizeOf(state.services.length)}`;
    fill(grid, ...state.services.map((service) => makeButton(service, texts)));
    Array.from(grid.querySelectorAll(".service-name")).forEach((name) => shrinkToFit(name));
  }
  state.services.forEach((service, i) => {
    drawButton(grid.children[i].firstChild, service, ui, texts, now);
  });
}

function sizeOf(count) {
  return count <= 4 ? "few" : count <= 9 ? "nine" : "many";
}

function makeButton(service, texts) {
  return el(
    "li",
    {},
    el(
      "button",
      { class: "service", type: "button", "data-service": service.code },
      el("span", { class: "service-badge", "aria-hidden": "true" }, service.prefix),
      el(
        "span",
        { class: "service-words" },
        el("span", { class: "service-name" }, texts.name(service, "name")),
        el("span", { class: "service-state" })
      )
    )
  );
}

function drawButton(button, service, ui, texts, now) {
  const taking = ui.pending === service.code;
  button.disabled = !service.open || Boolean(ui.pending) || ui.blocked;
  button.classList.toggle("service-closed", !service.open);
  button.classList.toggle("service-taking", taking);
  const words = taking ? texts.t("kiosk.taking") : stateWords(service, texts, now);
  setText(button.querySelector(".service-state"), words);
}

function stateWords(service, texts, now) {
  if (!service.open) {
    return service.next_open
      ? texts.t("kiosk.opens_at", { when: whenText(texts.t, service.next_open, now) })
      : texts.t("kiosk.closed");
  }
  return service.waiting > 0
    ? texts.t("kiosk.waiting", { n: service.waiting })
    : texts.t("kiosk.waiting_none");
}
