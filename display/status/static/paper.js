/** The paper of each printer: how much is left, and the one press that tells of a new roll. */

import { byId, el, icon, setText } from "../../static/js/dom.js";
import { makeOnce } from "../../static/js/once.js";
import { whenText } from "../../static/js/time.js";

const ASK_AGAIN_MS = [700, 2500];

/**
 * Make the list; its rows stay, so that a button keeps the focus while numbers change.
 * @param {{csrf: string}} page
 * @param {any} texts
 * @param {() => number} now
 * @param {() => void} askAgain asks the server for its state
 * @returns {(lines: any[]) => void} draws the printers among the lines
 */
export function makePaper(page, texts, now, askAgain) {
  const rows = {};

  function say(row, kind, words) {
    row.said.className = words ? `note note-${kind}` : "";
    row.said.hidden = !words;
    setText(row.said, words);
  }

  async function changed(row) {
    row.button.disabled = true;
    say(row, "plain", texts.t("status.roll_sending"));
    const answer = await row.once("/api/v1/printers/roll-changed", { printer: row.printer });
    row.button.disabled = false;
    if (answer.status === 0) {
      say(row, "trouble", texts.t("status.no_answer"));
      return;
    }
    if (answer.error) {
      say(row, "trouble", texts.error(answer.error, now()));
      return;
    }
    told(row, answer.data.counted);
    ASK_AGAIN_MS.forEach((ms) => setTimeout(askAgain, ms));
  }

  function told(row, counted) {
    const key = counted ? "status.roll_done" : "status.roll_pending";
    say(row, counted ? "good" : "plain", texts.t(key, { printer: row.printer }));
    row.waits = !counted;
  }

  function make(printer) {
    const row = {
      printer,
      waits: false,
      once: makeOnce(page),
      left: el("strong", { class: "paper-left" }),
      more: el("span", { class: "paper-more" }),
      button: el(
        "button",
        { class: "button button-quiet", type: "button" },
        icon("rotate-ccw"),
        el("span", { "aria-hidden": "true" }, texts.t("status.roll_button")),
        el("span", { class: "visually-hidden" }, texts.t("status.roll_of", { printer }))
      ),
      said: el("p", { role: "status", hidden: true }),
    };
    row.node = el(
      "li",
      { class: "paper-row", "data-printer": printer },
      el(
        "div",
        { class: "paper-words" },
        el("span", { class: "paper-name" }, `${texts.t("kind.printer")} ${printer}`),
        row.left,
        row.more
      ),
      row.button,
      row.said
    );
    row.button.addEventListener("click", () => changed(row));
    return row;
  }

  function draw(row, paper) {
    setText(row.left, leftText(paper, texts));
    setText(row.more, paper ? changedText(paper, texts, now()) : "");
    if (paper && row.waits && !paper.pending) {
      told(row, true);
    }
    if (paper && paper.pending && row.said.hidden) {
      told(row, false);
    }
  }

  return (lines) => {
    const printers = lines.filter((line) => line.kind === "printer");
    const names = printers.map((line) => line.part);
    byId("paper-box").hidden = names.length === 0;
    Object.keys(rows)
      .filter((name) => names.indexOf(name) < 0)
      .forEach((name) => {
        rows[name].node.remove();
        delete rows[name];
      });
    names.sort().forEach((name) => {
      if (!rows[name]) {
        rows[name] = make(name);
        byId("paper").appendChild(rows[name].node);
      }
    });
    printers.forEach((line) => draw(rows[line.part], line.paper));
  };
}

function leftText(paper, texts) {
  if (!paper) {
    return texts.t("status.paper_away");
  }
  if (paper.tickets_left === null) {
    return texts.t("status.paper_printed", { m: Math.round(paper.printed_mm / 1000) });
  }
  return texts.t("status.paper_left", { n: paper.tickets_left });
}

function changedText(paper, texts, now) {
  if (!paper.changed_at) {
    return texts.t("status.paper_never");
  }
  return texts.t("status.paper_changed", { time: whenText(texts.t, paper.changed_at, now) });
}
