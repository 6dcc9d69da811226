/** The banner of a lost connection, with the age of what the screen holds. */

import { el, fill, icon, setText } from "./dom.js";

/**
 * Make the banner; call `show(live)` and `hide()`.
 * @param {{t: (key: string, fields?: Object) => string}} texts
 */
export function makeLostBanner(texts) {
  const words = el("span", { class: "lost-words" });
  const age = el("span", { class: "lost-age", "aria-live": "off" });
  const said = el("div", {}, words, age);
  const banner = el("div", { class: "lost", role: "alert", hidden: true }, icon("wifi-off"), said);
  document.body.appendChild(banner);
  let timer = null;
  let since = null;

  function paint() {
    setText(words, texts.t("live.lost"));
    const heard = since === null ? null : (performance.now() - since) / 1000;
    setText(age, ageText(texts, heard));
  }

  return {
    /** @param {number|null} heardAgoMs how long ago the last message came */
    show(heardAgoMs) {
      since = heardAgoMs === null ? null : performance.now() - heardAgoMs;
      paint();
      banner.hidden = false;
      clearInterval(timer);
      timer = setInterval(paint, 1000);
    },
    hide() {
      clearInterval(timer);
      banner.hidden = true;
      fill(age);
    },
    paint,
  };
}

function ageText(texts, seconds) {
  if (seconds === null) {
    return texts.t("live.no_data");
  }
  return seconds < 120
    ? texts.t("live.age_seconds", { n: Math.floor(seconds) })
    : texts.t("live.age_minutes", { n: Math.floor(seconds / 60) });
}
