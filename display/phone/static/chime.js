/** Struck bells made of sines: high enough for a phone's speaker, low enough for old ears. */

const RINGS_S = 1.5;
const ATTACK_S = 0.008;
const SILENT = 0.0001; // a sound that dies away exponentially never reaches nothing
// Times the pitch, share.
const OVERTONES = [
  [1, 0.7],
  [2, 0.22],
  [3.01, 0.08],
];
const HIGH_HZ = 880;
const LOW_HZ = 698.46;
const PAUSE_S = 1.4;

/** When a note is struck, its pitch, how loud. */
const YES = [
  [0, LOW_HZ, 0.3],
  [0.2, HIGH_HZ, 0.3],
];
const CALL = [0, 1, 2, 3].reduce(
  (tune, time) => tune.concat([
    [time * PAUSE_S, HIGH_HZ, 1],
    [time * PAUSE_S + 0.4, LOW_HZ, 1],
  ]),
  []
);

/** Say softly that the chime is on. */
export function playYes(context) {
  return play(context, YES);
}

/** Call the citizen: a falling third, four times. */
export function playCall(context) {
  return play(context, CALL);
}

/** Play a tune; what is returned breaks it off. */
function play(context, tune) {
  const out = context.createGain();
  const begin = context.currentTime + 0.05;
  out.connect(context.destination);
  tune.forEach((note) => strike(context, out, begin + note[0], note[1], note[2]));
  return () => out.disconnect();
}

function strike(context, out, at, hz, loud) {
  OVERTONES.forEach((overtone) => {
    const times = overtone[0];
    const tone = context.createOscillator();
    const fade = context.createGain();
    tone.frequency.value = hz * times;
    fade.gain.setValueAtTime(SILENT, at);
    fade.gain.exponentialRampToValueAtTime(loud * overtone[1], at + ATTACK_S);
    fade.gain.exponentialRampToValueAtTime(SILENT, at + RINGS_S / times);
    tone.connect(fade);
    fade.connect(out);
    tone.start(at);
    tone.stop(at + RINGS_S);
  });
}
