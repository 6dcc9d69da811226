/** What the citizen is told about the printer. */

const CAUSES = ["paper_out", "cover_open", "offline"];
const LIKE_OFFLINE = ["unplugged", "silent", "garbage", "link_lost"];

/** Whether slips cannot be promised now: failed, or nobody knows. One that never tells may be well. */
export function printerBad(printer) {
  if (!printer || printer.causes.indexOf("cannot_answer") >= 0) {
    return false;
  }
  return printer.state === "failed" || printer.state === "unknown";
}

/**
 * What a printer is called for citizens, in the language of the moment.
 * @param {string} name
 * @param {Object<string, {vi: string, en: string}>} places
 * @param {any} texts
 */
export function printerWords(name, places, texts) {
  const place = places[name] ? places[name][texts.lang] : "";
  return place || texts.t("kiosk.printer_called", { name });
}

/** The name of the printer's trouble as the kiosk's texts know it. */
export function troubleName(printer) {
  if (!printer) {
    return "generic";
  }
  const known = CAUSES.find((cause) => printer.causes.indexOf(cause) >= 0);
  if (known) {
    return known;
  }
  if (printer.causes.some((cause) => LIKE_OFFLINE.indexOf(cause) >= 0)) {
    return "offline";
  }
  return printer.state === "unknown" ? "unknown" : "generic";
}
