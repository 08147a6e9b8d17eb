// The overview map: zoom and pan on top of a picture that is whole without script; nearer groups are pages of their own.
(function () {
  "use strict";
  const view = document.getElementById("view");
  const svg = document.getElementById("map");
  const tools = document.getElementById("tools");
  if (!view || !svg || !tools) return;
  const whole = svg.getAttribute("viewBox").split(" ").map(Number);
  const MOST = 8, OFFER = 2.2, LEGIBLE = 0.6; // the last: pixels of the screen for one of the picture
  let box = whole.slice();
  view.classList.add("live");
  tools.hidden = false;
  document.getElementById("keys").hidden = false;
  const opener = document.createElement("a");
  opener.className = "button";
  opener.hidden = true;
  opener.id = "open-group";
  tools.append(opener);

  const zoom = () => whole[2] / box[2];
  function show() {
    svg.setAttribute("viewBox", box.map((n) => n.toFixed(1)).join(" "));
    offer();
  }
  function clamp(value, low, high) { return Math.min(high, Math.max(low, value)); }
  function move(dx, dy) {
    box[0] = clamp(box[0] + dx, whole[0] - box[2] / 2, whole[0] + whole[2] - box[2] / 2);
    box[1] = clamp(box[1] + dy, whole[1] - box[3] / 2, whole[1] + whole[3] - box[3] / 2);
    show();
  }
  function scale(factor, x = box[0] + box[2] / 2, y = box[1] + box[3] / 2) {
    const next = clamp(zoom() * factor, 1, MOST);
    const width = whole[2] / next, height = whole[3] / next;
    box = [x - (x - box[0]) * width / box[2], y - (y - box[1]) * height / box[3], width, height];
    if (next === 1) box = whole.slice();
    show();
  }
  // Far in, the group in the middle is offered as a picture of its own, where every one of its names has room
  function offer() {
    const x = box[0] + box[2] / 2, y = box[1] + box[3] / 2;
    const circles = [...svg.querySelectorAll("circle.ground")];
    const names = [...svg.querySelectorAll("a.region")];
    const at = circles.findIndex((c) => Math.hypot(c.cx.baseVal.value - x, c.cy.baseVal.value - y) <= c.r.baseVal.value);
    const open = zoom() >= OFFER && names.length === circles.length && at >= 0;
    opener.hidden = !open;
    if (!open) return;
    opener.href = names[at].getAttribute("href");
    opener.textContent = `Open ${names[at].textContent.trim()}`;
  }
  function point(event) {
    const matrix = svg.getScreenCTM();
    return new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
  }

  // On a small screen names would be too small to read: begin at the largest group, with the whole one press away
  function begin() {
    const unit = Math.min(svg.clientWidth / whole[2], svg.clientHeight / whole[3]);
    const first = svg.querySelector("circle.ground");
    if (unit >= LEGIBLE || !first) return;
    const width = whole[2] * unit / LEGIBLE, height = whole[3] * unit / LEGIBLE;
    box = [first.cx.baseVal.value - width / 2, first.cy.baseVal.value - height / 2, width, height];
    show();
  }

  const acts = { in: () => scale(1.5), out: () => scale(1 / 1.5), fit: () => { box = whole.slice(); show(); } };
  tools.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-do]");
    if (button) acts[button.dataset.do]();
  });
  view.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== view) return;
    const step = box[2] / 8;
    const keys = {
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0), ArrowUp: () => move(0, -step),
      ArrowDown: () => move(0, step), "+": acts.in, "=": acts.in, "-": acts.out, "0": acts.fit,
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  view.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return; // the page scrolls as everywhere
    event.preventDefault();
    const at = point(event);
    scale(Math.exp(-clamp(event.deltaY, -80, 80) / 160), at.x, at.y);
  }, { passive: false });

  // Drag with one pointer, pinch with two; a drag that began on a link does not follow it
  const held = new Map();
  let moved = 0;
  svg.addEventListener("dragstart", (event) => event.preventDefault());
  svg.addEventListener("pointerdown", (event) => { held.set(event.pointerId, event); moved = 0; });
  window.addEventListener("pointermove", (event) => {
    const before = held.get(event.pointerId);
    if (!before) return;
    const unit = 1 / svg.getScreenCTM().a;
    const dx = event.clientX - before.clientX, dy = event.clientY - before.clientY;
    moved += Math.abs(dx) + Math.abs(dy);
    if (held.size === 1 && moved > 4) {
      view.classList.add("held");
      move(-dx * unit, -dy * unit);
    } else if (held.size === 2) {
      const other = [...held.values()].find((one) => one.pointerId !== event.pointerId);
      const apart = (one) => Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
      const at = point({ clientX: (event.clientX + other.clientX) / 2, clientY: (event.clientY + other.clientY) / 2 });
      if (apart(before) > 10) scale(apart(event) / apart(before), at.x, at.y);
    }
    held.set(event.pointerId, event);
  });
  ["pointerup", "pointercancel"].forEach((kind) => window.addEventListener(kind, (event) => {
    held.delete(event.pointerId);
    if (!held.size) view.classList.remove("held");
  }));
  svg.addEventListener("click", (event) => { if (moved > 6) event.preventDefault(); }, true);
  begin();
})();
