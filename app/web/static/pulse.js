// Timers of a hidden page are held back; those of a worker are not.
setInterval(function () { postMessage(0); }, 1000);
