/**
 * The board's voice: plays the sound of each call, which the server has joined from clips.
 *
 * The next few sounds are fetched as soon as their calls are known, so that a server that restarts
 * meanwhile costs nothing; none is while nothing can be played. When many calls wait, each is read
 * once instead of twice, so that the hall catches up.
 *
 * Browsers allow sound after a gesture only, unless started with
 * --autoplay-policy=no-user-gesture-required; until then the state is "locked".
 */

import { withLimit } from "../../static/js/api.js";
import { makeQueue } from "./queue.js";
import { playSound } from "./sound.js";

const FETCH_MS = 5000;
const DECODE_MS = 5000;
// A context that is allowed to start does so within this time; no button flashes meanwhile.
const START_MS = 800;
const LOOK_AGAIN_MS = 1000;
const MOST_KNOWN = 500;
// A sound has some 400 KB.
const FETCHED_AHEAD = 3;
// So many that wait behind a call are many.
const MANY_WAIT = 2;

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
  let speaking = null; // the call whose turn it is
  let running = null; // its sound, once it is heard
  const known = new Set(); // the calls that were queued here and not taken over by another screen
  const queue = makeQueue({
    play,
    onDropped: (call) => options.onUnheard(call.seq, call.file),
    isReady: () => state === "on",
    now: () => performance.now(),
  });

  async function load(file) {
    const request = fetch(`/board/voice/${encodeURIComponent(file)}`, {
      headers: { Authorization: `Bearer ${options.token}` },
      cache: "no-store",
    });
    const response = await withLimit(request, FETCH_MS);
    if (!response.ok) {
      throw new Error(`${file}: ${response.status}`);
    }
    const firstS = Number(response.headers.get("X-Moiso-First-Reading"));
    return { bytes: await withLimit(response.arrayBuffer(), FETCH_MS), firstS };
  }

  // Of one call as often as one likes; what comes is told when its turn comes.
  function loaded(call) {
    if (call.loaded === null) {
      call.loaded = load(call.file);
      call.loaded.catch(() => {});
    }
    return call.loaded;
  }

  function fetchAhead() {
    if (state === "on") {
      queue.next(FETCHED_AHEAD).forEach(loaded);
    }
  }

  async function play(call) {
    speaking = call;
    const sound = loaded(call);
    fetchAhead();
    try {
      if (await heard(call, await sound)) {
        options.onSpoken(call.seq, call.file);
      }
    } catch (failure) {
      if (speaking === call) {
        options.onUnheard(call.seq, call.file);
      }
      throw failure;
    } finally {
      speaking = null;
      running = null;
    }
  }

  // False if another screen took the call over before its end.
  async function heard(call, sound) {
    const decoded = await withLimit(context.decodeAudioData(sound.bytes), DECODE_MS);
    if (speaking !== call) {
      return false;
    }
    running = playSound(context, decoded, {
      firstS: sound.firstS,
      isEnough: () => queue.count() >= MANY_WAIT,
    });
    return running.over;
  }

  // What is not spoken here is spoken by the screen that does now; if that one goes, by this again.
  function handOver() {
    const left = queue.clear();
    if (speaking !== null) {
      left.push(speaking);
      speaking = null;
    }
    left.forEach((call) => known.delete(call.seq));
    if (running !== null) {
      running.cut();
    }
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
        handOver();
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
      queue.add({ seq, file, loaded: null });
      fetchAhead();
    },

    /** Ask the browser for sound; only a gesture makes it agree. */
    unlock,

    state: () => state,
  };
}
