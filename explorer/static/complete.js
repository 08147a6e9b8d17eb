// Suggestions while a search is typed: the ARIA combobox pattern (list autocomplete, nothing chosen by itself).
(function () {
  "use strict";
  const WAIT = 80; // milliseconds of rest before the atlas is asked
  const KINDS = { concept: "Concept", title: "Study", author: "Author", journal: "Journal" };
  let made = 0;

  function element(name, attributes, text) {
    const one = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
    if (text) one.textContent = text;
    return one;
  }

  const counted = (one) => one.kept.toLocaleString("en") + (one.kept === one.count ? "" : " of " + one.count.toLocaleString("en"));

  function equip(input) {
    if (input.dataset.ready) return;
    input.dataset.ready = "yes";
    const name = "complete-" + (made += 1);
    const list = element("ul", { id: name, role: "listbox", class: "complete", "aria-label": "Suggestions", hidden: "" });
    const said = element("span", { class: "vh", role: "status" });
    input.insertAdjacentElement("afterend", list);
    list.insertAdjacentElement("afterend", said);
    for (const [key, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", name]]) input.setAttribute(key, value);
    let waiting = 0, asked = null, found = [], active = -1;

    function close() {
      clearTimeout(waiting);
      if (asked) asked.abort();
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
    function mark(number) {
      active = number;
      [...list.children].forEach((option, n) => option.setAttribute("aria-selected", String(n === active)));
      const option = list.children[active];
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    }
    // The filters that are chosen stay: they stand in the form as hidden fields
    function go(one) {
      const kept = [...input.form.querySelectorAll("input[type=hidden]")].map((field) => [field.name, field.value]);
      close();
      if ("fill" in input.dataset) { input.value = one.value; return; } // one end of two: the other may still be asked for
      // A form that is no search takes what was chosen for itself
      if (!input.dispatchEvent(new CustomEvent("complete:chosen", { detail: one, bubbles: true, cancelable: true }))) return;
      location.assign(one.args.length ? input.form.action + "?" + new URLSearchParams([...one.args, ...kept]) : one.url);
    }
    function show(completions) {
      const held = found[active]; // what was gone to in the list before stays, if it is still there
      found = completions;
      list.replaceChildren(...found.map((one, n) => {
        const option = element("li", { role: "option", id: name + "-" + n, "aria-selected": "false" });
        option.append(element("span", { class: "what" }, one.label));
        option.append(element("span", { class: "soft small" }, one.detail || KINDS[one.kind] || ""));
        if (one.kind !== "title") option.append(element("span", { class: "num soft small" }, counted(one)));
        option.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
        option.addEventListener("click", () => go(one));
        return option;
      }));
      mark(held ? found.findIndex((one) => one.kind === held.kind && one.value === held.value) : -1);
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      said.textContent = found.length ? found.length + (found.length === 1 ? " suggestion" : " suggestions") : "No suggestions";
    }
    async function ask() {
      const text = input.value.trim();
      if (text.length < 2) { close(); said.textContent = ""; return; }
      if (asked) asked.abort();
      const mine = asked = new AbortController();
      try {
        const answer = await fetch(input.dataset.complete + (input.dataset.complete.includes("?") ? "&" : "?") + "q=" + encodeURIComponent(text), { signal: mine.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const told = await answer.json();
        if (mine === asked && document.activeElement === input && input.value.trim() === text) show(told.completions);
      } catch (error) { if (error.name !== "AbortError") close(); } // the box works without suggestions
    }
    input.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, WAIT); });
    input.addEventListener("blur", close);
    input.form.addEventListener("submit", close);
    input.addEventListener("keydown", (event) => {
      const open = !list.hidden;
      if (event.isComposing) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        if (!open) { if (event.key === "ArrowDown") ask(); return; }
        event.preventDefault();
        const step = event.key === "ArrowDown" ? 1 : -1, places = found.length + 1; // one of them is the box itself
        mark(((active + 1 + step + places) % places) - 1);
      } else if (event.key === "Enter" && open && active >= 0) {
        event.preventDefault();
        go(found[active]);
      } else if (event.key === "Escape" && open) {
        event.preventDefault(); // the words stay; a second Escape empties the box
        close();
        said.textContent = "Suggestions closed";
      }
    });
  }
  const equipAll = () => document.querySelectorAll("input[data-complete]").forEach(equip);
  equipAll();
  document.addEventListener("htmx:after:swap", equipAll);
  document.addEventListener("page:changed", equipAll);
})();
