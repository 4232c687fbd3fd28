"use strict";
// Decisions are made here, kept in this browser, and leave the page as text only.
const root = document.documentElement;
const find = (selector, inside = document) => inside.querySelector(selector);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const data = JSON.parse(find("#data").textContent);
const words = data.words;
const suspicions = new Map(data.suspicions.map((one) => [one.id, one]));
const articles = all("article");
const list = find("#list");
const shelf = "xietong decisions " + root.dataset.path;
const FIELDS = ["was", "now", "who", "why"];
let language = root.dataset.language;
let rulings = {};
let keeps = true;
let lastWho = "";

function say(key, ...values) {
  return values.reduce((text, value) => text.replace("{}", value), words[key][language]);
}

function load() {
  try {
    const kept = JSON.parse(localStorage.getItem(shelf) || "{}");
    rulings = Object.fromEntries(Object.entries(kept).filter(([id]) => suspicions.has(id)));
  } catch {
    keeps = false;
  }
}

function keep() {
  try {
    localStorage.setItem(shelf, JSON.stringify(rulings));
  } catch {
    keeps = false;
  }
}

function today() {
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}

function needed(ruling) {
  return ruling.verdict === "fix" ? FIELDS : ["who", "why"];
}

function complete(ruling) {
  return needed(ruling).every((field) => (ruling[field] || "").trim());
}

// TOML: its basic strings have the escapes of JSON, but for the delete sign.
function quoted(text) {
  return JSON.stringify(text).replaceAll("\x7f", "\\u007f");
}

function entry(id, ruling) {
  const one = suspicions.get(id);
  const told = { suspicion: id, detector: one.detector, verdict: ruling.verdict, who: ruling.who.trim(), when: ruling.when, why: ruling.why.trim() };
  const cells = one.cells.map((cell) => "{ " + Object.entries(cell).map(([key, text]) => `${key} = ${quoted(text)}`).join(", ") + " }");
  const lines = Object.entries(told).map(([key, text]) => `${key} = ${quoted(text)}`);
  lines.push(`cells = [ ${cells.join(", ")} ]`, `what = ${quoted(one.what)}`);
  if (ruling.verdict === "fix") lines.push(`was = ${quoted(ruling.was.trim())}`, `now = ${quoted(ruling.now.trim())}`);
  return ["[[decision]]", ...lines, ""].join("\n");
}

function toml() {
  const ready = Object.entries(rulings).filter(([, ruling]) => complete(ruling));
  return ready.map(([id, ruling]) => entry(id, ruling)).join("\n");
}

function state(article) {
  const ruling = rulings[article.dataset.id];
  if (ruling) return complete(ruling) ? "here" : "partly";
  return suspicions.get(article.dataset.id).decided ? "before" : "open";
}

function mark(article) {
  const now = state(article);
  const badge = find(".mark.state", article);
  article.classList.toggle("decided", now === "here" || now === "before");
  article.classList.toggle("partly", now === "partly");
  badge.hidden = now === "open" || now === "before";
  badge.textContent = badge.hidden ? "" : `${say("verdict " + rulings[article.dataset.id].verdict)} (${say(now)})`;
}

function fill(article) {
  const id = article.dataset.id;
  const ruling = rulings[id];
  let form = find(".reason", article);
  all("[data-verdict]", article).forEach((button) => button.setAttribute("aria-pressed", String(ruling?.verdict === button.dataset.verdict)));
  if (!ruling) {
    form?.remove();
    return;
  }
  if (!form) {
    article.append(find("#form").content.cloneNode(true));
    form = find(".reason", article);
    translate(form);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => {
      FIELDS.forEach((field) => (rulings[id][field] = form.elements[field].value));
      lastWho = form.elements.who.value || lastWho;
      mark(article);
      tell();
      keep();
    });
  }
  const fixes = ruling.verdict === "fix";
  all(".fix", form).forEach((label) => (label.hidden = !fixes));
  FIELDS.slice(0, 2).forEach((field) => (form.elements[field].required = fixes));
  find(".excludes", form).hidden = ruling.verdict !== "exclude";
  FIELDS.forEach((field) => (form.elements[field].value = ruling[field] || ""));
}

function rule(article, verdict) {
  const id = article.dataset.id;
  if (rulings[id]?.verdict === verdict) {
    delete rulings[id];
  } else {
    rulings[id] = { who: lastWho, ...rulings[id], verdict, when: today() };
  }
  fill(article);
  mark(article);
  tell();
  keep();
  const empty = rulings[id] && all("input, textarea", find(".reason", article)).find((field) => field.required && !field.value);
  empty?.focus();
}

