/** What a clerk may do now, by which key, and what is said when it is done. */

export const VERBS = [
  { name: "call-next", key: "F2", button: "do-call-next", done: "console.called_ok" },
  { name: "recall", key: "F4", button: "do-recall", done: "console.recalled_ok" },
  { name: "absent", key: "F8", button: "do-absent", done: "console.absent_ok" },
  { name: "finish", key: "F10", button: "do-finish", done: "console.finished_ok" },
  { name: "serve", key: "", button: "do-serve", done: "console.serving_ok" },
];

const NEEDS = {
  "call-next": null,
  recall: ["called"],
  absent: ["called"],
  finish: ["called", "serving"],
  serve: ["called"],
};

/** Whether the counter's open ticket lets the clerk do this. */
export function allowed(verb, ticket) {
  const states = NEEDS[verb];
  return states === null || (Boolean(ticket) && states.indexOf(ticket.state) >= 0);
}
