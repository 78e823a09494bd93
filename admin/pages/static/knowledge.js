// Grids and whole files: only what was changed is sent, line numbers go along, a row lights up its line in the picture.
"use strict";

const edit = document.getElementById("edit");
let isDirty = false;

function mark(cell) {
  const changed = cell.value !== cell.dataset.was;
  const was = cell.nextElementSibling;
  cell.classList.toggle("edited", changed);
  if (changed && !cell.name) {
    const before = document.createElement("input");
    before.type = "hidden";
    before.name = `was:${cell.dataset.cell}`;
    before.value = cell.dataset.was;
    cell.after(before);
    cell.name = `cell:${cell.dataset.cell}`;
  } else if (!changed && cell.name) {
    cell.removeAttribute("name");
    was?.remove();
  }
}

for (const cell of document.querySelectorAll("[data-cell]")) if (cell.value !== cell.dataset.was) mark(cell);

// before htmx hears of it, so that it sends the cell
document.addEventListener("input", (event) => {
  if (event.target.dataset.cell) mark(event.target);
  if (event.target.form === edit) isDirty = true;
  if (event.target.closest(".fresh:last-child")) another(event.target.closest(".fresh"));
}, true);

function another(row) {
  const next = row.cloneNode(true);
  next.dataset.new = Number(row.dataset.new) + 1;
  for (const cell of next.querySelectorAll("textarea")) {
    cell.value = "";
    cell.name = cell.name.replace(/^new:\d+/, `new:${next.dataset.new}`);
  }
  row.after(next);
}

addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "s" && edit && document.querySelector(".save")) {
    event.preventDefault();
    edit.requestSubmit();
  }
  // Enter goes down a row, as in a spreadsheet; with Shift it breaks the line
  if (event.key === "Enter" && !event.shiftKey && event.target.matches(".grid textarea")) {
    event.preventDefault();
    const at = event.target.closest("td").cellIndex;
    event.target.closest("tr").nextElementSibling?.cells[at]?.querySelector("textarea, select")?.focus();
  }
});

edit?.addEventListener("submit", () => { isDirty = false; });
addEventListener("beforeunload", (event) => { if (isDirty) event.preventDefault(); });

const whole = document.querySelector(".numbered textarea");
if (whole) {
  const numbers = document.querySelector(".numbers");
  const count = () => {
    const lines = whole.value.split("\n").length;
    numbers.textContent = Array.from({ length: lines }, (_, at) => at + 1).join("\n");
  };
  whole.addEventListener("input", count);
  whole.addEventListener("scroll", () => { numbers.scrollTop = whole.scrollTop; });
  count();
}

document.addEventListener("click", (event) => {
  const line = Number(event.target.dataset?.line);
  if (!line || !whole) return;
  event.preventDefault();
  const lines = whole.value.split("\n");
  const from = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  whole.focus();
  whole.setSelectionRange(from, from + lines[line - 1].length);
  whole.scrollTop = (line - 4) * parseFloat(getComputedStyle(whole).lineHeight);
});

function light(row, isOn) {
  for (const one of document.querySelectorAll(`[data-row="${CSS.escape(row)}"]`)) one.classList.toggle("on", isOn);
}

for (const [begin, end] of [["mouseover", "mouseout"], ["focusin", "focusout"]]) {
  for (const [name, isOn] of [[begin, true], [end, false]]) {
    document.addEventListener(name, (event) => {
      const row = event.target.closest?.("[data-row]")?.dataset.row;
      if (row) light(row, isOn);
    });
  }
}
