/** The sentences of the page by key, with the same gap rule as display/texts.py. */

import { whenText } from "./time.js";

const GAP = /\{([a-z_]+)\}/g;

/**
 * Fill every {name}; a gap without a value becomes a dash.
 * @param {string} text
 * @param {Object<string, any>} fields
 */
export function fillGaps(text, fields) {
  return text.replace(GAP, (gap, name) => {
    const value = fields[name];
    return value === null || value === undefined ? "–" : String(value);
  });
}

/**
 * Make the translator of a page.
 * @param {{texts: Object<string, Object<string, string>>, lang: string}} page
 */
export function makeTexts(page) {
  const texts = {
    lang: page.lang || "vi",

    /** The sentence of `key` in the language shown. */
    t(key, fields) {
      return fillGaps(page.texts[texts.lang][key] || key, fields || {});
    },

    /** Whether a sentence exists. */
    has(key) {
      return key in page.texts[texts.lang];
    },

    /** The first of `keys` that has a sentence. */
    first(...keys) {
      return texts.t(keys.find((key) => texts.has(key)) || keys[keys.length - 1]);
    },

    /** The sentence of an error of the server: {code, fields, message}. */
    error(error, nowIso) {
      let key = `error.${error.code}`;
      if (!texts.has(key)) {
        return error.message || texts.t("error.server_error");
      }
      const fields = Object.assign({}, error.fields || {});
      const gaps = page.texts[texts.lang][key].match(GAP) || [];
      if (gaps.some((gap) => empty(fields[gap.slice(1, -1)])) && texts.has(`${key}.plain`)) {
        key += ".plain";
      }
      if (fields.next_open) {
        fields.next_open = whenText(texts.t, fields.next_open, nowIso);
      }
      return texts.t(key, fields);
    },

    /** A thing's name in the language shown: `name_vi`/`name_en`, `service_vi`/`service_en`. */
    name(thing, field) {
      return thing[`${field}_${texts.lang}`] || thing[`${field}_vi`];
    },
  };
  return texts;
}

function empty(value) {
  return value === null || value === undefined || value === "";
}
