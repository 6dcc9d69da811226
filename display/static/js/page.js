/** The data that the server put into the page, and the language that is shown. */

/**
 * Return the page's JSON block.
 * @returns {any}
 */
export function pageData() {
  return JSON.parse(document.getElementById("page").textContent);
}
