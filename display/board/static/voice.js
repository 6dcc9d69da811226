/**
 * The board's voice: plays the sound of each call, which the server has joined from clips.
 *
 * A sound is fetched as soon as its call is known, so that a server that restarts meanwhile costs
 * nothing. Browsers allow sound after a gesture only, unless started with
 * --autoplay-policy=no-user-gesture-required; until then the state is "locked".
 */

import { withLimit } from "../../static/js/api.js";
import { makeQueue } from "./queue.js";

const FETCH_MS = 5000;
const DECODE_MS = 5000;
const OVERTIME_MS = 2000;
// A context that is allowed to start does so within this time; no button flashes meanwhile.
const START_MS = 800;
const LOOK_AGAIN_MS = 1000;
const MOST_KNOWN = 500;

/** The name of the sound of a call, of `{ticket, counter}`: see display/board/views.py. */
export function soundFile(call) {
  const ticket = call.ticket;
  return `${ticket.label}-${call.counter}${ticket.priority ? "-p" : ""}.wav`;
}

/**
 * Make the voice; it is silent until `speak(true)`.
 * @param {{
 *   token: string,
 *   onState: (state: string) => void,
 *   onSpoken: (seq: number, file: string) => void,
 *   onUnheard: (seq: number, file: string) => void,
 * }} options state is "" (not the speaker, or starting), "on", "locked" or "failed"
 */
export function makeVoice(options) {
  let context = null;
  let speaks = false;
  let started = false;
  let state = "";
  const known = new Set(); // the calls of this page's life that were queued
  const queue = makeQueue({ play, isReady: () => state === "on", now: () => performance.now() });

  async function load(file) {
    const request = fetch(`/board/voice/${encodeURIComponent(file)}`, {
      headers: { Authorization: `Bearer ${options.token}` },
      cache: "no-store",
    });
    const response = await withLimit(request, FETCH_MS);
    if (!response.ok) {
      throw new Error(`${file}: ${response.status}`);
    }
    return withLimit(response.arrayBuffer(), FETCH_MS);
  }

  async function play(call) {
    try {
      const sound = await withLimit(context.decodeAudioData(await call.bytes), DECODE_MS);
      await heard(sound);
    } catch (failure) {
      options.onUnheard(call.seq, call.file);
      throw failure;
    }
    options.onSpoken(call.seq, call.file);
  }

  // Settles when the sound is over; if its end is never told it is cut off, so that none overlap.
  function heard(sound) {
    return new Promise((resolve, reject) => {
      const source = context.createBufferSource();
      source.buffer = sound;
      source.connect(context.destination);
      const timer = setTimeout(() => {
        source.disconnect();
        reject(new Error("no end was told"));
      }, sound.duration * 1000 + OVERTIME_MS);
      source.onended = () => {
        clearTimeout(timer);
        resolve();
      };
      source.start();
    });
  }

  function judge() {
    const next = judged();
    if (next !== state) {
      state = next;
      options.onState(state);
    }
    queue.run();
  }

  function judged() {
    if (!speaks) {
      return "";
    }
    if (context === null) {
      return "failed";
    }
    return context.state === "running" ? "on" : started ? "locked" : "";
  }

  function begin() {
    const Context = window.AudioContext || window.webkitAudioContext;
    try {
      context = new Context();
    } catch (failure) {
      context = null; // no sound in this browser, or no sound hardware
      started = true;
      return;
    }
    context.onstatechange = judge;
    setTimeout(() => {
      started = true;
      judge();
    }, START_MS);
    setInterval(() => {
      // A gesture may have been made elsewhere on the page, or in the page around this one.
      if (state === "locked" && navigator.userActivation && navigator.userActivation.hasBeenActive) {
        unlock();
      }
    }, LOOK_AGAIN_MS);
  }

  function unlock() {
    if (context !== null) {
      context.resume().then(judge, judge);
    }
  }

  return {
    /** Begin or stop to be the screen that speaks. */
    speak(wanted) {
      speaks = Boolean(wanted);
      if (speaks && context === null && !started) {
        begin();
      }
      if (!speaks) {
        queue.clear();
      }
      judge();
    },

    /** Speak a call, after those before it; once, however often it is told. */
    call(seq, file) {
      if (!speaks || known.has(seq)) {
        return;
      }
      known.add(seq);
      if (known.size > MOST_KNOWN) {
        known.delete(known.values().next().value);
      }
      const bytes = load(file);
      bytes.catch(() => {}); // told when its turn comes
      queue.add({ seq, file, bytes });
    },

    /** Ask the browser for sound; only a gesture makes it agree. */
    unlock,

    state: () => state,
  };
}
