// The glass wall: asks for new rows, shows those that the filter lets through.
"use strict";
(() => {
  const KEPT = 500;
  const list = document.querySelector("[data-rows]");
  const mould = document.querySelector("template[data-row]");
  const form = document.querySelector("[data-filter]");
  const status = document.querySelector("[data-status]");
  const pause = document.querySelector("[data-pause]");
  const since = { ehr: 0, zoom: 0 };
  let seen = 0;
  let paused = false;

  const text = (node, selector, value) => { node.querySelector(selector).textContent = value; };
  const time = (at) => new Date(at).toLocaleTimeString("en-GB", { timeZone: "America/New_York" });

  const readable = (body) => {
    if (!body) return "(no body)";
    try { return JSON.stringify(JSON.parse(body), null, 2); } catch { /* no JSON */ }
    return /^[\w.~%+-]+=[^\s]*$/.test(body) ? body.split("&").map(decoded).join("\n") : body;
  };
  const decoded = (pair) => {
    try { return decodeURIComponent(pair.replaceAll("+", " ")).replace("=", " = "); } catch { return pair; }
  };

  const fill = (section, side) => {
    const headers = section.querySelector("dl");
    for (const [name, value] of Object.entries(side.headers)) {
      const pair = document.createElement("div");
      pair.append(Object.assign(document.createElement("dt"), { textContent: name }));
      pair.append(Object.assign(document.createElement("dd"), { textContent: value }));
      headers.append(pair);
    }
    section.querySelector("pre").textContent = readable(side.body);
  };

  const made = (row) => {
    const item = mould.content.cloneNode(true).firstElementChild;
    const lost = row.status === 0;
    Object.assign(item.dataset, {
      system: row.system,
      fault: String(lost || row.status >= 400),
      words: [row.path, row.note, row.request.body, row.response.body, row.method].join(" ").toLowerCase(),
    });
    text(item, "time", time(row.at));
    text(item, ".system", row.system);
    item.querySelector(".system").classList.add(`system-${row.system}`);
    text(item, ".method", row.method);
    text(item, ".path", row.path);
    text(item, ".code", lost ? "no answer" : row.status);
    item.querySelector(".code").classList.add(lost || row.status >= 500 ? "bad" : row.status >= 400 ? "off" : "good");
    text(item, ".ms", `${row.ms} ms`);
    text(item, ".note", row.note || "");
    // Details are filled when they are opened: five hundred rows of headers are a heavy page.
    item.querySelector("details").addEventListener("toggle", () => {
      const [asked, answered] = item.querySelectorAll("section");
      if (asked.querySelector("pre").textContent) return;
      fill(asked, row.request);
      fill(answered, row.response);
    });
    return item;
  };

  const passes = (item) => {
    const systems = [...form.elements.system].filter((box) => box.checked).map((box) => box.value);
    const words = form.elements.words.value.trim().toLowerCase();
    return systems.includes(item.dataset.system)
      && (!form.elements.faults.checked || item.dataset.fault === "true")
      && (!words || item.dataset.words.includes(words));
  };
  const sift = () => {
    let shown = 0;
    for (const item of list.children) {
      item.hidden = !passes(item);
      shown += !item.hidden;
    }
    return shown;
  };
  const tell = (silent) => {
    const shown = sift();
    const zoom = silent ? " Sandbox Zoom does not answer." : "";
    status.textContent = seen ? `${shown} of ${seen} requests shown${paused ? ", paused" : ""}.${zoom}` : `Waiting for the first request.${zoom}`;
  };

  const look = async () => {
    let answer;
    try {
      answer = await (await fetch(`/glass/rows?ehr=${since.ehr}&zoom=${since.zoom}`)).json();
    } catch {
      since.ehr = 0; // started again, it counts from one
      status.textContent = "The sandbox EHR does not answer.";
      return;
    }
    if (answer.zoom_silent) since.zoom = 0;
    since.ehr = answer.ehr ?? since.ehr;
    since.zoom = answer.zoom ?? since.zoom;
    if (!answer.rows.length && !answer.zoom_silent) return;
    for (const row of answer.rows) list.prepend(made(row));
    while (list.children.length > KEPT) list.lastElementChild.remove();
    seen = list.children.length;
    tell(answer.zoom_silent);
  };

  form.addEventListener("input", () => tell(false));
  form.addEventListener("submit", (event) => event.preventDefault());
  pause.addEventListener("click", () => {
    paused = !paused;
    pause.setAttribute("aria-pressed", String(paused));
    tell(false);
  });
  document.querySelector("[data-clear]").addEventListener("click", () => {
    list.replaceChildren();
    seen = 0;
    tell(false);
  });
  const loop = async () => {
    if (!paused && !document.hidden) await look();
    setTimeout(loop, 700);
  };
  loop();
})();
