// Searches kept in this browser: the button below the results, and the page that lists, names, deletes and moves them.
(function () {
  "use strict";
  const KEY = "searches", KIND = "saved searches", MOST = 50;
  const plain = (value, longest) => (typeof value === "string" ? value.slice(0, longest) : "");

  // What is kept, or foreign: only what looks right is taken, and addresses never leave this site.
  function sound(list) {
    if (!Array.isArray(list)) return [];
    return list
      .filter((s) => s && typeof s.search === "string" && s.search.startsWith("?") && s.search.length < 9000)
      .map((s) => ({
        name: plain(s.name, 120) || s.search,
        search: s.search,
        total: Number.isFinite(s.total) ? s.total : null,
        on: /^\d{4}-\d\d-\d\d$/.test(s.on) ? s.on : "",
        snapshot: plain(s.snapshot, 20000).startsWith("?") ? s.snapshot : "",
      }));
  }
  function read() {
    try { return sound(JSON.parse(localStorage.getItem(KEY)).searches); } catch (error) { return []; }
  }
  function write(searches) {
    try {
      localStorage.setItem(KEY, JSON.stringify({ kind: KIND, searches: searches.slice(0, MOST) }));
      return true;
    } catch (error) { return false; }
  }
  function add(found) {
    const known = read();
    const fresh = sound(found).filter((f) => !known.some((k) => k.search === f.search));
    if (known.length + fresh.length > MOST) return -1;
    return write([...known, ...fresh]) ? fresh.length : -2;
  }
  const FULL = "There is no room for more than " + MOST + " searches: delete some first.";
  const BLOCKED = "This browser does not let the page keep anything. Bookmark the search instead.";
  const said = (count, yes, none) => (count === -1 ? FULL : count === -2 ? BLOCKED : count ? yes : none);

  // Below the results
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-save]");
    if (!button) return;
    const status = document.getElementById("save-status");
    try {
      const answer = await fetch(button.dataset.save, { headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const found = await answer.json();
      found.name = found.title;
      status.textContent = said(add([found]), "Saved in this browser.", "This search is saved already.");
    } catch (error) {
      status.textContent = "It could not be saved: the atlas did not answer. Try again.";
    }
  });
  const offer = () => document.querySelectorAll("[data-save]").forEach((button) => { button.hidden = false; });
  offer();
  document.addEventListener("htmx:after:swap", offer);

  // The page of saved searches
  const box = document.getElementById("kept");
  if (!box) return;
  const part = (id) => document.getElementById(id);
  const status = part("kept-status");
  const chosen = new Set();
  const studies = (count) => count.toLocaleString("en") + (count === 1 ? " study" : " studies");
  function element(name, text, attributes) {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    return made;
  }
  function rename(row, saved) {
    const form = element("form", "", { class: "rename" });
    const field = element("input", "", { type: "search", "aria-label": "New name of " + saved.name, maxlength: 120 });
    field.value = saved.name;
    form.append(field, element("button", "Rename"));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const name = field.value.trim();
      if (name) write(read().map((s) => (s.search === saved.search ? { ...s, name } : s)));
      show();
      status.textContent = name ? "Renamed." : "A name cannot be empty; nothing was changed.";
      const again = [...box.querySelectorAll("a[data-of]")].find((a) => a.dataset.of === saved.search);
      if (again) again.focus();
    });
    row.replaceChildren(form);
    field.focus();
    field.select();
  }
  function forget(saved) {
    write(read().filter((s) => s.search !== saved.search));
    chosen.delete(saved.search);
    show();
    status.textContent = saved.name + ": deleted.";
    part("kept-head").focus();
  }
  function line(saved, number) {
    const row = element("li");
    const tick = element("input", "", { type: "checkbox", id: "pick-" + number });
    tick.checked = chosen.has(saved.search);
    tick.addEventListener("change", () => {
      if (tick.checked) chosen.add(saved.search); else chosen.delete(saved.search);
      tools();
    });
    const name = element("a", saved.name, { href: box.dataset.search + saved.search, "data-of": saved.search });
    const facts = element("span", "", { class: "small soft" });
    facts.textContent = saved.on && saved.total !== null ? studies(saved.total) + " on " + saved.on : "";
    const now = element("span", "", { class: "small", "data-now": saved.search });
    const acts = element("span", "", { class: "small acts" });
    if (saved.snapshot) acts.append(element("a", "What changed since", { href: box.dataset.snapshots + saved.snapshot }));
    for (const [label, act] of [["Rename", () => rename(row, saved)], ["Delete", () => forget(saved)]]) {
      const button = element("button", label, { type: "button", "aria-label": label + " " + saved.name });
      button.addEventListener("click", act);
      acts.append(button);
    }
    row.append(tick, element("label", "Choose " + saved.name, { class: "vh", for: "pick-" + number }), name, facts, now, acts);
    return row;
  }
  function tools() {
    const count = chosen.size;
    part("kept-compare").hidden = read().length < 2;
    part("kept-compare").disabled = count < 2 || count > 3;
    part("kept-compare").textContent = count < 2 || count > 3 ? "Choose two or three to compare" : "Compare the " + (count === 2 ? "two" : "three");
  }
  const listed = (searches) => "?" + searches.map((s) => "s=" + encodeURIComponent(s.name + "|" + s.search)).join("&");
  async function count(searches) {
    try {
      const answer = await fetch(box.dataset.saved + ".json" + listed(searches));
      const now = await answer.json();
      searches.forEach((saved, n) => {
        const place = [...box.querySelectorAll("[data-now]")].find((e) => e.dataset.now === saved.search);
        if (place && now[n]) place.textContent = "now " + now[n].total.toLocaleString("en");
      });
    } catch (error) { /* the list is of use without today's counts */ }
  }
  function show() {
    const searches = read();
    part("kept-list").replaceChildren(...searches.map(line));
    part("kept-none").hidden = searches.length > 0;
    part("kept-export").hidden = part("kept-link").hidden = !searches.length;
    part("kept-link").href = box.dataset.saved + listed(searches);
    tools();
    if (searches.length) count(searches);
  }
  part("kept-compare").addEventListener("click", () => {
    const picked = read().filter((s) => chosen.has(s.search));
    location.assign(box.dataset.compare + "?" + picked.map((s, n) => "abc"[n] + "=" + encodeURIComponent(s.search)).join("&"));
  });
  part("kept-export").addEventListener("click", () => {
    const file = new Blob([JSON.stringify({ kind: KIND, searches: read() }, null, 1)], { type: "application/json" });
    const link = element("a", "", { href: URL.createObjectURL(file), download: "saved-searches.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });
  part("kept-import").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    let searches = [];
    try {
      const data = JSON.parse(await file.text());
      if (data && data.kind === KIND) searches = sound(data.searches);
    } catch (error) { searches = []; }
    const count = searches.length ? add(searches) : 0;
    show();
    status.textContent = searches.length
      ? said(count, addedWords(count), "All of these are kept already.")
      : "This file holds no saved searches.";
    event.target.value = "";
  });
  const addedWords = (count) => count + (count === 1 ? " search" : " searches") + " added.";
  const adopt = part("adopt");
  if (adopt) {
    adopt.hidden = false;
    adopt.addEventListener("click", () => {
      const found = [...document.querySelectorAll("#in-address li")].map((li) => ({ name: li.dataset.name, search: li.dataset.search }));
      const count = add(found);
      show();
      status.textContent = said(count, addedWords(count), "All of these are kept already.");
    });
  }
  box.hidden = false;
  show();
})();
