/**
 * What can be broken at a printer: how to break it, how to mend it, how to see that it is broken.
 *
 * `on` is null where the fault is over as soon as it was made. `kind` groups the buttons:
 * "paper" and "machine" stop the printer and it says so, "line" is what happens on the wire.
 */

const DROP_AT_BYTE = 3000;

export const FAULTS = [
  fault("paper_out", "paper", { paper: "out" }, { paper: "ok" }, (now) => now.paper === "out"),
  fault("near_end", "paper", { paper: "near_end" }, { paper: "ok" }, (now) => now.paper === "near_end"),
  fault("cover", "paper", { cover: "open" }, { cover: "closed" }, (now) => now.cover === "open"),
  // As the remedy says: a jammed printer is switched off, freed, and switched on again.
  fault("cutter", "machine", { cutter: "jammed" }, { cutter: "ok", power: "cycle" }, (now) => now.cutter !== "ok"),
  fault("overheat", "machine", { overheat: true }, { overheat: false }, (now) => now.overheat),
  fault("broken", "machine", { broken: true }, { broken: false }, (now) => now.broken),
  fault("offline", "machine", { offline: true }, { offline: false }, (now) => now.offline),
  fault("slow", "machine", { slow: true }, { slow: false }, (now) => now.slow),
  fault("power", "line", { power: "off" }, { power: "on" }, (now) => now.power === "off"),
  fault("silent", "line", { silent: true }, { silent: false }, (now) => now.silent),
  fault("garbage", "line", { garbage: true }, { garbage: false }, (now) => now.garbage),
  fault("babbles", "line", { babbles: true }, { babbles: false }, (now) => now.babbles),
  fault("swallow", "line", { swallow: true }, { swallow: false }, (now) => now.swallow),
  fault("drop", "line", { drop_at_byte: DROP_AT_BYTE }, { drop_at_byte: null }, (now) => now.drop_at_byte !== null),
  fault("line", "line", { line: "drop" }, null, null),
  fault("cycle", "line", { power: "cycle" }, null, null),
];

function fault(name, kind, bad, good, on) {
  return { name, kind, bad, good, on };
}

/** Whether a printer with these faults has this one. */
export function isOn(one, faults) {
  return one.on !== null && Boolean(one.on(faults));
}

/** What to tell the printer when the fault's button is clicked. */
export function clicked(one, faults) {
  return isOn(one, faults) ? one.good : one.bad;
}
