// Times in the viewer's zone, ISO 8601 with it: the page has UTC, only the browser knows the zone.
const two = n => String(n).padStart(2, "0");
const clock = when => `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
const zoneOf = when => {
  const ahead = -when.getTimezoneOffset();
  return ahead === 0 ? "Z" : `${ahead < 0 ? "-" : "+"}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
};

class HoldfastTime extends HTMLElement {
  static observedAttributes = ["at"];
  attributeChangedCallback(name, before, at) {
    const when = new Date(at);
    if (Number.isNaN(when.getTime())) { this.textContent = at; return; }
    this.textContent = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}T${clock(when)}${zoneOf(when)}`;
  }
}
customElements.define("hf-time", HoldfastTime);

// When the fleet was looked at last. The browser's own timer notices that news stay away: whoever would say so may be the one that
// is gone. A page that has not come to life, and one whose console was started anew, is loaded again once the console answers.
const oldAfterMs = 6000, aliveWithinMs = 10000, askEveryMs = 3000;
class HoldfastFresh extends HTMLElement {
  static observedAttributes = ["at"];
  connectedCallback() {
    this.loaded = this.news = Date.now();
    this.timer = setInterval(() => this.look(), 500);
  }
  disconnectedCallback() { clearInterval(this.timer); }
  attributeChangedCallback(name, before, at) {
    if (at !== before) { this.news = Date.now(); this.look(); }
  }
  look() {
    const silent = Date.now() - this.news, isOld = silent > oldAfterMs, at = this.getAttribute("at");
    document.body.classList.toggle("old", isOld);
    const says = this.getAttribute(isOld ? "old" : "fresh") ?? ""; // attributes come one after the other
    const text = isOld ? says.replace("{0}", Math.floor(silent / 1000)) : at ? says.replace("{0}", clock(new Date(at))) : "";
    if (this.textContent !== text) this.textContent = text;
    if (!this.hasAttribute("live") && Date.now() - this.loaded > aliveWithinMs) loadAgain();
  }
}
customElements.define("hf-fresh", HoldfastFresh);

let isLoading = false;
async function loadAgain() {
  if (isLoading) return;
  isLoading = true;
  while (true) {
    const answers = await fetch("/console.css", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(askEveryMs) })
      .then(() => true, () => false);
    if (answers) { location.reload(); return; }
    await new Promise(done => setTimeout(done, askEveryMs));
  }
}

document.addEventListener("components-reconnect-state-changed", event => {
  if (event.detail.state === "failed" || event.detail.state === "rejected") loadAgain();
});

// A field of a form shows a moment, which the page has in UTC, in the viewer's zone, and sends it back in UTC.
window.holdfast = {
  local: utc => {
    const when = new Date(`${utc}Z`);
    return Number.isNaN(when.getTime()) ? utc
      : `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}T${two(when.getHours())}:${two(when.getMinutes())}`;
  },
  utc: local => {
    const when = new Date(local);
    return Number.isNaN(when.getTime()) ? local : when.toISOString();
  },
  zone: () => {
    const zone = zoneOf(new Date());
    return zone === "Z" ? "UTC" : `UTC${zone}`;
  },
};

// "/" goes to the page's search, as people expect it.
document.addEventListener("keydown", event => {
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");
  const search = document.querySelector("input[type=search]");
  if (event.key === "/" && !typing && search) { event.preventDefault(); search.focus(); }
});

// The menu of a phone closes behind a chosen page.
document.addEventListener("click", event => {
  if (event.target.closest("nav a")) {
    const menu = document.getElementById("menu");
    if (menu) menu.checked = false;
  }
});
