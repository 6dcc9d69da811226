/** A call rings and vibrates: browsers allow both once the citizen has touched the page. */

import { byId } from "../../static/js/dom.js";
import { playCall, playYes } from "./chime.js";

const GESTURES = ["click", "touchend", "keydown"];
const CALL_MS = [400, 200, 400, 300, 400, 200, 400, 300, 400, 200, 400];
const YES_MS = 120;
const ANSWER_MS = 2000;

/**
 * Make the bell; `heard` takes every ticket that the server tells, `stop` ends it for good.
 *
 * A page rings for what changes before its eyes: the call that it was loaded with, it shows.
 * @param {any} ticket the one that the page was loaded with
 */
export function makeBell(ticket) {
  const Sound = window.AudioContext || window.webkitAudioContext;
  const canBuzz = typeof navigator.vibrate === "function";
  let context = null;
  let touched = false;
  let wanted = false; // the button was pressed
  let refused = false; // and to no avail
  let shown = keyOf(ticket);
  let waiting = ticket.state === "waiting";
  let breakOff = null;

  function works() {
    return context ? context.state === "running" : touched && canBuzz;
  }

  function draw() {
    const on = wanted && works();
    refused = refused && !on;
    byId("bell-do").hidden = !waiting || on || refused || !(Sound || canBuzz);
    byId("bell-on").hidden = !waiting || !on;
    byId("bell-refused").hidden = !waiting || !refused;
  }

  /** Take the permission that a touch anywhere on the page gives. */
  function touch() {
    touched = true;
    if (Sound && !context) {
      try {
        context = new Sound();
        context.onstatechange = draw;
      } catch (failure) {
        return; // no sound hardware
      }
    }
    wake();
  }

  function wake() {
    return context && context.state !== "running" ? context.resume().then(draw, draw) : Promise.resolve();
  }

  function buzz(pattern) {
    // Without a touch browsers refuse, and complain of it.
    if (canBuzz && touched) {
      navigator.vibrate(pattern);
    }
  }

  function sound(play) {
    const key = shown;
    return wake().then(() => {
      if (context && context.state === "running" && key === shown) {
        breakOff = play(context);
      }
    });
  }

  function hush() {
    buzz(0);
    if (breakOff) {
      breakOff();
      breakOff = null;
    }
  }

  function ring() {
    buzz(CALL_MS);
    sound(playCall);
  }

  byId("bell-do").addEventListener("click", () => {
    touch();
    wanted = true;
    buzz(YES_MS);
    sound(playYes).then(() => {
      draw();
      byId("bell-on").focus();
    });
    setTimeout(() => {
      refused = !works();
      draw();
    }, ANSWER_MS);
  });
  GESTURES.forEach((gesture) => document.addEventListener(gesture, touch, { passive: true }));
  // A phone takes the sound away from a page that is not seen.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      wake();
    }
  });
  draw();

  return {
    heard(next) {
      const key = keyOf(next);
      waiting = next.state === "waiting";
      if (key !== shown) {
        shown = key;
        hush();
        if (next.state === "called") {
          ring();
        }
      }
      draw();
    },
    stop() {
      hush();
      waiting = false;
      draw();
    },
  };
}

/** A recall is told by the number of calls alone. */
function keyOf(ticket) {
  return `${ticket.state}|${ticket.calls}`;
}
