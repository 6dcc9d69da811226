/** Build and change nodes: text is always text, never markup. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element. `attributes` may hold class, text, onclick-like functions are not taken.
 * @param {string} tag
 * @param {Object<string, any>} [attributes]
 * @param {...(Node|string|null|undefined|false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes, ...children) {
  const node = document.createElement(tag);
  const wanted = attributes || {};
  Object.keys(wanted).forEach((name) => {
    const value = wanted[name];
    if (value === null || value === undefined || value === false) {
      return;
    }
    node.setAttribute(name, value === true ? "" : String(value));
  });
  fill(node, ...children);
  return node;
}

/**
 * Put `children` in place of what `node` holds (Chrome 61 has no replaceChildren of its own).
 * @param {Node} node
 * @param {...(Node|string|null|undefined|false)} children
 */
export function fill(node, ...children) {
  while (node.firstChild) {
    node.removeChild(node.firstChild);
  }
  children.forEach((child) => {
    if (child !== null && child !== undefined && child !== false) {
      node.appendChild(typeof child === "string" ? document.createTextNode(child) : child);
    }
  });
}

/**
 * Set the text of a node only if it differs, so that screen readers are not told twice.
 * @param {Element} node
 * @param {string} text
 */
export function setText(node, text) {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}

/**
 * Make an icon of our sprite.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${document.documentElement.dataset.sprite}#${name}`);
  svg.appendChild(use);
  return svg;
}

/**
 * Return the element with `id`, which the template is known to hold.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) {
    throw new Error(`no element #${id}`);
  }
  return found;
}

/**
 * Make the text of `node` smaller, in steps, until it fits inside; never cut it.
 * @param {HTMLElement} node
 * @param {number} [smallest] share of the style sheet's size
 */
export function shrinkToFit(node, smallest) {
  const floor = smallest || 0.4;
  node.style.fontSize = "";
  const size = parseFloat(getComputedStyle(node).fontSize);
  let share = 1;
  // A tight line height makes every glyph box overhang a little; only a whole line too many counts.
  const overhang = size * 0.4;
  while (
    share > floor &&
    (node.scrollWidth > node.clientWidth + 1 || node.scrollHeight > node.clientHeight + overhang)
  ) {
    share -= 0.04;
    node.style.fontSize = `${size * share}px`;
  }
}
