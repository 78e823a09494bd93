// The frame of every page: light or dark, and moments in the clock of the reader.
"use strict";

const root = document.documentElement;

function shown() {
  return root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

function local(within) {
  const form = new Intl.DateTimeFormat(root.lang === "en" ? "en-GB" : root.lang, { dateStyle: "medium", timeStyle: "short" });
  for (const one of within.querySelectorAll("time[datetime]")) {
    one.title = one.dateTime;
    one.textContent = form.format(new Date(one.dateTime));
  }
}

local(document);
document.addEventListener("htmx:afterSwap", (event) => local(event.detail.elt));

document.getElementById("theme")?.addEventListener("click", () => {
  root.dataset.theme = shown() === "dark" ? "light" : "dark";
  document.cookie = `postroom-theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return;
  event.preventDefault();
  document.getElementById("search")?.focus();
});
