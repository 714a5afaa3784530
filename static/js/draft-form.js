/* Keeps the form of a document in this browser while it is filled in, and offers it again after a reload, a lost
   connection or an ended session. Markup: templates/generic/form.html (data-draft names person and page). */

import { all, one } from "./dom.js";
import { forget, keep, read } from "./drafts.js";
import { fillLabels } from "./picker.js";

const OWN = new Set(["csrfmiddlewaretoken", "request_key", "revision", "seen"]);
const WEEK = 7 * 24 * 3600 * 1000;
const form = one("form[data-draft]");
const grid = form && one("[data-line-grid]", form);

const named = (within) =>
    all("input[name], select[name], textarea[name]", within).filter((field) => !OWN.has(field.name));

const valueOf = (field) => (field.type === "checkbox" || field.type === "radio" ? field.checked : field.value);

function take() {
    const head = named(form).filter((field) => !grid?.contains(field) && field.type !== "file");
    const rows = grid ? grid.lineGrid.shown.filter((row) => !grid.lineGrid.isBlank(row)) : [];
    return {
        at: Date.now(),
        requestKey: one("[name=request_key]", form)?.value,
        revision: one("[name=revision]", form)?.value ?? null,
        head: head.map((field) => [field.name, valueOf(field)]),
        lines: rows.map((row) => named(row).map((field) => [field.name.replace(/^.*-\d+-/, ""), valueOf(field)])),
    };
}

function put(field, value) {
    if (field.type === "checkbox" || field.type === "radio") {
        field.checked = value;
        return;
    }
    // The units and lots of an item are learned later; until then its choice holds the kept value only.
    if (field.tagName === "SELECT" && value && ![...field.options].some((option) => option.value === value)) {
        field.append(new Option(value, value));
    }
    field.value = value;
}

function putLines(lines) {
    const { lineGrid } = grid;
    for (const row of lineGrid.shown.slice(Math.max(lines.length, 1))) {
        lineGrid.remove(row);
    }
    lines.forEach((line, place) => {
        const row = lineGrid.shown[place] || lineGrid.add({ focus: false });
        for (const [name, value] of line) {
            const field = one(`[name$="-${name}"]`, row);
            if (field && name !== "id" && name !== "DELETE") {
                put(field, value);
            }
        }
    });
}

async function restore(kept) {
    for (const [name, value] of kept.head) {
        const field = form.elements.namedItem(name);
        if (field instanceof Element) {
            put(field, value);
        }
    }
    if (grid) {
        putLines(kept.lines);
    }
    // Sent again after a lost answer, the form still makes one document.
    one("[name=request_key]", form).value = kept.requestKey;
    await fillLabels(all("[data-picker]", form));
    grid?.lineGrid.changed();
    form.dispatchEvent(new Event("change", { bubbles: true }));
}

function offer(kept) {
    const place = one("#draft-offer");
    const fresh = kept && Date.now() - kept.at < WEEK && kept.revision === take().revision;
    const empty = !kept?.lines.length && !kept?.head.some(([name, value]) => name === "purpose" && value);
    // A form sent back with its errors shows what was typed already.
    if (!fresh || empty || one("#form-errors, #form-conflict")) {
        return;
    }
    const day = new Date(kept.at - new Date().getTimezoneOffset() * 60000).toISOString();
    one("[data-draft-when]", place).textContent = `${day.slice(0, 10)} ${day.slice(11, 16)}`;
    place.hidden = false;
    place.addEventListener("click", (event) => {
        const button = event.target.closest("button");
        if (button?.hasAttribute("data-draft-take")) {
            restore(kept);
        } else if (button?.hasAttribute("data-draft-drop")) {
            forget(form.dataset.draft);
        }
        place.hidden = Boolean(button);
    });
}

function watch() {
    let timer;
    const later = () => {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => keep(form.dataset.draft, take()), 500);
    };
    for (const name of ["input", "change", "lines:changed"]) {
        form.addEventListener(name, later);
    }
    // The last word is kept too, whether the page is left or the form is sent.
    form.addEventListener("submit", () => {
        window.clearTimeout(timer);
        keep(form.dataset.draft, take());
    });
}

if (form) {
    offer(read(form.dataset.draft));
    // What the page itself fills in when it opens is not yet the person's word.
    const begin = new AbortController();
    for (const name of ["pointerdown", "keydown", "input"]) {
        const options = { capture: true, signal: begin.signal };
        document.addEventListener(name, () => (begin.abort(), watch()), options);
    }
}
