/** Issue a number for a citizen from the console. */

import { byId, setText } from "../../static/js/dom.js";
import { makeOnce } from "../../static/js/once.js";
import { waitWords } from "../../static/js/wait.js";

/**
 * Wire the dialog.
 * @param {{csrf: string}} page
 * @param {any} texts
 * @param {() => number} now
 */
export function wireIssue(page, texts, now) {
  const dialog = byId("issue");
  const form = byId("issue-form");
  let once = makeOnce(page);

  function show(given, error) {
    byId("issue-choose").hidden = Boolean(given);
    byId("issue-done").hidden = !given;
    byId("issue-error").hidden = !error;
    setText(byId("issue-error-words"), error || "");
    if (given) {
      setText(byId("issue-number"), given.ticket.label);
      setText(byId("issue-service"), texts.name(given.ticket, "service"));
      setText(byId("issue-ahead"), texts.t("console.issue_ahead", { n: given.ahead }));
      byId("issue-wait").hidden = !given.wait;
      setText(byId("issue-wait"), given.wait ? waitWords(given.wait, texts) : "");
      byId("issue-again").focus();
    }
  }

  async function issue(submit) {
    submit.preventDefault();
    const service = form.elements.namedItem("service").value;
    const priority = form.elements.namedItem("priority").checked;
    byId("issue-do").disabled = true;
    const answer = await once("/api/v1/tickets", { service, priority });
    byId("issue-do").disabled = false;
    show(answer.error ? null : answer.data, answer.error ? texts.error(answer.error, now()) : null);
  }

  byId("open-issue").addEventListener("click", () => {
    once = makeOnce(page); // for the next citizen, who must not get the number of the one before
    show(null, null);
    dialog.showModal();
  });
  byId("issue-close").addEventListener("click", () => dialog.close());
  byId("issue-again").addEventListener("click", () => {
    form.reset();
    show(null, null);
  });
  form.addEventListener("submit", issue);
}
