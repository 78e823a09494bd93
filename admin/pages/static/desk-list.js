// The list of what waits: arrows go through it, Enter opens.
"use strict";

addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("select, textarea, [type=radio]")) return;
  const links = [...document.querySelectorAll(".queue tbody th a")];
  const at = links.indexOf(document.activeElement);
  const next = links[event.key === "ArrowDown" ? at + 1 : at - 1];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
