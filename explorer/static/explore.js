// The interactive explorer: zoom, drag, keys and quick steps on top of a page whose links and buttons do the same alone.
(function () {
  "use strict";
  const root = document.getElementById("explore");
  const said = document.getElementById("said");
  if (!root) return;
  // A suggestion for the box is put into it by its own name, whatever else is called alike
  root.addEventListener("complete:chosen", (event) => {
    event.preventDefault();
    const { kind, value } = event.detail, box = event.target;
    box.value = kind === "concept" ? `concept:${value}` : value;
    box.form.requestSubmit();
  });
  if (!document.getElementById("view")) return;
  const readable = () => (view.clientWidth < 600 ? 0.82 : 0.78); // below this scale labels are too small to begin with
  const NEAREST = 4, FURTHEST = 0.12, STEP = 1.3;
  const still = 5; // pixels that a press may move and still be a click
  const eye = { x: 0, y: 0, scale: 1, own: false }; // the point in the middle of the view, and pixels a unit
  let view, sky, running = null, last = 0, moved = null;

  const address = () => root.dataset.address;
  const stars = () => [...sky.querySelectorAll(".star")];
  const starOf = (node) => stars().find((star) => star.dataset.node === node);
  const place = (star) => ({ x: Number(star.dataset.x), y: Number(star.dataset.y) });
  const say = (text) => { said.textContent = text; };
  const name = (star) => star.querySelector("title").textContent;

  // What is seen
  function look() {
    const wide = view.clientWidth / eye.scale, high = view.clientHeight / eye.scale;
    sky.setAttribute("viewBox", `${eye.x - wide / 2} ${eye.y - high / 2} ${wide} ${high}`);
  }
  function whole() {
    const box = sky.dataset.whole.split(" ").map(Number);
    return { x: box[0] + box[2] / 2, y: box[1] + box[3] / 2, scale: Math.min(view.clientWidth / box[2], view.clientHeight / box[3], 1.15) };
  }
  function fit() { Object.assign(eye, whole(), { own: false }); look(); }
  function begin() {
    fit();
    if (eye.scale >= readable()) return;
    const chosen = sky.querySelector(".star.chosen");
    Object.assign(eye, chosen ? place(chosen) : {}, { scale: readable() });
    look();
  }
  function zoom(by, at) {
    const scale = Math.min(NEAREST, Math.max(FURTHEST, eye.scale * by));
    const point = at || { x: view.clientWidth / 2, y: view.clientHeight / 2 };
    const dx = point.x - view.clientWidth / 2, dy = point.y - view.clientHeight / 2;
    eye.x += dx / eye.scale - dx / scale;
    eye.y += dy / eye.scale - dy / scale;
    Object.assign(eye, { scale, own: true });
    look();
  }
  function show(star) {
    const at = place(star), edge = 70;
    const wide = view.clientWidth / 2 / eye.scale - edge, high = view.clientHeight / 2 / eye.scale - edge;
    eye.x = Math.min(Math.max(eye.x, at.x - Math.max(wide, 0)), at.x + Math.max(wide, 0));
    eye.y = Math.min(Math.max(eye.y, at.y - Math.max(high, 0)), at.y + Math.max(high, 0));
    look();
  }

  // One step: another address, fetched and put in place of this one
  function written(pairs) {
    const plain = { "%3A": ":", "%40": "@", "%2C": ",", "%2F": "/", "%21": "!", "%7E": "~" };
    return [...pairs].map(([k, v]) => `${k}=${encodeURIComponent(v).replace(/%(3A|40|2C|2F|21|7E)/g, (c) => plain[c])}`).join("&");
  }
  function act(what, value) { return go(`${address()}?${root.dataset.state}${root.dataset.state ? "&" : ""}${written([[what, value]])}`); }
  async function go(url, options) {
    const { push = true, focus = null } = options || {};
    if (running) running.abort();
    const mine = running = Object.assign(new AbortController(), { push });
    root.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(url, { signal: mine.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById("explore");
      if (!fresh) { location.assign(url); return; }
      swap(fresh, focus);
      document.title = page.title;
      if (push && root.dataset.state !== location.search.slice(1)) {
        last = (history.state && history.state.step || 0) + 1;
        history.pushState({ step: last }, "", `${address()}${root.dataset.state ? "?" : ""}${root.dataset.state}`);
      }
      tools();
    } catch (error) {
      if (error.name !== "AbortError") location.assign(url);
    } finally {
      if (mine === running) root.removeAttribute("aria-busy"); // else a later step is on its way
    }
  }
  function held() {
    const at = document.activeElement;
    if (!at || !root.contains(at)) return null;
    if (at.dataset.node) return { node: at.dataset.node };
    if (at.name && at.tagName === "BUTTON") return { button: at.name, value: at.value };
    return at.id ? { id: at.id } : null;
  }
  function restore(mark) {
    if (!mark) return;
    let to = null;
    if (mark.node) to = starOf(mark.node) || sky && sky.querySelector(".star.chosen");
    else if (mark.button) to = [...root.querySelectorAll(`button[name="${mark.button}"]`)].find((b) => b.value === mark.value);
    else if (mark.id) to = document.getElementById(mark.id);
    if (!to && (mark.button || mark.id)) to = document.getElementById("focus");
    if (to) to.focus({ preventScroll: !mark.button });
  }
  function swap(fresh, focus) {
    const before = new Set(sky ? stars().map((s) => s.dataset.node) : []);
    const open = new Set([...root.querySelectorAll("details[open] > summary > span:first-child, .keys[open] > summary")].map((s) => s.textContent.split("(")[0]));
    const mark = focus || held();
    root.replaceChildren(...fresh.childNodes);
    Object.assign(root.dataset, fresh.dataset);
    root.querySelectorAll("details > summary").forEach((s) => {
      const words = (s.querySelector("span") || s).textContent.split("(")[0];
      if (open.has(words)) s.parentElement.open = true;
    });
    if (!document.getElementById("view")) { location.assign(`${address()}?${root.dataset.state}`); return; }
    dress();
    document.dispatchEvent(new CustomEvent("page:changed"));
    restore(mark);
    const now = stars(), added = now.filter((s) => !before.has(s.dataset.node));
    const notes = [...root.querySelectorAll(".note")].map((n) => n.textContent).join(" ");
    const gone = before.size + added.length - now.length;
    say([notes, added.length ? `${added.length} added: ${added.slice(0, 4).map(name).join(", ")}${added.length > 4 ? " and others" : ""}.` : "", gone ? `${gone} removed.` : "", `${root.dataset.counted}.`].filter(Boolean).join(" "));
    if (!eye.own) begin(); else look();
    if (added.length && eye.own) added.forEach(show);
  }
  function dress() {
    view = document.getElementById("view");
    sky = document.getElementById("sky");
    if (!sky) return;
    sky.dataset.whole = sky.getAttribute("viewBox");
    sky.removeAttribute("width");
    sky.removeAttribute("height");
    view.classList.add("live");
    view.removeAttribute("tabindex");
    document.getElementById("tools").hidden = false;
    root.querySelectorAll(".keys").forEach((keys) => { keys.hidden = false; });
    tools();
  }
  function tools() {
    const step = history.state && history.state.step || 0;
    const button = (what) => root.querySelector(`[data-do="${what}"]`);
    if (!button("undo")) return;
    button("undo").disabled = step <= 0;
    button("redo").disabled = step >= last;
  }
  const undo = () => { if ((history.state && history.state.step || 0) > 0) history.back(); };
  const redo = () => { if ((history.state && history.state.step || 0) < last) history.forward(); };

  // A tie: its card is made of its rows in the table
  function tie(number) {
    const rows = [...root.querySelectorAll(`tr[data-tie="${number}"]`)];
    const card = document.getElementById("tie");
    if (!rows.length || !card) return;
    root.querySelectorAll(".tie.on, .ties tr.on").forEach((e) => e.classList.remove("on"));
    sky.querySelectorAll(`.tie[href="#t${number}"]`).forEach((e) => e.classList.add("on"));
    const close = document.createElement("button");
    Object.assign(close, { type: "button", className: "tiny", textContent: "Back to the node" });
    close.dataset.do = "close";
    card.replaceChildren(close);
    rows.forEach((row) => {
      row.classList.add("on");
      const part = document.createElement("div");
      part.className = "said";
      [...row.cells].forEach((cell) => {
        const copy = document.createElement("div");
        copy.append(...[...cell.childNodes].map((child) => child.cloneNode(true)));
        part.append(copy);
      });
      card.append(part);
    });
    card.hidden = false;
    document.getElementById("node").hidden = true;
    say(rows.map((row) => row.textContent.replace(/\s+/g, " ").trim()).join(". "));
  }
  function closeTie() {
    const card = document.getElementById("tie");
    if (card.hidden) return;
    card.hidden = true;
    document.getElementById("node").hidden = false;
    root.querySelectorAll(".on").forEach((e) => e.classList.remove("on"));
  }

  // Clicks and forms
  root.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const star = event.target.closest(".star"), line = event.target.closest(".tie"), tool = event.target.closest("[data-do]");
    if (star) {
      event.preventDefault();
      if (!moved) { sky.querySelectorAll(".chosen").forEach((s) => s.classList.remove("chosen")); star.classList.add("chosen"); go(star.getAttribute("href"), { focus: { node: star.dataset.node } }); }
    } else if (line) {
      event.preventDefault();
      if (!moved) tie(line.getAttribute("href").slice(2));
    } else if (tool) {
      ({ in: () => zoom(STEP), out: () => zoom(1 / STEP), fit, undo, redo, png, close: closeTie })[tool.dataset.do]();
    }
    moved = null;
  });
  root.addEventListener("dblclick", (event) => {
    const star = event.target.closest(".star");
    if (star) { event.preventDefault(); act("expand", star.dataset.node); }
  });
  root.addEventListener("submit", (event) => {
    event.preventDefault();
    const data = new FormData(event.target, event.submitter);
    const pairs = [...data].filter(([, value]) => value !== "");
    go(`${address()}?${written(pairs)}`);
  });

  // What the pointer or the focus is on lights up the lines that end there
  function light(event) {
    if (!sky || !sky.contains(event.target)) return;
    const star = event.target.closest(".star"), node = star && star.dataset.node;
    sky.querySelectorAll(".tie").forEach((line) => line.classList.toggle("lit", Boolean(node) && (line.dataset.a === node || line.dataset.b === node)));
  }
  root.addEventListener("pointerover", light);
  root.addEventListener("focusin", light);

  // Mouse and fingers: the ground pans, a node moves, two fingers zoom
  const down = new Map();
  let grabbed = null, spread = 0;
  const near = (event) => { const box = view.getBoundingClientRect(); return { x: event.clientX - box.left, y: event.clientY - box.top }; };
  const apart = () => { const [a, b] = [...down.values()]; return Math.hypot(a.x - b.x, a.y - b.y); };
  root.addEventListener("pointerdown", (event) => {
    if (!sky || !sky.contains(event.target) || event.button) return;
    down.set(event.pointerId, near(event));
    moved = null;
    const star = event.target.closest(".star");
    grabbed = down.size === 1 && star ? { star, from: place(star) } : null;
    spread = down.size === 2 ? apart() : 0;
  });
  addEventListener("pointermove", (event) => {
    const was = down.get(event.pointerId);
    if (!was) return;
    const now = near(event), dx = now.x - was.x, dy = now.y - was.y;
    if (!moved && down.size === 1 && Math.hypot(dx, dy) < still) return;
    moved = moved || { id: event.pointerId };
    view.classList.add("held");
    down.set(event.pointerId, now);
    if (down.size === 2) {
      const wide = apart(), [a, b] = [...down.values()];
      if (spread > 0 && wide > 0) zoom(wide / spread, { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
      spread = wide;
    } else if (grabbed) {
      shift(grabbed.star, dx / eye.scale, dy / eye.scale);
    } else {
      Object.assign(eye, { x: eye.x - dx / eye.scale, y: eye.y - dy / eye.scale, own: true });
      look();
    }
  });
  function up(event) {
    if (!down.delete(event.pointerId)) return;
    view.classList.remove("held");
    if (grabbed && moved && event.type === "pointerup") settle(grabbed.star);
    else if (grabbed && moved) put(grabbed.star, grabbed.from);
    grabbed = null;
    spread = 0;
    if (moved) setTimeout(() => { moved = null; }, 0); // the click that follows is none
  }
  addEventListener("pointerup", up);
  addEventListener("pointercancel", up);
  root.addEventListener("dragstart", (event) => { if (sky && sky.contains(event.target)) event.preventDefault(); });
  root.addEventListener("wheel", (event) => {
    if (!sky || !sky.contains(event.target) || !event.ctrlKey) return;
    event.preventDefault();
    zoom(Math.exp(-event.deltaY / 300), near(event));
  }, { passive: false });

  function shift(star, dx, dy) { const at = place(star); put(star, { x: at.x + dx, y: at.y + dy }); }
  function put(star, at) {
    Object.assign(star.dataset, at);
    star.setAttribute("transform", `translate(${at.x} ${at.y})`);
    sky.querySelectorAll(".tie").forEach((line) => {
      if (line.dataset.a !== star.dataset.node && line.dataset.b !== star.dataset.node) return;
      const a = place(starOf(line.dataset.a)), b = place(starOf(line.dataset.b));
      line.querySelectorAll("path").forEach((path) => path.setAttribute("d", `M${a.x} ${a.y}L${b.x} ${b.y}`));
      const sign = line.querySelector(".sign");
      if (sign) { sign.setAttribute("x", (a.x + b.x) / 2); sign.setAttribute("y", (a.y + b.y) / 2 + 5); }
    });
  }
  function settle(star) {
    const at = place(star), node = star.dataset.node;
    const pairs = [...new URLSearchParams(root.dataset.state)].map(([k, v]) => {
      if (k !== "n" || v.replace(/!$/, "").replace(/@[^@]*$/, "") !== node) return [k, v];
      return [k, `${node}@${Math.round(at.x)},${Math.round(at.y)}${v.endsWith("!") ? "!" : ""}`];
    });
    eye.own = true;
    go(`${address()}?${written(pairs)}`, { focus: { node } });
  }

  // Keys
  const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  let waiting = 0;
  function neighbour(star, [wx, wy]) {
    const from = place(star);
    let best = null, least = Infinity;
    stars().forEach((other) => {
      if (other === star) return;
      const at = place(other), dx = at.x - from.x, dy = at.y - from.y;
      const along = dx * wx + dy * wy, aside = Math.abs(dx * wy) + Math.abs(dy * wx);
      const cost = along + 2 * aside;
      if (along > 0 && cost < least) { least = cost; best = other; }
    });
    return best;
  }
  function rove(star) {
    stars().forEach((other) => other.setAttribute("tabindex", other === star ? "0" : "-1"));
    star.focus({ preventScroll: true });
    show(star);
  }
  function through(from, by) {
    const node = from.dataset.node || from.dataset.from;
    const lines = [...sky.querySelectorAll(".tie")].filter((l) => l.dataset.a === node || l.dataset.b === node);
    if (!lines.length) { say("Nothing is tied to it."); return; }
    const next = lines[(lines.indexOf(from) + by + lines.length + (lines.indexOf(from) < 0 && by < 0 ? 1 : 0)) % lines.length];
    next.dataset.from = node;
    next.focus({ preventScroll: true });
    tie(next.getAttribute("href").slice(2));
  }
  function onStar(event, star) {
    const way = WAYS[event.key], node = star.dataset.node;
    if (way && event.shiftKey) {
      shift(star, way[0] * 28, way[1] * 28);
      clearTimeout(waiting);
      waiting = setTimeout(() => settle(star), 600);
    } else if (way) { const next = neighbour(star, way); if (next) rove(next); }
    else if (event.key === "Enter") act("expand", node);
    else if (event.key === " ") go(star.getAttribute("href"), { focus: { node } });
    else if (event.key === "Delete" || event.key === "Backspace") {
      const others = stars().filter((s) => s !== star), at = place(star);
      const far = (s) => Math.hypot(place(s).x - at.x, place(s).y - at.y);
      const next = others.sort((a, b) => far(a) - far(b))[0];
      go(`${address()}?${root.dataset.state}&${written([["remove", node]])}`, { focus: next ? { node: next.dataset.node } : { id: "add" } });
    } else if (event.key === "p" || event.key === "P") act(star.classList.contains("pinned") ? "unpin" : "pin", node);
    else if (event.key === "." || event.key === ",") through(star, event.key === "." ? 1 : -1);
    else return false;
    return true;
  }
  function onTie(event, line) {
    if (event.key === "." || event.key === ",") through(line, event.key === "." ? 1 : -1);
    else if (event.key === "Enter") { tie(line.getAttribute("href").slice(2)); const link = document.querySelector("#tie a"); if (link) link.focus(); }
    else if (event.key === "Escape") { closeTie(); rove(starOf(line.dataset.from || line.dataset.a)); }
    else return false;
    return true;
  }
  root.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea");
    const control = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
    if (!typing && control && key === "z" && !event.shiftKey) { event.preventDefault(); undo(); return; }
    if (!typing && control && (key === "y" || (key === "z" && event.shiftKey))) { event.preventDefault(); redo(); return; }
    if (control || event.altKey || !sky || !sky.contains(event.target)) return;
    const star = event.target.closest(".star"), line = event.target.closest(".tie");
    let used = star ? onStar(event, star) : line ? onTie(event, line) : false;
    if (!used && (event.key === "+" || event.key === "=")) { zoom(STEP); used = true; }
    if (!used && event.key === "-") { zoom(1 / STEP); used = true; }
    if (!used && event.key === "0") { fit(); used = true; }
    if (used) event.preventDefault();
  });

  // The picture as PNG, drawn from the SVG that the server gives
  function png() {
    const link = document.getElementById("as-svg"), image = new Image();
    image.onload = () => {
      const scale = Math.min(2, 8000 / Math.max(image.width, image.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(image.width * scale);
      canvas.height = Math.round(image.height * scale);
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => {
        const save = document.createElement("a");
        save.href = URL.createObjectURL(blob);
        save.download = "picture.png";
        save.click();
        setTimeout(() => URL.revokeObjectURL(save.href), 10000);
        say("The picture was saved as PNG.");
      }, "image/png");
    };
    image.onerror = () => say("The picture could not be drawn as PNG; take the SVG.");
    image.src = link.href;
  }

  addEventListener("popstate", () => {
    if (location.search.slice(1) !== root.dataset.state) { go(location.href, { push: false }); return; }
    if (running && !running.push) running.abort(); // back, and forward again before the answer came
    tools();
  });
  addEventListener("resize", () => { if (sky) { if (eye.own) look(); else begin(); } });
  if (!history.state || history.state.step === undefined) history.replaceState({ step: 0 }, "");
  last = history.state.step;
  dress();
  if (sky) begin();
})();