function tell() {
  const made = Object.values(rulings);
  const ready = made.filter(complete).length;
  find("#progress").textContent = say("progress", ready, articles.length) + (keeps ? "" : " " + say("unkept"));
  find("#incomplete").textContent = made.length > ready ? say("incomplete", made.length - ready) : "";
  find("#toml").value = toml();
  all("#copy, #download, #clear").forEach((button) => (button.disabled = made.length === 0));
}

function show() {
  const text = find("#search").value.trim().toLowerCase();
  const detector = find("#detector").value;
  const wanted = find("#state").value;
  let count = 0;
  for (const article of articles) {
    const one = suspicions.get(article.dataset.id);
    const now = state(article);
    const fits = { "": true, open: now === "open" || now === "partly", decided: now === "here" || now === "before", here: now === "here" || now === "partly", internal: one.internal }[wanted];
    const seen = fits && (!detector || one.detector === detector) && (!text || one.text.includes(text));
    article.hidden = !seen;
    count += seen;
  }
  all("section[data-group]").forEach((section) => (section.hidden = all("article", section).every((article) => article.hidden)));
  find("#shown").textContent = say("shown", count, articles.length);
}

function group() {
  const by = find("#grouped").value;
  root.dataset.grouped = by;
  const anchor = find(".notes") || find("#output");
  const sections = new Map();
  for (const article of articles) {
    const one = suspicions.get(article.dataset.id);
    const key = one[by];
    if (!sections.has(key)) {
      const section = document.createElement("section");
      const title = document.createElement("h2");
      section.dataset.group = key;
      const label = words["detector " + key];
      const name = document.createElement("span");
      if (by === "detector") Object.assign(name.dataset, { zh: label.zh, en: label.en });
      name.textContent = by === "detector" ? label[language] : key;
      title.append(name);
      section.append(title);
      sections.set(key, section);
    }
    sections.get(key).append(article);
  }
  all("section[data-group]").forEach((section) => section.remove());
  for (const section of sections.values()) {
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = " " + all("article", section).length;
    find("h2", section).append(count);
    anchor.before(section);
  }
  show();
}

function translate(inside) {
  all("[data-zh]", inside).forEach((one) => (one.textContent = one.dataset[language]));
  all("[data-name-zh]", inside).forEach((one) => one.setAttribute("aria-label", language === "zh" ? one.dataset.nameZh : one.dataset.nameEn));
}

function speak(chosen) {
  language = chosen;
  root.lang = chosen === "zh" ? "zh-Hans" : "en";
  root.dataset.language = chosen;
  translate(document);
  const other = find("#language");
  other.textContent = chosen === "zh" ? "English" : "中文";
  other.lang = chosen === "zh" ? "en" : "zh-Hans";
  articles.forEach(mark);
  tell();
  show();
}

async function copy() {
  const box = find("#toml");
  try {
    await navigator.clipboard.writeText(box.value);
  } catch {
    box.select();
    document.execCommand("copy");
  }
  find("#done").textContent = say("copied");
}

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([find("#toml").value], { type: "text/plain" }));
  link.download = "decisions.toml";
  link.click();
  URL.revokeObjectURL(link.href);
  find("#done").textContent = say("saved");
}

function clear() {
  if (!confirm(say("really"))) return;
  rulings = {};
  keep();
  articles.forEach((article) => (fill(article), mark(article)));
  tell();
  show();
}

load();
root.classList.add("scripted");
for (const one of suspicions.values()) one.text = JSON.stringify(one).toLowerCase() + find(`[id="s-${one.id}"]`).textContent.toLowerCase();
lastWho = Object.values(rulings).at(-1)?.who || "";
articles.forEach((article) => (fill(article), mark(article)));
list.addEventListener("click", (event) => {
  const button = event.target.closest("[data-verdict]");
  if (button) rule(button.closest("article"), button.dataset.verdict);
});
find("#tools").addEventListener("submit", (event) => event.preventDefault());
find("#search").addEventListener("input", show);
all("#detector, #state").forEach((select) => select.addEventListener("change", show));
find("#grouped").addEventListener("change", group);
find("#language").addEventListener("click", () => speak(language === "zh" ? "en" : "zh"));
find("#copy").addEventListener("click", copy);
find("#download").addEventListener("click", download);
find("#clear").addEventListener("click", clear);
addEventListener("beforeprint", () => all("details").forEach((one) => (one.open = true)));
tell();
show();
