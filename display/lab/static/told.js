/** What the system itself says is wrong, and what to do: the words of the status page. */

import { byId, el, fill, icon } from "../../static/js/dom.js";

const ICONS = { degraded: "triangle-alert", failed: "circle-alert", unknown: "circle-help" };

/** Draw the lines that want a person; none: all is well. */
export function drawTold(lines, texts) {
  const list = byId("told");
  const key = JSON.stringify(lines);
  if (list.dataset.key === key) {
    return;
  }
  list.dataset.key = key;
  byId("told-box").classList.toggle("told-trouble", lines.length > 0);
  fill(list, ...(lines.length > 0 ? lines.map((line) => item(line, texts)) : [allWell(texts)]));
}

function allWell(texts) {
  return el("li", { class: "told-well" }, icon("circle-check"), el("span", {}, texts.t("lab.told_well")));
}

function item(line, texts) {
  const kind = texts.t(`kind.${line.kind}`);
  const causes = line.causes.length > 0 ? line.causes : ["unknown_cause"];
  return el(
    "li",
    { class: `told-line told-${line.state}`, "data-part": line.part },
    icon(ICONS[line.state]),
    el(
      "p",
      {},
      el("strong", {}, line.name ? `${kind} ${line.name}` : kind),
      ...causes.map((cause) => reason(cause, texts))
    )
  );
}

function reason(cause, texts) {
  return el(
    "span",
    { class: "told-reason" },
    el("span", { class: "told-cause" }, texts.first(`cause.${cause}`, "cause.unknown_cause")),
    el("span", { class: "told-remedy" }, icon("arrow-right"), texts.first(`remedy.${cause}`, "remedy.unknown_cause"))
  );
}
