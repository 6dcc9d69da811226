/** Issue a number for a citizen from the console. */

import { post, requestId } from "../../static/js/api.js";
import { byId, setText } from "../../static/js/dom.js";
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
  let pending = null;

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
    const choice = `${service}|${priority}`;
    // An unanswered request keeps its id, so that sending it again gives the same number.
    if (!pending || pending.choice !== choice) {
      pending = { choice, id: requestId() };
    }
    byId("issue-do").disabled = true;
    const body = { service, priority, request_id: pending.id };
    const answer = await post("/api/v1/tickets", body, { "X-CSRFToken": page.csrf }, 5000);
    byId("issue-do").disabled = false;
    if (answer.status !== 0) {
      pending = null;
    }
    show(answer.error ? null : answer.data, answer.error ? texts.error(answer.error, now()) : null);
  }

  byId("open-issue").addEventListener("click", () => {
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
