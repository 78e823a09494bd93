// The frame of every page: light or dark.
"use strict";

const root = document.documentElement;

function shown() {
  return root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
}

document.getElementById("theme")?.addEventListener("click", () => {
  root.dataset.theme = shown() === "dark" ? "light" : "dark";
  document.cookie = `postroom-theme=${root.dataset.theme}; path=/; max-age=31536000; samesite=lax`;
});
