// The list of what waits: arrows go through it, Enter opens, x ticks; what is ticked is answered together.
"use strict";

function ticked() {
  const some = document.querySelectorAll("[name=ticked]:checked").length;
  const bar = document.querySelector(".together");
  if (!bar) return;
  bar.hidden = !some;
  document.getElementById("ticked").textContent = String(some);
}

addEventListener("change", (event) => {
  if (event.target.id === "tick-all") document.querySelectorAll("[name=ticked]").forEach((one) => { one.checked = event.target.checked; });
  ticked();
});

addEventListener("keydown", (event) => {
  const box = event.key === "x" && event.target.closest(".queue tr")?.querySelector("[name=ticked]");
  if (box) {
    box.checked = !box.checked;
    ticked();
    return;
  }
  if (!["ArrowDown", "ArrowUp"].includes(event.key) || event.target.matches("select, textarea, [type=radio]")) return;
  const links = [...document.querySelectorAll(".queue tbody th a")];
  const at = links.indexOf(document.activeElement);
  const next = links[event.key === "ArrowDown" ? at + 1 : at - 1];
  if (next) {
    event.preventDefault();
    next.focus();
  }
});
