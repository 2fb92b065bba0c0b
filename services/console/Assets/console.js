// Times in the viewer's zone, ISO 8601 with it: the page has UTC, only the browser knows the zone.
class HoldfastTime extends HTMLElement {
  static observedAttributes = ["at"];
  attributeChangedCallback(name, before, at) {
    const when = new Date(at);
    if (Number.isNaN(when.getTime())) { this.textContent = at; return; }
    const two = n => String(n).padStart(2, "0");
    const time = `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
    const ahead = -when.getTimezoneOffset();
    const zone = ahead === 0 ? "Z" : `${ahead < 0 ? "-" : "+"}${two(Math.floor(Math.abs(ahead) / 60))}:${two(Math.abs(ahead) % 60)}`;
    this.textContent = `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())}T${time}${zone}`;
  }
}
customElements.define("hf-time", HoldfastTime);

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
