/** Draws the state of everything; nodes are built again only when what they say has changed. */

import { byId, el, fill, icon, setText } from "../../static/js/dom.js";
import { durationText, officeDate, whenText } from "../../static/js/time.js";

const ICONS = {
  ok: "circle-check",
  degraded: "triangle-alert",
  failed: "circle-alert",
  unknown: "circle-help",
};
const SERIOUS = ["failed", "degraded", "unknown"];
const drawn = {};

/**
 * @param {any} state a Status, see appliance/protocol/status.py
 * @param {any} texts
 * @param {number} now domain time in milliseconds
 */
export function drawStatus(state, texts, now) {
  drawBanner(state.summary, texts);
  const bad = state.lines.filter((line) => line.attention);
  const good = state.lines.filter((line) => line.state === "ok");
  const other = state.lines.filter((line) => !line.attention && line.state !== "ok");
  drawList("trouble", bad, (line) => troubleItem(line, texts, now));
  drawList("working", good, (line) => workingItem(line, texts, now));
  drawList("unmeasured", other, (line) => el("li", { "data-part": line.part }, nameOf(line, texts)));
  drawToday(state.today, texts);
}

function drawBanner(summary, texts) {
  const banner = byId("banner");
  banner.className = `banner card banner-${summary.state}`;
  if (drawn.banner !== summary.state) {
    drawn.banner = summary.state;
    fill(byId("banner-icon"), icon(ICONS[summary.state]));
  }
  const well = summary.attention === 0;
  const key = summary.attention === 1 ? "status.attention_one" : "status.attention";
  setText(
    byId("banner-title"),
    well ? texts.t("status.all_well") : texts.t(key, { n: summary.attention })
  );
  setText(
    byId("banner-hint"),
    texts.t(well ? "status.all_well_hint" : "status.attention_hint")
  );
}

function drawList(id, lines, build) {
  const items = lines.map(build);
  const text = items.map((item) => `${item.className}|${item.dataset.part}|${item.textContent}`).join("\n");
  byId(`${id}-box`).hidden = items.length === 0;
  if (drawn[id] !== text) {
    drawn[id] = text;
    fill(byId(id), ...items);
  }
}

function troubleItem(line, texts, now) {
  const reasons = line.causes.length > 0 ? line.causes : ["unknown_cause"];
  return el(
    "li",
    { class: `device card device-${line.state}`, "data-part": line.part },
    el("span", { class: "device-icon" }, icon(ICONS[line.state])),
    el(
      "div",
      { class: "device-words" },
      el(
        "h3",
        { class: "device-name" },
        nameOf(line, texts),
        " ",
        el("span", { class: "tag device-state" }, texts.t(`health.${line.state}`))
      ),
      ...reasons.map((cause) => reason(cause, texts)),
      line.standby ? el("p", {}, texts.t("status.standby", { printer: line.standby })) : null,
      el("p", { class: "device-since" }, sinceText(line, texts, now))
    )
  );
}

function reason(cause, texts) {
  return el(
    "div",
    { class: "device-reason" },
    el("p", { class: "device-cause" }, texts.first(`cause.${cause}`, "cause.unknown_cause")),
    el(
      "p",
      { class: "device-remedy" },
      icon("arrow-right"),
      el("span", {}, texts.first(`remedy.${cause}`, "remedy.unknown_cause"))
    )
  );
}

function workingItem(line, texts, now) {
  return el(
    "li",
    { class: "well", "data-part": line.part },
    icon(ICONS.ok),
    el(
      "span",
      { class: "well-name" },
      nameOf(line, texts),
      el("span", { class: "visually-hidden" }, ` · ${texts.t("health.ok")}`)
    ),
    el("span", { class: "well-since" }, sinceText(line, texts, now))
  );
}

function nameOf(line, texts) {
  const name = line.name ? `${texts.t(`kind.${line.kind}`)} ${line.name}` : texts.t(`kind.${line.kind}`);
  return line.count > 1 ? `${name} · ${texts.t("status.buttons_count", { n: line.count })}` : name;
}

function sinceText(line, texts, now) {
  if (!line.since) {
    return line.state === "ok" ? "" : texts.t("status.since_unknown");
  }
  const time = whenText(texts.t, line.since, now);
  if (SERIOUS.indexOf(line.state) < 0) {
    return texts.t("status.since", { time });
  }
  const duration = durationText(texts.t, now - Date.parse(line.since));
  return texts.t("status.since_for", { time, duration });
}

function drawToday(today, texts) {
  byId("today").hidden = !today;
  byId("today-none").hidden = !!today;
  if (!today) {
    return;
  }
  setText(byId("today-day"), officeDate(`${today.day}T05:00:00Z`));
  setText(byId("issued"), String(today.issued));
  setText(byId("waiting"), String(today.waiting));
  setText(byId("served"), String(today.served));
  setText(byId("at-counter"), String(today.at_counter));
  setText(byId("absent"), String(today.absent));
  setText(byId("p50"), waitText(today.waits.p50_s, texts));
  setText(byId("p90"), waitText(today.waits.p90_s, texts));
  const within = today.waits.within_15_min_pct;
  setText(byId("within"), within === null ? "–" : `${within}%`);
  setText(
    byId("waits-hint"),
    today.waits.n > 0 ? texts.t("status.waits_hint", { n: today.waits.n }) : texts.t("status.waits_none")
  );
  setText(byId("slips-printed"), String(today.slips_printed));
  setText(byId("slips-under-way"), String(today.slips_under_way));
  setText(byId("slips-on-screen"), String(today.slips_on_screen));
}

function waitText(seconds, texts) {
  return seconds === null ? "–" : durationText(texts.t, seconds * 1000);
}
