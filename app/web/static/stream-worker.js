// One event stream for all pages of this browser. Pages say whether they want it; without any it is closed.
"use strict";
const wanting = new Map();
let source = null, last = null;

function tell(message) { for (const port of wanting.keys()) port.postMessage(message); }

function open() {
  source = new EventSource("/events/stream" + (last === null ? "" : `?after=${last}`));
  source.addEventListener("open", () => tell({ streaming: true }));
  source.addEventListener("beat", (event) => { last = event.lastEventId || last; });
  source.addEventListener("visit", (event) => { last = event.lastEventId; tell({ streaming: true, visit: JSON.parse(event.data) }); });
  source.addEventListener("error", () => {
    // 204 closes it for good: no room for another stream, or nobody is signed in. Pages poll instead.
    if (source && source.readyState === EventSource.CLOSED) { source = null; tell({ streaming: false }); }
  });
}

function settle() {
  const wanted = [...wanting.values()].some(Boolean);
  if (wanted && !source) open();
  if (!wanted && source) { source.close(); source = null; }
}

onconnect = (event) => {
  const port = event.ports[0];
  port.onmessage = ({ data }) => {
    if (data.bye) wanting.delete(port);
    else {
      wanting.set(port, data.want);
      if (last === null) last = data.after;
      if (source && source.readyState === EventSource.OPEN) port.postMessage({ streaming: true });
    }
    settle();
  };
};
