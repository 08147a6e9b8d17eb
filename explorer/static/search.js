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
})();
