// Keeps the patient's page right. Without this script the page works by "Check again".
(function () {
  "use strict";
  var BEAT_MS = 15000, LOOK_MS = 3500, JITTER_MS = 1000;
  var root = document.documentElement, main = document.querySelector("main[data-page=patient]");
  var live = document.getElementById("live"), said = document.getElementById("said"), lost = document.getElementById("lost");
  var path = main.dataset.path, csrf = main.dataset.csrf, state = main.dataset.state;
  var etag = "", lastBeat = Date.now(), nextLook = 0, failures = 0, looking = false;
  root.classList.add("js");

  function yours() {
    document.querySelectorAll("time[data-zone]").forEach(function (time) {
      var at = new Date(time.getAttribute("datetime"));
      var shape = { weekday: "short", hour: "numeric", minute: "2-digit" };
      var here = new Intl.DateTimeFormat(root.lang, shape).format(at);
      var there = new Intl.DateTimeFormat(root.lang, Object.assign({ timeZone: time.dataset.zone }, shape)).format(at);
      if (here === there) return;
      var line = document.createElement("span");
      line.className = "yours";
      line.textContent = time.dataset.yours.replace("{time}", here);
      time.after(line);
    });
  }

  function show(html) {
    var hadFocus = live.contains(document.activeElement);
    live.innerHTML = html;
    yours();
    var now = live.querySelector("[data-state]");
    if (hadFocus) { var act = live.querySelector(".big, .second"); if (act) act.focus(); }
    if (now.dataset.state === state) return;
    state = main.dataset.state = now.dataset.state;
    document.title = now.dataset.title;
    said.textContent = live.querySelector("h1").textContent;
    if (state === "join" && navigator.vibrate) navigator.vibrate([120, 80, 120]);
  }

  function look() {
    if (looking) return;
    looking = true;
    nextLook = Date.now() + LOOK_MS + Math.random() * JITTER_MS;
    fetch(path + "/live" + location.search, { headers: etag ? { "If-None-Match": etag } : {} }).then(function (answer) {
      if (answer.status === 404) { location.reload(); return null; }
      if (answer.status !== 200 && answer.status !== 304) throw new Error("not now");
      failures = 0;
      lost.hidden = true;
      if (answer.status === 304) return null;
      etag = answer.headers.get("ETag") || "";
      return answer.text();
    }).then(function (html) { if (html) show(html); }).catch(function () {
      failures += 1;
      lost.hidden = failures < 3;
    }).then(function () { looking = false; });
  }

  function beat() {
    lastBeat = Date.now();
    fetch(path + "/beat", { method: "POST", headers: { "X-CSRF-Token": csrf } }).catch(function () {});
  }

  function tick() {
    if (Date.now() - lastBeat >= BEAT_MS) beat();
    if (Date.now() >= nextLook) look();
  }

  function stayAwake() {
    if (navigator.wakeLock && document.visibilityState === "visible") navigator.wakeLock.request("screen").catch(function () {});
  }

  // Whoever comes back from the call by "Back" is here again, and only a load says so.
  addEventListener("pageshow", function (event) { if (event.persisted) location.reload(); });
  document.addEventListener("visibilitychange", function () {
    if (document.visibilityState === "visible") { beat(); look(); stayAwake(); }
  });
  yours();
  beat();
  look();
  stayAwake();
  try { new Worker(main.dataset.pulse).onmessage = tick; } catch (none) { setInterval(tick, 1000); }
})();
