/* Runs only in browsers without ES modules: says so, in plain ES5. */
(function () {
  var page = JSON.parse(document.getElementById("page").textContent);
  var note = document.createElement("p");
  note.className = "lost";
  note.appendChild(document.createTextNode(page.texts.vi["common.too_old"]));
  document.body.appendChild(note);
})();
