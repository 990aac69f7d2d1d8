// Tabs of the chart, by the keyboard too; the frame stays open behind the others.
"use strict";
(() => {
  const tabs = [...document.querySelectorAll("[role=tab]")];
  const panels = tabs.map((tab) => document.getElementById(tab.getAttribute("aria-controls")));
  const written = document.querySelector("[data-refresh]");
  const count = document.querySelector("[data-count]");

  const show = (chosen) => tabs.forEach((tab, index) => {
    tab.setAttribute("aria-selected", String(tab === chosen));
    tab.tabIndex = tab === chosen ? 0 : -1;
    panels[index].hidden = tab !== chosen;
  });

  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => show(tab));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      const next = tabs[(index + step + tabs.length) % tabs.length];
      show(next);
      next.focus();
    });
  });

  const refresh = async () => {
    try {
      const answer = await fetch(written.dataset.refresh);
      if (!answer.ok) return;
      const fresh = document.createElement("div");
      fresh.innerHTML = await answer.text();
      const rows = fresh.querySelector("[data-rows]").dataset.rows;
      // Only a change is put in place: somebody may be reading an opened resource.
      if (rows === written.querySelector("[data-rows]").dataset.rows) return;
      written.replaceChildren(...fresh.childNodes);
      count.textContent = rows;
    } catch {
      // The next look will find it.
    }
  };
  setInterval(() => { if (!document.hidden) refresh(); }, 2000);

  // On a phone the storyboard would push the frame off the screen.
  if (matchMedia("(max-width: 52rem)").matches) document.querySelector(".storyboard details").open = false;
})();
