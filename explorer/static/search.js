// Comforts of the search pages: forms that answer while one types.
(function () {
  "use strict";

  // A form whose answer stands in the element that data-live names: asked again while the reader types
  document.querySelectorAll("form[data-live]").forEach((form) => {
    const place = form.dataset.live;
    let waiting = 0, asked = null;
    async function ask() {
      if (asked) asked.abort();
      asked = new AbortController();
      const args = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
      const address = form.action + "?" + args;
      try {
        const answer = await fetch(address, { signal: asked.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const said = document.getElementById("said"), now = page.getElementById("said");
        const old = document.getElementById(place), fresh = page.getElementById(place);
        if (said && now) { said.textContent = now.textContent; now.replaceWith(said); }
        old.replaceChildren(...fresh.childNodes);
        history.replaceState(null, "", address);
      } catch (error) {
        if (error.name !== "AbortError") location.assign(address);
      }
    }
    form.querySelectorAll("button").forEach((button) => { button.hidden = true; });
    form.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(ask, 150); });
    form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(waiting); ask(); });
  });

  // Two thumbs below the picture of the years; they fill in the two numbers, which are what is sent
  const unsent = new Map(); // where thumbs are that were moved and not sent yet: an answer may replace them
  function ranges() {
    document.querySelectorAll("form[data-range]").forEach((form) => {
      if (form.dataset.ready) return;
      form.dataset.ready = "yes";
      const [low, high] = form.querySelectorAll("input[type=range]");
      const [from, to] = form.querySelectorAll("input[type=number]");
      let waiting = 0;
      function draw() {
        const span = low.max - low.min || 1, box = low.parentElement;
        box.style.setProperty("--low", (low.value - low.min) / span);
        box.style.setProperty("--high", (high.value - low.min) / span);
        low.classList.toggle("upper", low.value - low.min > span / 2); // at the right end the left thumb has to be on top
      }
      function fill() {
        from.value = low.value === low.min ? "" : low.value;
        to.value = high.value === high.max ? "" : high.value;
        draw();
      }
      function moved(event) {
        if (+low.value > +high.value) (event.target === low ? low : high).value = (event.target === low ? high : low).value;
        fill();
        unsent.set(low.id, [low.value, high.value]);
        clearTimeout(waiting);
      }
      const send = () => { clearTimeout(waiting); waiting = setTimeout(() => { if (form.isConnected) form.requestSubmit(); }, 600); };
      for (const thumb of [low, high]) {
        thumb.addEventListener("input", moved);
        thumb.addEventListener("change", send);
      }
      form.addEventListener("submit", () => { clearTimeout(waiting); unsent.delete(low.id); });
      const left = unsent.get(low.id);
      if (left) { [low.value, high.value] = left; fill(); send(); } else draw();
    });
  }
  ranges();
  document.addEventListener("htmx:after:swap", ranges);

  // Why a study is here: fetched when somebody asks
  document.addEventListener("toggle", async (event) => {
    const box = event.target;
    if (!box.matches || !box.matches("details[data-why]") || !box.open || box.dataset.ready) return;
    box.dataset.ready = "yes";
    try {
      const answer = await fetch(box.dataset.why);
      if (!answer.ok) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const why = page.getElementById("why");
      why.removeAttribute("id");
      box.querySelector("p").replaceWith(why);
    } catch (error) { delete box.dataset.ready; } // the link that stands there still leads to the page
  }, true);
})();
