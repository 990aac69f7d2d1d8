// Keeps the clock in the bar right: the sandbox's time as the clinic reads it.
"use strict";
(() => {
  const faces = document.querySelectorAll("[data-clock]");
  const offsets = document.querySelectorAll("[data-clock-offset]");
  const zone = { timeZone: "America/New_York" };
  const weekday = new Intl.DateTimeFormat("en", { ...zone, weekday: "short" });
  const time = new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" });

  const words = (seconds) => {
    const minutes = Math.round(seconds / 60);
    if (!minutes) return "";
    const [days, hours] = [Math.floor(Math.abs(minutes) / 1440), Math.floor((Math.abs(minutes) % 1440) / 60)];
    const parts = [days && `${days} d`, hours && `${hours} h`, minutes % 60 && `${Math.abs(minutes % 60)} min`];
    return `${minutes > 0 ? "+" : "−"}${parts.filter(Boolean).join(" ")}`;
  };

  const look = async () => {
    try {
      const { now, offset_seconds: offset } = await (await fetch("/clock")).json();
      const moment = new Date(now);
      faces.forEach((face) => { face.textContent = `${weekday.format(moment)} ${time.format(moment)}`; });
      offsets.forEach((one) => { one.textContent = words(offset) || (one.closest("main") ? "real time" : ""); });
    } catch {
      // The EHR is being started again: the next look will find it.
    }
  };
  setInterval(() => { if (!document.hidden) look(); }, 5000);
})();
