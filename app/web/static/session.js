// Warns before a sign-in ends, and lets one key make it last. Whoever types or clicks is there without being asked.
"use strict";
(() => {
  const box = document.getElementById("idle");
  if (!box) return;
  const { left: address, stay: staying, csrf } = box.dataset;
  const WARN_S = 300, LOOK_MS = 60000, TOUCH_MS = 60000;
  const clock = box.querySelector("[data-idle-left]"), said = document.getElementById("said");
  let ends = 0, last = false, known = false, gone = false, touched = Date.now(), agreed = false;
  const seconds = () => Math.round((ends - Date.now()) / 1000);

  async function ask(method) {
    const answer = await fetch(method === "POST" ? staying : address, { method, headers: { "X-CSRF-Token": csrf } }).catch(() => null);
    if (!answer) return;
    // A tab that the EHR's frame opened has no cookie, and never knew.
    if (!answer.ok) { if (answer.status === 403 && known) leave(); return; }
    const told = await answer.json();
    known = true;
    last = told.last;
    ends = Date.now() + told.seconds * 1000;
    show();
  }

  // The page goes, with whatever it shows of a patient; the call, in its own window, does not.
  function leave() {
    if (gone) return;
    gone = true;
    for (const one of document.body.children) if (one !== box) { one.inert = true; one.hidden = true; }
    location.reload();
  }

  function show() {
    if (!known) return;
    if (seconds() <= 0) { leave(); return; }
    const due = seconds() <= WARN_S && !(last && agreed);
    box.toggleAttribute("data-last", last);
    clock.textContent = `${Math.floor(seconds() / 60)}:${String(seconds() % 60).padStart(2, "0")}`;
    if (due && !box.open) { box.showModal(); said.textContent = ""; }
    if (!due && box.open) box.close();
  }

  box.querySelector("[data-act=stay]").addEventListener("click", () => ask("POST"));
  box.querySelector("[data-act=agreed]").addEventListener("click", () => { agreed = true; box.close(); });
  box.addEventListener("cancel", (event) => { event.preventDefault(); if (last) { agreed = true; box.close(); } else ask("POST"); });
  for (const kind of ["keydown", "pointerdown", "input"]) {
    addEventListener(kind, () => {
      if (!known || box.open || Date.now() - touched < TOUCH_MS) return;
      touched = Date.now();
      ask("POST");
    }, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") ask("GET"); });
  setInterval(() => { if (!gone) show(); }, 1000);
  setInterval(() => { if (!gone && known) ask("GET"); }, LOOK_MS);
  ask("GET");
})();
