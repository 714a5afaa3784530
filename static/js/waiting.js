/* What takes longer than a moment says so: a bar and the seconds, until the next page or the file is there. */

import { one } from "./dom.js";

const COOKIE = "waiting_for_file"; // core.middleware.FileReadyMiddleware takes it away with the file
const QUIET = 800; // milliseconds in which most pages have come
const GIVE_UP = 600;
let clock = 0;

const setCookie = (seconds) => {
    document.cookie = `${COOKIE}=1; path=/; max-age=${seconds}; samesite=lax`;
};

const arrived = () => !document.cookie.split("; ").includes(`${COOKIE}=1`);

function show(bar, seconds) {
    bar.hidden = false;
    one("[data-waiting-seconds]", bar).textContent = bar.dataset.seconds.replace("{seconds}", String(seconds));
}

function end() {
    window.clearInterval(clock);
    setCookie(0);
    one("#waiting")?.setAttribute("hidden", "");
}

/** Called when the browser begins to ask for another page or a file. */
export function begin() {
    const bar = one("#waiting");
    if (!bar) {
        return;
    }
    end();
    setCookie(GIVE_UP);
    const since = Date.now();
    clock = window.setInterval(() => {
        const past = Date.now() - since;
        if (arrived() || past > GIVE_UP * 1000) {
            end();
        } else if (past > QUIET) {
            show(bar, Math.floor(past / 1000));
        }
    }, 200);
}

function leaves(event, link) {
    const plain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    const here = link.origin === window.location.origin && !link.target && !link.hasAttribute("download");
    const sameFile = link.pathname === window.location.pathname && link.search === window.location.search;
    return plain && here && !(link.hash && sameFile);
}

// On the window, after every listener of the document that may have stopped the way.
window.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (link && !event.defaultPrevented && leaves(event, link)) {
        begin();
    }
});
window.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.method !== "dialog" && !event.target.target) {
        begin();
    }
});
window.addEventListener("pagehide", end);
window.addEventListener("pageshow", end);
