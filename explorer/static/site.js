// Comforts on top of pages that work without it: theme switch, "/" key, copying, and manners for htmx swaps.
(function () {
  "use strict";
  const root = document.documentElement;
  const store = {
    get(key) { try { return localStorage.getItem(key); } catch (error) { return null; } },
    set(key, value) { try { localStorage.setItem(key, value); } catch (error) { /* not kept, still works */ } },
  };

  // Light or dark
  const systemDark = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : systemDark.matches);
  const switcher = document.getElementById("theme");
  function nameSwitcher() { switcher.textContent = isDark() ? "Light page" : "Dark page"; }
  if (switcher) {
    switcher.hidden = false;
    nameSwitcher();
    systemDark.addEventListener("change", nameSwitcher);
    switcher.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      store.set("theme", root.dataset.theme);
      nameSwitcher();
    });
  }

  // What remains: the switch is about the page as it is by now, whatever was swapped in since it was sent
  document.addEventListener("click", (event) => {
    const choice = event.target.closest("a[data-remains]");
    if (!choice) return;
    const url = new URL(location.href);
    ["page", "after"].forEach((name) => url.searchParams.delete(name));
    url.searchParams.set("remains", choice.dataset.remains);
    choice.href = url.pathname + url.search;
  }, true);

  // Menus close with Escape, and when the reader goes elsewhere
  const menus = () => document.querySelectorAll("details.menu[open]");
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus().forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
  });
  ["click", "focusin"].forEach((kind) => document.addEventListener(kind, (event) => {
    menus().forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  }));

  // "/" goes to the search box; the about page can switch that off
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, select, textarea, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (store.get("slash") === "off") return;
    const box = document.getElementById("q");
    if (box) { event.preventDefault(); box.focus(); box.select(); }
  });
  const slash = document.getElementById("slash");
  if (slash) {
    const say = () => { slash.textContent = store.get("slash") === "off" ? "Switch the / key on" : "Switch the / key off"; };
    slash.hidden = false;
    say();
    slash.addEventListener("click", () => { store.set("slash", store.get("slash") === "off" ? "on" : "off"); say(); });
  }

  // Copy buttons
  document.querySelectorAll("button[data-copy]").forEach((button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      try {
        await navigator.clipboard.writeText(source.textContent);
        button.textContent = "Copied";
      } catch (error) {
        button.textContent = "Could not copy: select the text instead";
      }
    });
  });

  // Print buttons, those of swapped-in results too
  document.addEventListener("click", (event) => { if (event.target.closest("button[data-print]")) print(); });
  const showPrint = () => document.querySelectorAll("button[data-print]").forEach((button) => { button.hidden = false; });
  showPrint();

  // Selects that need no button once there is script
  function quickForms() {
    document.querySelectorAll("form[data-quick]").forEach((form) => {
      form.querySelectorAll("button").forEach((button) => { button.hidden = true; });
      if (form.dataset.ready) return;
      form.dataset.ready = "yes";
      form.addEventListener("change", () => form.requestSubmit());
    });
  }
  quickForms();

  // htmx: keep what the reader had open, tell the new count, and never leave an error inside a page
  let opened = new Map();
  let toHeading = false, focused = "";
  document.addEventListener("htmx:config:request", (event) => {
    const body = event.detail.ctx.request.body;
    if (!(body instanceof FormData)) return;
    for (const key of [...body.keys()]) if (body.get(key) === "") body.delete(key);
  });
  document.addEventListener("htmx:before:response", (event) => {
    const ctx = event.detail.ctx;
    const raw = ctx.response.raw;
    const elsewhere = raw.redirected && new URL(raw.url).pathname !== location.pathname; // an identifier leads to its study
    if (ctx.response.status < 400 && !elsewhere) return;
    event.preventDefault();
    location.assign(elsewhere ? raw.url : ctx.request.action);
  });
  document.addEventListener("htmx:before:swap", (event) => {
    opened = new Map();
    document.querySelectorAll("#search details[id]").forEach((d) => opened.set(d.id, d.open));
    const source = event.detail.ctx.sourceElement;
    toHeading = Boolean(source && source.closest && source.closest(".pager"));
    let held = document.activeElement;
    if (held && held.matches(".facet .x")) held = held.previousElementSibling; // "not" goes away, its value stays
    focused = held && held.closest("#search") ? held.id || "nothing" : "";
  });
  document.addEventListener("htmx:after:swap", () => {
    document.querySelectorAll("#search details[id]").forEach((d) => {
      if (opened.has(d.id)) d.open = opened.get(d.id);
    });
    quickForms();
    showPrint();
    const count = document.getElementById("count");
    const live = document.getElementById("announce");
    const kept = focused && document.getElementById(focused);
    if (kept && kept !== document.activeElement) kept.focus();
    const lost = focused && document.activeElement !== kept; // a chip that was taken away, an offer that was taken
    if (count && (toHeading || lost)) {
      if (live) live.textContent = "";
      count.focus(); // is read aloud by that
    } else if (count && live) live.textContent = count.textContent;
  });
  document.addEventListener("htmx:error", (event) => {
    const ctx = event.detail.ctx;
    if (ctx && ctx.request && ctx.request.action) location.assign(ctx.request.action);
  });
})();
