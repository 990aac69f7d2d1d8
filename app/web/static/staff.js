// Keeps a staff page right: what changes is fetched again when the stream, or a poll, says that it did.
"use strict";
(() => {
  const main = document.getElementById("main"), own = main.dataset, root = document.documentElement;
  const said = document.getElementById("said"), title = document.title, framed = window.top !== window.self;
  const POLL_MS = 5000, LOOK_MS = 30000;
  let etag = "", last = own.after, streaming = false, due = 0, spoken = "", port = null, told = "";
  root.classList.add("js");
  const live = () => document.getElementById("live");
  const inSight = () => document.visibilityState === "visible";
  const wanted = () => inSight() || Boolean(live() && live().dataset.watch);
  const post = (url, body) => fetch(url, { method: "POST", body, headers: { "X-CSRF-Token": own.csrf } });

  function yours() {
    for (const time of document.querySelectorAll("time[data-zone]")) {
      const at = new Date(time.getAttribute("datetime")), shape = { weekday: "short", hour: "numeric", minute: "2-digit" };
      const here = new Intl.DateTimeFormat(root.lang, shape).format(at);
      const there = new Intl.DateTimeFormat(root.lang, { ...shape, timeZone: time.dataset.zone }).format(at);
      if (here === there) continue;
      const line = document.createElement("span");
      line.className = "yours";
      line.textContent = time.dataset.yours.replace("{time}", here);
      time.after(line);
    }
  }

  function badge() {
    const count = Number(live().dataset.badge || 0), pill = document.querySelector("[data-badge-count]");
    if (!framed) document.title = count ? `(${count}) ${title}` : title;
    if (pill) { pill.hidden = !count; pill.firstChild.textContent = count; }
  }

  function announce() {
    const words = live().dataset.say;
    if (spoken && words !== spoken) said.textContent = words;
    spoken = words;
  }

  async function acknowledge() {
    const ids = live().dataset.ack;
    if (!ids || ids === told || !inSight() || covered()) return;
    told = ids;
    const body = new URLSearchParams(ids.split(" ").map((id) => ["visit", id]));
    try { if (!(await post(`/clinic/s/${own.session}/acknowledge`, body)).ok) told = ""; } catch { told = ""; }
  }

  const busy = () => {
    const field = document.activeElement;
    return live().contains(field) && field.matches("input:not([readonly]), textarea:not([readonly])") || [...live().querySelectorAll("input[name=reason], #wait-text")].some((one) => one.value);
  };

  function show(html) {
    const open = [...live().querySelectorAll("details[open]")].map((one) => one.id);
    const at = document.activeElement, act = live().contains(at) && at.closest("[data-act]"), inList = at && at.closest("[data-visit] li, li[data-visit]");
    const spot = act ? `${inList ? `[data-visit="${inList.dataset.visit}"] ` : ""}[data-act="${act.dataset.act}"]` : at && at.id ? `#${at.id}` : "";
    live().outerHTML = html;
    foresee();
    for (const id of open) { const one = document.getElementById(id); if (one) one.open = true; }
    const again = spot && live().querySelector(spot);
    if (again) (again.matches("form") ? again.querySelector("button") : again).focus({ preventScroll: true });
    if (live().dataset.state) own.state = live().dataset.state;
    settle();
  }

  // What will reach the chart may take the EHR a moment to say: it is asked once for as long as the page stands.
  let foreseen = "", asked = false;
  function foresee() {
    const spot = document.querySelector("#outlook[data-from]");
    if (spot && foreseen) spot.outerHTML = foreseen;
    if (!spot || asked) return;
    asked = true;
    fetch(spot.dataset.from).then((answer) => (answer.ok ? answer.text() : "")).catch(() => "").then((html) => { foreseen = html; foresee(); });
  }

  function settle() { yours(); badge(); announce(); acknowledge(); want(); foresee(); }

  async function refresh() {
    due = Date.now() + LOOK_MS;
    if (!own.fragment || busy()) return;
    const answer = await fetch(own.fragment, { headers: etag ? { "If-None-Match": etag } : {} }).catch(() => null);
    if (!answer) return;
    if (answer.status === 403) { location.reload(); return; }
    if (!answer.ok) return;
    etag = answer.headers.get("ETag") || "";
    show(await answer.text());
  }

  async function poll() {
    const answer = await fetch(`/events/poll?after=${last}`).catch(() => null);
    if (!answer || answer.status !== 200) return;
    const news = await answer.json();
    last = news.last;
    if (news.events.length) due = 0;
  }

  function want() { if (port) port.postMessage({ want: wanted(), after: last }); }

  function listen() {
    try {
      const worker = new SharedWorker(own.worker, "visitbridge");
      // A frame whose browser blocks other sites' cookies gets none, and is told so late.
      worker.onerror = () => { port = null; listenAlone(); };
      port = worker.port;
      port.onmessage = ({ data }) => { streaming = data.streaming; if (data.visit) { last = data.visit.n; due = 0; } };
      want();
    } catch { listenAlone(); }
  }

  // A stream of this page's own, while it is in sight: a browser opens six connections, and pages may be many.
  function listenAlone() {
    let source = null, refused = false;
    const settle = () => {
      if (source && !inSight()) { source.close(); source = null; streaming = false; }
      if (source || refused || !inSight()) return;
      source = new EventSource(`/events/stream?after=${last}`);
      source.addEventListener("open", () => { streaming = true; });
      source.addEventListener("beat", (event) => { last = event.lastEventId || last; });
      source.addEventListener("visit", (event) => { last = event.lastEventId; due = 0; });
      source.addEventListener("error", () => { streaming = false; refused = source.readyState === EventSource.CLOSED; });
    };
    document.addEventListener("visibilitychange", settle);
    settle();
  }

  // The frame remembers whose page stood in it last: by its name, which history does not bring back. An EHR may
  // have named it already, then the tab's storage does. Where that is closed, too, the server knows which patient
  // this browser launched last, of this and of every other frame. null: perhaps another one.
  const OURS = "visitbridge:", cover = document.getElementById("cover");
  const covered = () => Boolean(cover && !cover.hidden);
  const here = () => `${OURS}${own.session}:${location.pathname}`;
  const ours = () => !window.name || window.name.startsWith(OURS);
  function recall(kept) {
    if (ours()) return window.name;
    try { return sessionStorage.getItem(OURS) || ""; } catch { return kept || "overtaken" in cover.dataset ? null : ""; }
  }
  function remember() {
    if (ours()) { window.name = here(); return; }
    try { sessionStorage.setItem(OURS, here()); } catch { /* closed: see above */ }
  }
  function guard(event) {
    const [entry] = performance.getEntriesByType("navigation");
    const back = event.persisted || (entry && entry.type === "back_forward");
    const last = cover && recall(event.persisted), other = Boolean(last) && last.split(":")[1] !== own.session;
    if (cover && back && (other || last === null)) {
      const newest = document.getElementById("cover-newest"), path = (last || "").split(":").slice(2).join(":");
      if (path.includes("/visits/")) newest.href = path;
      else newest.textContent = newest.dataset.unknown;
      cover.hidden = false;
      for (const one of document.body.children) if (!one.contains(cover)) one.inert = true;
      live() && (live().inert = true);
      // Neither choice: an Enter that was meant for another page must not take one.
      cover.firstElementChild.focus();
    } else remember();
    if (event.persisted) { etag = ""; refresh(); }
  }
  if (cover) document.getElementById("cover-stay").addEventListener("click", () => {
    cover.hidden = true;
    for (const one of document.querySelectorAll("[inert]")) one.inert = false;
    remember();
    acknowledge();
  });

  async function copy(button) {
    const field = document.getElementById(button.dataset.copies);
    field.focus();
    field.select();
    // A frame may not use the clipboard unless the EHR allows it; the old way works on a selection.
    try { await navigator.clipboard.writeText(field.value); } catch { document.execCommand("copy"); }
    const label = button.querySelector("span"), before = label.textContent;
    label.textContent = said.textContent = button.dataset.done;
    button.focus();
    setTimeout(() => { label.textContent = before; }, 2500);
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-act]");
    if (button && button.dataset.copies) copy(button);
  });
  // A frame that the EHR shut in, or a browser so set, opens no window and says nothing: then the page does. An
  // open window of this name is not touched by being asked for.
  const blocked = document.getElementById("blocked");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!blocked || !form.target.startsWith("zoom-") || window.open("", form.target)) return;
    event.preventDefault();
    blocked.showModal();
  });
  // At once, not with pageshow, which comes after the load: who goes back before it has seen this page as well.
  guard({ persisted: false });
  addEventListener("pageshow", (event) => event.persisted && guard(event));
  addEventListener("pagehide", () => port && port.postMessage({ bye: true }));
  document.addEventListener("visibilitychange", () => { want(); if (inSight()) { due = 0; acknowledge(); } });
  if (!live()) return;
  settle();
  listen();
  let polled = Date.now();
  setInterval(() => {
    if (wanted() && Date.now() >= due) refresh();
    if (!streaming && wanted() && Date.now() - polled > POLL_MS) { polled = Date.now(); poll(); }
  }, 100);
  due = Date.now() + LOOK_MS;
})();
