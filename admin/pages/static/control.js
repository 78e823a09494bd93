// The control room: says when it was asked last, and leaves the page alone when nothing is new.
"use strict";

const beat = document.getElementById("beat");
const clock = new Intl.DateTimeFormat(document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang, { timeStyle: "medium" });
let had = null;

function told(isThere) {
  if (!beat) return;
  beat.textContent = isThere ? clock.format(new Date()) : beat.dataset.lost;
  beat.classList.toggle("on", isThere);
  beat.classList.toggle("off", !isThere);
}

told(true);
document.querySelector("form.push")?.addEventListener("change", (event) => event.currentTarget.submit());
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "live") return;
  if (event.detail.xhr.responseText === had) event.detail.shouldSwap = false;
  had = event.detail.xhr.responseText;
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.target.id === "live") told(event.detail.successful);
});
