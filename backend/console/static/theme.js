// Sets the theme before anything is drawn: as the system wishes, or as chosen on this browser. A classic script on purpose.
(() => {
  const KEY = "qala.theme";
  const root = document.documentElement;
  const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

  function chosen() {
    try {
      return localStorage.getItem(KEY) ?? "auto";
    } catch {
      return "auto"; // storage may be forbidden
    }
  }

  function apply(theme) {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    const dark = theme === "dark" || (theme === "auto" && systemIsDark.matches);
    root.classList.toggle("dark-mode", dark); // Swagger UI's own name for it
  }

  apply(chosen());
  systemIsDark.addEventListener("change", () => apply(chosen()));
  document.addEventListener("DOMContentLoaded", () => {
    const select = document.getElementById("theme");
    select.value = chosen();
    select.addEventListener("change", () => {
      try {
        localStorage.setItem(KEY, select.value);
      } catch {
        // the choice then lasts as long as the page
      }
      apply(select.value);
    });
  });
})();
