/** The virtual push buttons: down while the finger is down, and never shorter than a real push. */

import { byId, el, fill } from "../../static/js/dom.js";

const SHORTEST_PUSH_MS = 120;

/** Draw the buttons with their lamps. */
export function drawButtons(buttons, texts) {
  drawBox("issue-buttons", buttons.filter((one) => one.press === "issue"), texts);
  drawBox("call-buttons", buttons.filter((one) => one.press !== "issue"), texts);
}

function drawBox(id, buttons, texts) {
  const box = byId(id);
  const pins = buttons.map((one) => one.pin).join(",");
  if (box.dataset.pins !== pins) {
    box.dataset.pins = pins;
    fill(box, ...buttons.map((one) => makeKey(one, texts)));
  }
  buttons.forEach((one, i) => {
    const key = box.children[i];
    key.classList.toggle("key-down", one.level === "low");
    key.classList.toggle("key-lit", one.light === true);
    key.classList.toggle("key-no-lamp", one.light === null);
  });
}

function makeKey(one, texts) {
  return el(
    "button",
    { class: `key key-${one.press}`, type: "button", "data-pin": one.pin },
    el("span", { class: "key-cap", "aria-hidden": "true" }, el("span", { class: "key-lamp" })),
    el("span", { class: "key-name" }, nameOf(one, texts))
  );
}

function nameOf(one, texts) {
  return one.counter ? texts.t("common.counter", { n: one.counter }) : texts.name(one, "name");
}

/**
 * Let pointer and keyboard push the buttons.
 * @param {(pin: number, level: string) => Promise<any>} press
 */
export function wireButtons(press) {
  ["issue-buttons", "call-buttons"].forEach((id) => wireBox(byId(id), press));
}

/** Let pointer and keyboard push the buttons in `box`. */
export function wireBox(box, press) {
  const held = new Map();

  function down(key) {
    const pin = Number(key.dataset.pin);
    if (!held.has(pin)) {
      key.classList.add("key-held");
      held.set(pin, { since: performance.now(), sent: press(pin, "low") });
    }
  }

  async function up(key) {
    const pin = Number(key.dataset.pin);
    const push = held.get(pin);
    if (!push || push.rising) {
      return;
    }
    push.rising = true;
    const left = SHORTEST_PUSH_MS - (performance.now() - push.since);
    // The release may not overtake the push on its way to the agent.
    await Promise.all([push.sent, new Promise((resolve) => setTimeout(resolve, left))]);
    await press(pin, "high");
    held.delete(pin);
    key.classList.remove("key-held");
  }

  const keyOf = (event) => event.target.closest("[data-pin]");
  const isPush = (event) => event.key === " " || event.key === "Enter";
  box.addEventListener("pointerdown", (event) => {
    const key = keyOf(event);
    if (key && event.button === 0) {
      key.setPointerCapture(event.pointerId);
      down(key);
    }
  });
  ["pointerup", "pointercancel", "lostpointercapture"].forEach((name) => {
    box.addEventListener(name, (event) => keyOf(event) && up(keyOf(event)));
  });
  box.addEventListener("keydown", (event) => {
    if (keyOf(event) && isPush(event)) {
      event.preventDefault();
      down(keyOf(event));
    }
  });
  box.addEventListener("keyup", (event) => keyOf(event) && isPush(event) && up(keyOf(event)));
  box.addEventListener("focusout", (event) => keyOf(event) && up(keyOf(event)));
}
