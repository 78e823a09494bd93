// The pages of a document: zoom, turn, find, boxes over values, and values out of boxes.
"use strict";

const desk = document.getElementById("desk");
const sheet = document.getElementById("pages");
const figures = sheet ? [...sheet.querySelectorAll(".page")] : [];
const words = new Map();
let zoom = 1;
let turned = 0;

function fitted() {
  return sheet.clientWidth - 24;
}

function lay() {
  for (const figure of figures) {
    const sideways = turned % 180 !== 0;
    const [width, height] = [Number(figure.dataset.width), Number(figure.dataset.height)];
    const shown = (fitted() * zoom) / (sideways ? height : width);
    figure.style.width = `${(sideways ? height : width) * shown}px`;
    figure.style.height = `${(sideways ? width : height) * shown}px`;
    const inner = figure.firstElementChild;
    inner.style.width = `${width * shown}px`;
    inner.style.height = `${height * shown}px`;
    figure.style.setProperty("--turned", `${turned}deg`);
    figure.dataset.scale = shown;
    for (const box of figure.querySelectorAll(".box")) place(box, figure);
  }
}

function place(box, figure) {
  const [x0, top, x1, bottom] = box.dataset.box.split(",").map(Number);
  const scale = Number(figure.dataset.scale);
  Object.assign(box.style, {
    left: `${x0 * scale - 2}px`, top: `${top * scale - 2}px`,
    width: `${(x1 - x0) * scale + 4}px`, height: `${(bottom - top) * scale + 4}px`,
  });
}

function pageOf(number) {
  return figures.find((one) => one.dataset.number === String(number));
}

function boxOn(page, box, kind) {
  const figure = pageOf(page);
  if (!figure) return null;
  const made = document.createElement("span");
  made.className = `box ${kind}`;
  made.dataset.box = box;
  figure.append(made);
  place(made, figure);
  return made;
}

function show(page, box) {
  sheet.querySelectorAll(".box.here").forEach((one) => one.remove());
  const made = boxOn(page, box, "here");
  if (!made) return;
  const into = pageOf(page);
  const y = into.offsetTop + parseFloat(made.style.top) - sheet.clientHeight / 3;
  sheet.scrollTo({ top: y, left: Math.max(0, parseFloat(made.style.left) - sheet.clientWidth / 3) });
}

async function wordsOf(number) {
  if (!words.has(number)) {
    const answer = await fetch(`/desk/${desk.dataset.document}/pages/${number}/words${desk.dataset.shown}`);
    words.set(number, answer.ok ? await answer.json() : []);
  }
  return words.get(number);
}

// A click takes the word under it, a drag what is read in the box; the value goes into the field that had the focus last.
function pointAt(figure, event) {
  const scale = Number(figure.dataset.scale);
  const bounds = figure.getBoundingClientRect();
  return [(event.clientX - bounds.left) / scale, (event.clientY - bounds.top) / scale];
}

async function read(figure, box) {
  const start = `/desk/${desk.dataset.document}/pages/${figure.dataset.number}/region`;
  const answer = await fetch(`${start}${desk.dataset.shown || "?"}&at=${box.map((n) => Math.max(0, n).toFixed(2)).join(",")}`);
  const seen = answer.ok ? await answer.json() : { text: "" };
  if (!seen.text) return;
  const detail = { text: seen.text, page: figure.dataset.number, box: seen.box.map((n) => n.toFixed(2)).join(",") };
  desk.dispatchEvent(new CustomEvent("taken", { detail }));
}

async function taken(figure, from, to) {
  const [x0, x1] = [from[0], to[0]].sort((a, b) => a - b);
  const [y0, y1] = [from[1], to[1]].sort((a, b) => a - b);
  const isClick = x1 - x0 < 4 && y1 - y0 < 4;
  if (!isClick) {
    await read(figure, [x0, y0, x1, y1]);
    return;
  }
  const inside = (await wordsOf(figure.dataset.number)).filter(([, a, b, c, d]) => a <= x1 && c >= x0 && b <= y1 && d >= y0);
  if (!inside.length) return;
  const box = [Math.min(...inside.map((w) => w[1])), Math.min(...inside.map((w) => w[2])),
    Math.max(...inside.map((w) => w[3])), Math.max(...inside.map((w) => w[4]))];
  const detail = { text: inside.map((w) => w[0]).join(" "), page: figure.dataset.number, box: box.map((n) => n.toFixed(2)).join(",") };
  desk.dispatchEvent(new CustomEvent("taken", { detail }));
}

