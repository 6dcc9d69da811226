/**
 * The live channel of a screen: hello, snapshot, events in order, ticks, and its own judgement of
 * whether the server is still there. The contract stands in appliance/protocol/live.py.
 */

const LOST_AFTER_MS = 9000;
// More than a tick's 4 s, less than the 8 s after which the server lets another screen speak.
const QUIET_MS = 6000;
const HELLO_AGAIN_MS = 3000;
const REFUSED_RETRY_MS = 1500;
const UNKNOWN_SCREEN = ["not_signed_in", "wrong_token"];

/**
 * Start the channel.
 *
 * @param {{
 *   token?: string,
 *   reduce: (state: any, event: any) => any,
 *   clock: {set: (iso: string) => void},
 *   onState: (state: any, event: any) => void,
 *   onLost: () => void,
 *   onQuiet?: () => void,
 *   onBack: () => void,
 *   onDenied: (code: string) => void,
 * }} options `event` is null for a snapshot; `onLost` also runs before the first snapshot;
 *   `onQuiet` runs earlier, when nothing was heard for so long that another screen may speak soon,
 *   and is always followed by a snapshot once something is
 * @returns {{hello: () => void, heardAgoMs: () => number|null, isLost: () => boolean,
 *   say: (name: string, message: Object) => void, on: (name: string, then: Function) => void}}
 */
export function startLive(options) {
  let last = 0;
  let state = null;
  let synced = false;
  let helloAt = 0;
  let heardAt = null;
  let lost = false;
  let quiet = false;
  let denied = false;
  let frame = 0;

  const socket = window.io({
    auth: options.token ? { token: options.token } : {},
    transports: ["websocket"],
    reconnectionDelay: 300,
    reconnectionDelayMax: 1500,
    randomizationFactor: 0.2,
    timeout: 3000,
  });

  function hello() {
    synced = false;
    helloAt = performance.now();
    if (socket.connected) {
      socket.emit("hello");
    }
  }

  function heard(at) {
    heardAt = performance.now();
    if (quiet) {
      quiet = false;
      hello();
    }
    if (at) {
      options.clock.set(at);
    }
  }

  function lose() {
    synced = false;
    if (!lost) {
      lost = true;
      options.onLost();
    }
  }

  // Tell the server what is on the glass: the second frame after the change has certainly painted.
  function drawn(seq) {
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        frame += 1;
        if (socket.connected) {
          socket.emit("drawn", { seq, frame });
        }
      });
    });
  }

  function show(event) {
    options.onState(state, event);
    drawn(last);
  }

  socket.on("connect", () => {
    heard(null);
    hello();
  });

  socket.on("snapshot", (snapshot) => {
    heard(snapshot.at);
    last = snapshot.seq;
    state = snapshot.state;
    synced = true;
    const wasLost = lost;
    lost = false;
    show(null);
    if (wasLost) {
      options.onBack();
    }
  });

  socket.on("event", (event) => {
    heard(event.at);
    if (!synced || event.seq <= last) {
      return; // the snapshot that is under way holds it
    }
    if (event.prev !== last) {
      hello();
      return;
    }
    last = event.seq;
    state = options.reduce(state, event);
    show(event);
    if (state.stale) {
      hello();
    }
  });

  socket.on("tick", (tick) => {
    heard(tick.at);
    if (synced && tick.seq !== last) {
      hello();
    } else if (synced) {
      drawn(last); // a sign of life: a page whose frames stop is told on the status page
    }
  });

  socket.on("disconnect", (reason) => {
    lose();
    if (reason === "io server disconnect" && !denied) {
      setTimeout(() => socket.connect(), 300);
    }
  });

  socket.on("connect_error", (failure) => {
    const code = failure.data && failure.data.code;
    if (UNKNOWN_SCREEN.indexOf(code) >= 0) {
      denied = true;
      socket.close();
      options.onDenied(code);
      return;
    }
    lose();
    if (!socket.active) {
      setTimeout(() => socket.connect(), REFUSED_RETRY_MS); // refused, not unreachable
    }
  });

  setInterval(() => {
    const now = performance.now();
    if (options.onQuiet && !quiet && heardAt !== null && now - heardAt > QUIET_MS) {
      quiet = true;
      options.onQuiet();
    }
    if (denied || !socket.connected) {
      return;
    }
    if (now - heardAt > LOST_AFTER_MS) {
      lose();
      socket.disconnect().connect(); // a half-dead connection is dropped, not waited for
    } else if (!synced && now - helloAt > HELLO_AGAIN_MS) {
      hello();
    }
  }, 500);

  return {
    hello,
    /** Say something to the server; while the connection is lost it is kept until it is back. */
    say(name, message) {
      socket.emit(name, message);
    },
    on(name, then) {
      socket.on(name, then);
    },
    isLost: () => lost,
    heardAgoMs: () => (heardAt === null ? null : performance.now() - heardAt),
  };
}
