/** A ticket's slip: what is known of it, print it again, take it out of use. */

import { ask } from "../../static/js/api.js";
import { byId, el, fill, setText } from "../../static/js/dom.js";
import { makeOnce } from "../../static/js/once.js";

const ANSWER_MS = 5000;

/**
 * Wire the dialog that the buttons with `data-slip` open.
 * @param {{csrf: string}} page
 * @param {any} texts
 * @param {() => number} now
 * @param {() => any} latest gives the console's state, for the printers' names
 * @param {(words: string) => void} done is told what happened
 */
export function wireSlip(page, texts, now, latest, done) {
  const dialog = byId("slip");
  let shown = null;
  let once = null;

  function trouble(words) {
    byId("slip-error").hidden = !words;
    setText(byId("slip-error-words"), words || "");
  }

  function lock(locked) {
    ["slip-reprint", "slip-void"].forEach((name) => {
      byId(name).disabled = locked;
    });
  }

  function offerPrinters() {
    const printers = latest().printers.map((printer) => printer.device);
    byId("slip-where").hidden = printers.length < 2;
    fill(
      byId("slip-printer"),
      el("option", { value: "" }, texts.t("console.slip_usual")),
      ...printers.map((name) => el("option", { value: name }, name))
    );
  }

  async function open(button) {
    shown = { id: button.dataset.slip, label: button.dataset.label };
    once = makeOnce(page);
    trouble("");
    setText(byId("slip-title"), texts.t("console.slip_of", { label: shown.label }));
    setText(byId("slip-paper"), "");
    offerPrinters();
    lock(false);
    dialog.showModal();
    const answer = await ask(`/api/v1/tickets/${shown.id}`, {}, ANSWER_MS);
    if (answer.data && String(answer.data.ticket.id) === shown.id) {
      const paper = texts.t(`paper.${answer.data.paper}`);
      setText(byId("slip-paper"), texts.t("console.slip_state", { paper }));
    }
  }

  async function send(verb, said, more) {
    lock(true);
    const answer = await once(`/api/v1/tickets/${shown.id}/slip/${verb}`, more);
    lock(false);
    if (answer.error) {
      trouble(texts.error(answer.error, now()));
    } else {
      dialog.close();
      done(texts.t(said, { label: shown.label, printer: answer.data.printer }));
    }
  }

  document.addEventListener("click", (click) => {
    const button = click.target.closest("[data-slip]");
    if (button) {
      open(button);
    }
  });
  byId("slip-reprint").addEventListener("click", () => {
    const printer = byId("slip-printer").value;
    send("reprint", "console.slip_reprinted", printer ? { printer } : {});
  });
  byId("slip-void").addEventListener("click", () => send("void", "console.slip_voided", {}));
  byId("slip-close").addEventListener("click", () => dialog.close());
}