for (const figure of figures) {
  let from = null;
  let rubber = null;
  figure.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || turned) return;
    from = pointAt(figure, event);
    rubber = null;
  });
  figure.addEventListener("pointermove", (event) => {
    if (!from || !(event.buttons & 1)) return;
    const to = pointAt(figure, event);
    rubber ??= boxOn(figure.dataset.number, "0,0,0,0", "rubber");
    rubber.dataset.box = [Math.min(from[0], to[0]), Math.min(from[1], to[1]), Math.max(from[0], to[0]), Math.max(from[1], to[1])].join(",");
    place(rubber, figure);
  });
  figure.addEventListener("pointerup", async (event) => {
    if (!from) return;
    const [start, drawn] = [from, rubber];
    from = null;
    rubber = null;
    drawn?.classList.add("busy");
    await taken(figure, start, pointAt(figure, event)).finally(() => drawn?.remove());
  });
}

const doing = {
  smaller: () => { zoom = Math.max(0.4, zoom / 1.25); },
  larger: () => { zoom = Math.min(5, zoom * 1.25); },
  fit: () => { zoom = 1; },
  turn: () => { turned = (turned + 90) % 360; },
};

function act(name) {
  doing[name]();
  // every value that was read has a faint box, those that are asked about a stronger one; they lie below what is pointed at
  document.querySelectorAll("#values [data-box]").forEach((row) => boxOn(row.dataset.page, row.dataset.box, row.matches(".asked") ? "read asked" : "read"));
  lay();
}

async function find(text) {
  sheet.querySelectorAll(".box.found").forEach((one) => one.remove());
  const wanted = text.trim().toLowerCase();
  let count = 0;
  if (wanted.length > 1) {
    for (const figure of figures) {
      for (const [word, ...box] of await wordsOf(figure.dataset.number)) {
        if (word.toLowerCase().includes(wanted)) {
          boxOn(figure.dataset.number, box.join(","), "found");
          if (!count++) show(figure.dataset.number, box.join(","));
        }
      }
    }
  }
  document.getElementById("found").textContent = wanted.length > 1 ? String(count) : "";
}

// The page that is looked at: the one where the upper third of the view is.
function here() {
  const at = sheet.scrollTop + sheet.clientHeight / 3;
  return Math.max(0, figures.findLastIndex((one) => one.offsetTop <= at));
}

function leaf(step) {
  figures[Math.min(figures.length - 1, Math.max(0, here() + step))]?.scrollIntoView();
}

// The strip and the list of pages say which page is looked at.
const strip = document.getElementById("strip");
function mark() {
  const number = figures[here()].dataset.number;
  const now = strip.querySelector("[aria-current]");
  if (now?.dataset.number === number) return;
  now?.removeAttribute("aria-current");
  const next = strip.querySelector(`[data-number="${number}"]`);
  next.setAttribute("aria-current", "page");
  if (next.offsetTop < strip.scrollTop || next.offsetTop + next.offsetHeight > strip.scrollTop + strip.clientHeight) {
    strip.scrollTop = next.offsetTop - strip.clientHeight / 3;
  }
  document.getElementById("goto").value = number;
}

const keys = {
  "+": () => act("larger"), "=": () => act("larger"), "-": () => act("smaller"), "0": () => act("fit"), r: () => act("turn"),
  g: () => document.getElementById("find").focus(), PageDown: () => leaf(1), PageUp: () => leaf(-1),
};

if (sheet) {
  addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", () => act(button.dataset.do)));
  document.getElementById("find").addEventListener("input", (event) => find(event.target.value));
  document.getElementById("goto")?.addEventListener("change", (event) => pageOf(event.target.value).scrollIntoView());
  if (strip) {
    let due = 0;
    sheet.addEventListener("scroll", () => { due ||= requestAnimationFrame(() => { due = 0; mark(); }); }, { passive: true });
    strip.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      event.preventDefault();
      pageOf(link.dataset.number).scrollIntoView();
    });
  }
  addEventListener("resize", lay);
  document.querySelectorAll("[data-box]").forEach((row) => {
    if (row.closest(".page")) return;
    row.addEventListener("focusin", () => show(row.dataset.page, row.dataset.box));
    row.addEventListener("pointerenter", () => { if (row.tagName === "TR") show(row.dataset.page, row.dataset.box); });
  });
  // every value that was read has a faint box, those that are asked about a stronger one; they lie below what is pointed at
  document.querySelectorAll("#values [data-box]").forEach((row) => boxOn(row.dataset.page, row.dataset.box, row.matches(".asked") ? "read asked" : "read"));
  lay();
}
