// What an answer takes on this page: active seconds, keys and clicks, sent with the answer; which keys, and who, is not kept.
"use strict";

(() => {
  const place = document.getElementById("desk");
  if (!place) return;
  const IDLE = 60_000;
  const name = `postroom-effort:${place.dataset.document}:${place.dataset.revision}`;
  const effort = { seconds: 0, keys: 0, clicks: 0, ...kept() };
  let active = Date.now();

  // A reload goes on counting; a next revision begins anew.
  function kept() {
    try {
      return JSON.parse(sessionStorage.getItem(name)) || {};
    } catch {
      return {};
    }
  }

  function keep() {
    sessionStorage.setItem(name, JSON.stringify(effort));
  }

  function stir(counted) {
    active = Date.now();
    if (counted) effort[counted] += 1;
  }

  document.addEventListener("keydown", (event) => stir(event.repeat ? "" : "keys"), true);
  document.addEventListener("pointerdown", () => stir("clicks"), true);
  for (const kind of ["pointermove", "wheel", "scroll"]) document.addEventListener(kind, () => stir(""), { capture: true, passive: true });
  setInterval(() => {
    if (document.visibilityState === "visible" && Date.now() - active < IDLE) effort.seconds += 1;
  }, 1000);
  addEventListener("pagehide", keep);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!/^\/desk\/[^/]+\/(correct|approve|reject|pass-on)$/.test(new URL(form.action).pathname)) return;
    let field = form.elements.namedItem("effort");
    if (!field) {
      field = document.createElement("input");
      Object.assign(field, { type: "hidden", name: "effort" });
      form.append(field);
    }
    field.value = `${effort.seconds},${effort.keys},${effort.clicks}`;
    // handed over, the revision stays the same: what follows is another answer
    if (form.action.endsWith("/pass-on")) Object.assign(effort, { seconds: 0, keys: 0, clicks: 0 });
  });
})();
