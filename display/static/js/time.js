/** Office time. Viet Nam has one zone and no summer time, so seven hours are added by hand. */

const OFFSET_MS = 7 * 3600 * 1000;

/** @param {number} n */
function two(n) {
  return String(n).padStart(2, "0");
}

/** @param {string|number} when ISO or milliseconds */
function local(when) {
  return new Date((typeof when === "number" ? when : Date.parse(when)) + OFFSET_MS);
}

/** "13:05" in office time. */
export function officeTime(when) {
  const at = local(when);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** "24/11/2025" in office time. */
export function officeDate(when) {
  const at = local(when);
  return `${two(at.getUTCDate())}/${two(at.getUTCMonth() + 1)}/${at.getUTCFullYear()}`;
}

/** "Thứ Hai, 24/11/2025". */
export function dayText(t, when) {
  return t("time.day", {
    weekday: t(`time.weekday_${local(when).getUTCDay()}`),
    date: officeDate(when),
  });
}

/** "13:00", or "07:30 ngày 25/11/2025" when it is not today. */
export function whenText(t, when, now) {
  const time = officeTime(when);
  const date = officeDate(when);
  return now && officeDate(now) === date ? time : t("time.on_day", { time, date });
}

/** "45 giây", "12 phút", "1 giờ 05 phút". */
export function durationText(t, ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) {
    return t("time.seconds", { n: seconds });
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return t("time.minutes", { n: minutes });
  }
  return t("time.hours", { h: Math.floor(minutes / 60), m: two(minutes % 60) });
}

/** The domain's clock: set by every message of the server, running on by this page's own timer. */
export function makeClock(iso) {
  let at = iso ? Date.parse(iso) : Date.now();
  let heard = performance.now();
  return {
    set(next) {
      at = Date.parse(next);
      heard = performance.now();
    },
    now() {
      return at + (performance.now() - heard);
    },
  };
}
