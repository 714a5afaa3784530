/* What every page to count on does alike: it follows how the lines stand, since others count too, and shows all of them
   or the open ones alone. */

import { all, one } from "./dom.js";

const REFRESH = 60_000; // milliseconds

/** Call choose("open" or "all") when somebody asks for one of them. */
export function onShow(choose) {
    for (const button of all("[data-show]")) {
        button.addEventListener("click", () => choose(button.dataset.show));
    }
}

/** Draw the page, and again whenever the lines may stand otherwise; not while the dialog is open.
    words: sendUrl; lines: a Map by id, brought up to date; draw: shows it. */
export function keepFresh({ words, lines, outbox, dialog, draw }) {
    async function refresh() {
        if (document.hidden || dialog.open) {
            return;
        }
        const answer = await fetch(words.sendUrl, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
        const data = answer?.ok ? await answer.json().catch(() => null) : null;
        if (data) {
            data.lines.forEach((line) => lines.set(line.id, line));
            one("#count-closed").hidden = data.counting;
            draw();
        }
    }

    window.setInterval(refresh, REFRESH);
    window.addEventListener("online", refresh);
    draw();
    // The page may have been made while entries of its predecessor were still on their way.
    outbox.send().then(refresh);
}
