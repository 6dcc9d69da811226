/** The rating panels: five buttons each, the face on the cap, the lamp above. */

import { byId, el, fill } from "../../static/js/dom.js";
import { face } from "../../static/js/rating.js";
import { wireBox } from "./buttons.js";

/** Draw the panels with their lamps. */
export function drawPanels(panels, texts) {
  const place = byId("panels");
  const key = panels.map((panel) => panel.counter).join();
  if (place.dataset.key !== key) {
    place.dataset.key = key;
    fill(place, ...panels.map((panel) => makePanel(panel, texts)));
  }
  panels.forEach((panel) => panel.buttons.forEach(drawKey));
}

function makePanel(panel, texts) {
  const name = texts.t("lab.panel", { n: panel.counter });
  return el(
    "section",
    { class: "box box-panel", "aria-label": name },
    el(
      "h2",
      { class: "box-title" },
      el("span", {}, name),
      el(
        "a",
        { class: "box-link", href: `/rating?counter=${panel.counter}`, target: "_blank", rel: "noopener" },
        texts.t("lab.panel_page")
      )
    ),
    el("div", { class: "keys keys-panel" }, ...panel.buttons.map((one) => makeKey(one, texts)))
  );
}

function makeKey(one, texts) {
  const name = texts.t(`level.${one.rating}`);
  return el(
    "button",
    { class: "key key-rate", type: "button", "data-pin": one.pin, title: name, "aria-label": name },
    el("span", { class: "key-lamp", "aria-hidden": "true" }),
    el("span", { class: "key-cap", "aria-hidden": "true" }, face(one.rating))
  );
}

function drawKey(one) {
  const key = byId("panels").querySelector(`[data-pin="${one.pin}"]`);
  key.classList.toggle("key-down", one.level === "low");
  key.classList.toggle("key-lit", one.light === true);
}

/**
 * Let pointer and keyboard push the buttons.
 * @param {(pin: number, level: string) => Promise<any>} press
 */
export function wirePanels(press) {
  wireBox(byId("panels"), press);
}
