// Keeps the note while it is typed. Without this script a button of the form does.
"use strict";
(() => {
  const field = document.querySelector("textarea[data-keeps]"), line = document.getElementById("note-kept");
  if (!field || !line) return;
  const form = field.form, words = line.dataset, choice = document.getElementById("note-choice");
  const REST_MS = 1000, AGAIN_MS = 5000;
  let kept = field.value, revision = Number(field.dataset.revision), timer = 0, busy = false, over = false, sent = false;

  const say = (text) => { if (line.textContent !== text) line.textContent = text; };
  const clock = (at) => new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit", timeZone: words.zone }).format(new Date(at));
  const later = (ms) => { clearTimeout(timer); timer = setTimeout(keep, ms); };

  async function keep(leaving) {
    clearTimeout(timer);
    const text = field.value;
    if (over || sent || text === kept || (busy && !leaving)) return;
    busy = true;
    const body = new URLSearchParams({ note: text, revision, csrf: form.elements.csrf.value });
    const answer = await fetch(field.dataset.keeps, { method: "POST", body, keepalive: Boolean(leaving), headers: { Accept: "application/json" } }).catch(() => null);
    busy = false;
    const told = answer && await answer.json().catch(() => null);
    if (answer && answer.ok && told) { kept = text; revision = told.revision; say(words.kept.replace("{time}", clock(told.saved_at))); if (field.value !== kept) later(REST_MS); }
    else if (answer && answer.status >= 400 && answer.status < 500 && told) refused(told.code);
    else { say(words.lost); later(AGAIN_MS); }
  }

  function refused(code) {
    if (code === "VB-1333") { over = true; choice.hidden = false; say(words.elsewhere); return; }
    over = code !== "VB-1332";
    say({ "VB-1332": words.long, "VB-1402": words.closed }[code] || words.out);
  }

  // Another window of the same person has kept another text: which of the two stays is theirs to say.
  async function choose(mine) {
    const answer = await fetch(field.dataset.keeps, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer || !answer.ok) { say(words.lost); return; }
    const theirs = await answer.json();
    revision = theirs.revision;
    kept = theirs.text || "";
    if (!mine) { field.value = kept; say(words.kept.replace("{time}", clock(theirs.saved_at))); }
    over = false;
    choice.hidden = true;
    field.focus();
    keep();
  }

  field.addEventListener("input", () => { if (!over) { say(words.typing); later(REST_MS); } });
  field.addEventListener("blur", () => keep());
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") keep(true); });
  addEventListener("pagehide", () => keep(true));
  addEventListener("beforeunload", (event) => { if (over && !sent && field.value !== kept) event.preventDefault(); });
  form.addEventListener("submit", () => { sent = true; clearTimeout(timer); });
  // A page that history brought back has been sent before.
  addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
  choice.querySelector("[data-act=mine]").addEventListener("click", () => choose(true));
  choice.querySelector("[data-act=theirs]").addEventListener("click", () => choose(false));
  // A browser that reloads may bring back what was typed and not what was kept.
  if (field.value !== field.defaultValue) { kept = field.defaultValue; keep(); }
})();
