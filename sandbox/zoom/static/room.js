// Keeps the page fresh: who waits, who came, whether the meeting has ended.
const every = 1000;

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("main");
  const shown = document.querySelector("main");
  if (fresh && shown && fresh.outerHTML !== shown.outerHTML) {
    const focused = document.activeElement?.dataset?.act;
    shown.replaceWith(fresh);
    if (focused) document.querySelector(`[data-act="${focused}"]`)?.focus();
  }
}

setInterval(() => refresh().catch(() => {}), every);
