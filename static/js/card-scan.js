/* The code on a label opens its card, from the list of cards. */

import { one } from "./dom.js";
import { scan } from "./scan.js";

const button = one("#card-scan");

async function onCode(text) {
    const response = await window.fetch(`${button.dataset.find}?${new URLSearchParams({ code: text })}`, {
        headers: { Accept: "application/json" },
    });
    if (!response.ok) {
        throw new Error(response.statusText);
    }
    const answer = await response.json();
    return {
        ok: Boolean(answer.url),
        text: answer.text,
        next: answer.url ? () => window.location.assign(answer.url) : undefined,
    };
}

button.addEventListener("click", () => scan(onCode));
