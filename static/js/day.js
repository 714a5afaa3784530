/* A box for a day: written as 2026-11-23 everywhere, with the browser's own calendar behind a button.
   Markup: templates/widgets/day.html. Loaded by shell.js; works for rows that are added later too. */

import { one } from "./dom.js";

const two = (text) => text.padStart(2, "0");

/** 20261123, 2026/11/3, 2026.11.3, 2026年11月3日 and, for this year, 11-3 as 2026-11-03; anything else stays as it is. */
export function readable(text) {
    const plain = text.trim().normalize("NFKC");
    const short = /^(\d{1,2})[-/.月](\d{1,2})日?$/.exec(plain);
    const full = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(plain);
    if (short) {
        return `${new Date().getFullYear()}-${two(short[1])}-${two(short[2])}`;
    }
    // Without separators only eight digits are clear: 2026113 may be January or November.
    if (full && (/[-/.年]/.test(plain) || plain.length === 8)) {
        return `${full[1]}-${two(full[2])}-${two(full[3])}`;
    }
    return text;
}

function openCalendar(box) {
    const text = one("[data-day-text]", box);
    const native = one("input[type=date]", box);
    native.value = readable(text.value);
    try {
        native.showPicker();
    } catch {
        text.focus(); // no calendar in this browser: the day is typed
    }
}

document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-day-open]");
    if (button) {
        openCalendar(button.closest("[data-day]"));
    }
});
document.addEventListener("change", (event) => {
    const box = event.target.closest("[data-day]");
    if (!box) {
        return;
    }
    const text = one("[data-day-text]", box);
    text.value = event.target === text ? readable(text.value) : event.target.value;
    if (event.target !== text) {
        text.dispatchEvent(new Event("input", { bubbles: true }));
        text.dispatchEvent(new Event("change", { bubbles: true }));
        text.focus();
    }
});
