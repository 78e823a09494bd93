// The fields of a document: TAB walks what needs a decision, other readings by key, typing is kept while it goes on.
"use strict";

(() => {
  const place = document.getElementById("desk");
  const form = document.getElementById("values");
  const every = document.getElementById("every");
  const token = JSON.parse(document.body.getAttribute("hx-headers") || "{}");
  const inputs = form ? [...form.querySelectorAll("input[data-path]")] : [];
  let last = inputs.find((one) => "asked" in one.dataset) || inputs[0];
  let timer = 0;

  function walk() {
    const asks = inputs.some((one) => "asked" in one.dataset);
    for (const one of inputs) {
      const walked = every.checked || !asks ? !one.closest("table") || every.checked : "asked" in one.dataset;
      one.tabIndex = walked ? 0 : -1;
    }
  }

  function changed() {
    const values = {};
    for (const one of inputs) {
      const was = form.elements[`was:${one.dataset.path}`].value;
      if (one.value.trim() !== was) values[one.dataset.path] = one.value.trim() || null;
      one.closest(".field-row, td").classList.toggle("changed", one.value.trim() !== was);
    }
    return values;
  }

  async function keep() {
    const body = JSON.stringify({ revision: place.dataset.revision, values: changed() });
    const kept = document.getElementById("kept");
    try {
      const answer = await fetch(`/desk/${place.dataset.document}/draft`, { method: "POST", headers: { ...token, "Content-Type": "application/json" }, body });
      kept.textContent = answer.ok ? "✓" : ((await answer.json().catch(() => ({}))).detail || "✗");
    } catch {
      kept.textContent = "✗";
    }
  }

  function typed() {
    changed();
    clearTimeout(timer);
    timer = setTimeout(keep, 400);
  }

  function put(input, value, box) {
    input.value = value;
    form.elements[`box:${input.dataset.path}`].value = box || "";
    typed();
    input.focus();
  }

  // What each reading leads to; a field whose readings all lead to the same is not asked about any more.
  async function foretell() {
    if (!form.querySelector("[data-outcomes]")) return;
    const answer = await fetch(`/desk/${place.dataset.document}/outcomes${place.dataset.shown}`).catch(() => null);
    if (!answer?.ok) return;
    for (const [path, found] of Object.entries(await answer.json())) {
      const list = form.querySelector(`[data-outcomes="${CSS.escape(path)}"]`);
      const input = document.getElementById(`f-${path}`);
      if (!list || !input) continue;
      list.replaceChildren(...found.readings.map((one) => {
        const item = document.createElement("li");
        item.append(Object.assign(document.createElement("strong"), { textContent: one.value }), ` ${one.says}`);
        return item;
      }));
      if (found.open) continue;
      delete input.dataset.asked;
      input.closest(".field-row").classList.replace("asked", "settled");
      const was = document.activeElement;
      walk();
      if (was === input && input.tabIndex < 0) next(input);
    }
  }

  function next(input) {
    const walked = inputs.filter((one) => one.tabIndex === 0);
    (walked.find((one) => inputs.indexOf(one) > inputs.indexOf(input)) || document.getElementById("save"))?.focus();
  }

  function decide() {
    if (Object.keys(changed()).length) form.requestSubmit();
    else document.getElementById("approve")?.requestSubmit();
  }

  if (form) {
    every.addEventListener("change", walk);
    form.addEventListener("input", typed);
    form.addEventListener("focusin", (event) => { if (event.target.dataset.path) { last = event.target; last.select(); } });
    form.addEventListener("click", (event) => {
      const other = event.target.closest(".other");
      if (other) put(document.getElementById(other.dataset.for), other.dataset.value);
    });
    form.addEventListener("keydown", (event) => {
      if (!event.target.dataset.path) return;
      if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        next(event.target);
      } else if (event.altKey && /^[1-3]$/.test(event.key)) {
        const others = event.target.closest(".field-row")?.querySelectorAll(".other") || [];
        const other = others[Number(event.key) - 1];
        if (other) {
          event.preventDefault();
          put(event.target, other.dataset.value);
        }
      }
    });
    place.addEventListener("taken", (event) => {
      if (last && !last.readOnly) put(last, event.detail.text, `${event.detail.page},${event.detail.box}`);
    });
    walk();
    changed();
    last?.focus({ preventScroll: true });
    foretell();
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      decide();
    } else if (event.key === "s" && (event.ctrlKey || event.metaKey) && form) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.altKey && event.key === "n") {
      document.getElementById("next")?.click();
    }
  });
})();
