"use strict";
// A page that follows something: events say that it moved, then the page is asked for again and
// its live parts are put in place. Without this script the page reloads itself.
(() => {
  const root = document.querySelector("[data-events]");
  if (!root || !("EventSource" in window)) return;
  let source = null, polling = 0, busy = false, again = false, over = false;

  // What a part says, whatever values its hidden fields have.
  const words = (part) => {
    const copy = part.cloneNode(true);
    copy.querySelectorAll("input[type=hidden]").forEach((one) => one.remove());
    copy.querySelectorAll("details").forEach((one) => one.removeAttribute("open"));
    return copy.innerHTML.replace(/\s+/g, " ").trim();
  };

  const put = (old, part) => {
    const held = old.contains(document.activeElement) ? document.activeElement.id : null;
    const open = [...old.querySelectorAll("details")].map((one) => one.open);
    old.replaceChildren(...part.childNodes);
    old.querySelectorAll("details").forEach((one, rank) => { one.open = open[rank] || false; });
    if (held === null) return;
    const same = held ? document.getElementById(held) : null;
    const place = same && !same.disabled ? same : old.querySelector("a, button:not([disabled])");
    if (place) { place.focus(); return; }
    old.tabIndex = -1;
    old.focus();
  };

  const refresh = async () => {
    if (busy) { again = true; return; }
    busy = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of page.querySelectorAll("[data-live][id]")) {
          const old = document.getElementById(part.id);
          if (old && words(old) !== words(part)) put(old, part);
        }
        document.title = page.title;
      }
    } catch { /* the next event, or the next poll, tries again */ }
    busy = false;
    if (again) { again = false; refresh(); }
  };

  const stop = () => { if (source) source.close(); source = null; };
  const start = () => {
    if (source || over || polling) return;
    source = new EventSource(root.dataset.events);
    source.onmessage = refresh;
    source.addEventListener("fin", () => { over = true; stop(); refresh(); });
    source.onerror = () => {
      if (source && source.readyState === EventSource.CLOSED) {
        stop();
        polling = window.setInterval(refresh, 5000);
      }
    };
  };

  // A hidden tab lets its connection go: a browser opens only a few to one site.
  document.addEventListener("visibilitychange", () => (document.hidden ? stop() : start()));
  if (!document.hidden) start();
})();
