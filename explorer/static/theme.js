// Runs before the first paint: applies the reader's own choice of light or dark, if there is one.
document.documentElement.classList.add("script");
(function () {
  try {
    var choice = localStorage.getItem("theme");
    if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
  } catch (error) { /* storage is blocked: the system's setting holds */ }
})();
