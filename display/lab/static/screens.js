/** The real screens of the demonstration, small, and each as a link. */

import { byId, el, fill, icon } from "../../static/js/dom.js";

const DEFAULT = [
  { kind: "kiosk", url: "/kiosk", width: 1366, height: 768 },
  { kind: "board", url: "/board", width: 1366, height: 768 },
  { kind: "console", url: "/console", width: 1366, height: 768 },
];

/** Build the frames; each is drawn at its own size and scaled to the place it has. */
export function buildScreens(page, texts) {
  const frames = (page.frames || DEFAULT).map((frame) =>
    Object.assign({ width: 1366, height: 768 }, frame)
  );
  fill(byId("screens"), ...frames.map((frame) => screenNode(frame, texts)));
  const watcher = new ResizeObserver((entries) => {
    entries.forEach((entry) => scale(entry.target));
  });
  Array.from(document.querySelectorAll(".glass")).forEach((glass) => watcher.observe(glass));
}

function screenNode(frame, texts) {
  const name = texts.t(`kind.${frame.kind}`);
  const inside = el("iframe", { src: frame.url, title: name, width: frame.width, height: frame.height });
  return el(
    "figure",
    { class: `screen screen-${frame.kind}` },
    el(
      "figcaption",
      { class: "screen-head" },
      el("strong", {}, name),
      el("span", { class: "screen-hint" }),
      el(
        "a",
        { href: frame.url, target: "_blank", rel: "noopener" },
        texts.t("lab.open"),
        el("span", { class: "visually-hidden" }, `: ${name}`),
        icon("arrow-right")
      )
    ),
    el("div", { class: "glass" }, inside)
  );
}

function scale(glass) {
  const inside = glass.firstChild;
  const share = glass.clientWidth / Number(inside.getAttribute("width"));
  inside.style.transform = `scale(${share})`;
}
