/* Runs before the first paint: the theme (auto, light, dark) and the width of the navigation as this browser remembers them.
   A plain script, not a module, because modules are deferred. */
(function () {
    "use strict";

    const root = document.documentElement;
    const dark = window.matchMedia("(prefers-color-scheme: dark)");

    function remembered(key) {
        try {
            return window.localStorage.getItem(key);
        } catch {
            return null; // storage is switched off: every page starts with the defaults
        }
    }

    function apply(choice) {
        const theme = ["light", "dark"].includes(choice) ? choice : "auto";
        root.dataset.theme = theme;
        // Bootstrap knows no "auto".
        root.dataset.bsTheme = theme === "dark" || (theme === "auto" && dark.matches) ? "dark" : "light";
    }

    function applyNavigation() {
        const narrow = window.matchMedia("(max-width: 1100px)").matches;
        root.dataset.nav = remembered("navigation") || (narrow ? "icons" : "wide");
    }

    apply(remembered("theme"));
    applyNavigation();
    dark.addEventListener("change", () => apply(remembered("theme")));
    window.addEventListener("storage", (event) => {
        if (event.key === "theme") {
            apply(event.newValue);
        }
    });
    window.shellTheme = { apply, remembered };
})();
