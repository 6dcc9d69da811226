/** The real screens of the demonstration, small, side by side, and each as a link. */

import { byId, el, fill, icon, setText } from "../../static/js/dom.js";

const WIDTH = 1366;
const HEIGHT = 768;

/**
 * Build the frames; each is drawn at its own size and scaled to the place it has. Those of staff
 * wait for somebody to sign in, the phone waits for a ticket.
 * @param {() => void} signIn
 */
export function buildScreens(page, texts, signIn) {
  fill(byId("screens"), ...page.frames.map((frame) => screenNode(frame, page, texts)));
  byId("screens").addEventListener("click", (click) => {
    if (click.target.closest("[data-sign-in]")) {
      signIn();
    }
  });
  const watcher = new ResizeObserver((entries) => {
    entries.forEach((entry) => scale(entry.target));
  });
  document.querySelectorAll(".glass").forEach((glass) => watcher.observe(glass));
  new ResizeObserver(([bench]) => fit(bench.contentRect.height)).observe(byId("bench"));
}

/** Tell the style sheet how high the screens may be: what the system says takes more or less. */
function fit(height) {
  byId("screens").style.setProperty("--room-height", `${Math.floor(height)}px`);
}

/** Open the screens of staff, once somebody is signed in. */
export function openStaffScreens(page) {
  page.frames.filter((frame) => frame.staff).forEach((frame) => load(nodeOf(frame), frame, frame.url));
}

/** Show the newest ticket's page on the phone; null where there is none yet. */
export function showPhone(page, newest, texts) {
  const frame = page.frames.find((one) => one.kind === "phone");
  if (!frame || !newest) {
    return;
  }
  const node = nodeOf(frame);
  if (node.dataset.url !== newest.url) {
    load(node, frame, newest.url);
    setText(node.querySelector(".screen-hint"), newest.label);
    const link = node.querySelector("a");
    link.hidden = false;
    link.href = newest.url;
    link.title = texts.t("lab.open");
  }
}

function nameOf(frame, texts) {
  if (frame.kind === "panel") {
    return texts.t("lab.panel", { n: frame.name });
  }
  const kind = texts.first(`lab.screen_${frame.kind}`, `kind.${frame.kind}`);
  return frame.name ? `${kind} ${frame.name}` : kind;
}

function nodeOf(frame) {
  return document.querySelector(`[data-screen="${idOf(frame)}"]`);
}

function idOf(frame) {
  return frame.name ? `${frame.kind}-${frame.name}` : frame.kind;
}

function screenNode(frame, page, texts) {
  const name = nameOf(frame, texts);
  const link = el(
    "a",
    { href: frame.url || "#", target: "_blank", rel: "noopener", title: texts.t("lab.open"), hidden: !frame.url },
    icon("arrow-right"),
    el("span", { class: "visually-hidden" }, `${texts.t("lab.open")}: ${name}`)
  );
  const node = el(
    "figure",
    { class: `screen screen-${frame.kind} screen-${idOf(frame)}`, "data-screen": idOf(frame), "data-name": name },
    el("figcaption", { class: "screen-head" }, el("strong", {}, name), el("span", { class: "screen-hint" }), link),
    el("div", { class: "glass" }, waiting(frame, texts))
  );
  if (frame.url && !(frame.staff && !page.signed_in)) {
    load(node, frame, frame.url);
  }
  return node;
}

function waiting(frame, texts) {
  if (frame.kind === "phone") {
    return el("p", { class: "glass-wait" }, texts.t("lab.no_ticket"));
  }
  const button = el("button", { class: "button", type: "button", "data-sign-in": "" }, texts.t("lab.sign_in"));
  return el("p", { class: "glass-wait" }, button);
}

function load(node, frame, url) {
  const glass = node.querySelector(".glass");
  node.dataset.url = url;
  fill(
    glass,
    el("iframe", {
      src: url,
      title: node.dataset.name,
      width: frame.width || WIDTH,
      height: frame.height || HEIGHT,
      loading: "lazy",
    })
  );
  scale(glass);
}

function scale(glass) {
  const inside = glass.querySelector("iframe");
  if (inside) {
    inside.style.transform = `scale(${glass.clientWidth / Number(inside.getAttribute("width"))})`;
  }
}
