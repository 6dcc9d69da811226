/** Today's ratings: how many, by level and counter where they may be seen, and what does not count. */

import { byId, el, fill, setText } from "../../static/js/dom.js";
import { face } from "../../static/js/rating.js";

let drawn = "";

/**
 * @param {any[]|null} ratings one per scale, see appliance/protocol/status.py
 * @param {any} texts
 */
export function drawRatings(ratings, texts) {
  const text = JSON.stringify(ratings);
  if (text === drawn) {
    return;
  }
  drawn = text;
  byId("ratings-box").hidden = !ratings || ratings.length === 0;
  fill(byId("ratings"), ...(ratings || []).map((one) => scale(one, texts)));
}

function scale(ratings, texts) {
  // Levels come in whole batches: before the first one there is nothing to draw yet.
  const told = ratings.levels ? sum(ratings.levels) : 0;
  return el(
    "div",
    { class: "scale", "data-scale": ratings.scale },
    el("p", { class: "scale-n" }, counted(ratings.n, texts)),
    ratings.levels ? null : el("p", { class: "field-hint" }, texts.t("status.ratings_hidden")),
    ratings.levels && (told > 0 || ratings.n === 0) ? levels(ratings, texts) : null,
    told > 0 ? share(ratings, texts) : null,
    ratings.counters.length > 0 ? counters(ratings, texts) : null,
    ratings.levels && ratings.n > 0
      ? el("p", { class: "field-hint scale-batch" }, texts.t("status.ratings_batch", { n: ratings.batch }))
      : null,
    excluded(ratings.excluded, texts)
  );
}

function counted(n, texts) {
  if (n === 0) {
    return texts.t("status.ratings_none");
  }
  return texts.t(n === 1 ? "status.ratings_one" : "status.ratings_n", { n });
}

function share(ratings, texts) {
  if (ratings.satisfied_pct === null) {
    return el("p", { class: "field-hint" }, texts.t("status.ratings_few", { n: ratings.needed }));
  }
  return el("p", { class: "scale-pct" }, texts.t("status.ratings_pct", { pct: ratings.satisfied_pct }));
}

function levels(ratings, texts) {
  const most = Math.max(1, ...ratings.order.map((level) => ratings.levels[level]));
  const rows = ratings.order.map((level) => {
    const bar = el("span", { class: `scale-bar face-${level}` });
    bar.style.width = `${(100 * ratings.levels[level]) / most}%`;
    return el(
      "li",
      { class: "scale-level", "data-level": level },
      face(level),
      el("span", { class: "scale-words" }, texts.t(`level.${level}`)),
      el("span", { class: "scale-room", "aria-hidden": "true" }, bar),
      el("strong", { class: "scale-count" }, String(ratings.levels[level]))
    );
  });
  return el("ul", { class: "scale-levels" }, ...rows);
}

function counters(ratings, texts) {
  const shown = ratings.levels ? ratings.order : [];
  const heads = [
    el("th", { scope: "col" }, texts.t("status.ratings_counter")),
    ...shown.map((level) =>
      el(
        "th",
        { scope: "col", class: "scale-face" },
        face(level),
        el("span", { class: "visually-hidden" }, texts.t(`level.${level}`))
      )
    ),
    el("th", { scope: "col" }, texts.t("status.ratings_total")),
    el("th", { scope: "col" }, texts.t("status.ratings_out")),
  ];
  const rows = ratings.counters.map((one) =>
    el(
      "tr",
      { "data-counter": one.counter },
      el("th", { scope: "row" }, String(one.counter)),
      ...shown.map((level) => el("td", {}, one.levels ? String(one.levels[level]) : "–")),
      el("td", { class: "scale-sum" }, String(one.n)),
      el("td", {}, String(sum(one.excluded)))
    )
  );
  return el(
    "table",
    { class: "scale-counters" },
    el("caption", {}, texts.t("status.ratings_by_counter")),
    el("thead", {}, el("tr", {}, ...heads)),
    el("tbody", {}, ...rows)
  );
}

function excluded(codes, texts) {
  const n = sum(codes);
  if (n === 0) {
    return null;
  }
  const why = Object.keys(codes).map((code) => `${texts.t(`rule.${code}`)}: ${codes[code]}`);
  return el(
    "p",
    { class: "field-hint scale-excluded" },
    `${texts.t("status.ratings_excluded", { n })} (${why.join(", ")})`
  );
}

function sum(codes) {
  return Object.keys(codes).reduce((total, code) => total + codes[code], 0);
}
