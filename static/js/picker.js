/* A search box in place of a long <select>: type a code, a name or pinyin initials; arrows and Enter, or a tap.
   Markup: templates/widgets/picker.html. Sends `picker:chosen` (detail: the record) and `picker:cleared`, which bubble. */

import { make, one } from "./dom.js";
import { format, parse, PRICE, QUANTITY } from "./decimal.js";

const WAIT = 160; // milliseconds without a key before the server is asked
let serial = 0;

const words = () => one("[data-picker-words]")?.dataset || {};

/** Asks the search view by q, ids or codes (docs/screens.md). Returns the list of records; throws when it does not answer. */
export async function lookup(url, parameters, signal) {
    const query = new URLSearchParams(parameters);
    const answer = await fetch(`${url}${url.includes("?") ? "&" : "?"}${query}`, {
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        signal,
    });
    if (!answer.ok) {
        throw new Error(`${answer.status}`);
    }
    const data = await answer.json();
    return Array.isArray(data) ? data : data.results;
}

/** What a box takes that lets words stand for themselves. */
export const freeRecord = (text, detail = "") => ({ id: "", code: "", name: text, detail, free: true });

export const labelOf = (record) => [record.code, record.name, record.spec].filter(Boolean).join(" ");

class Picker {
    constructor(root) {
        this.root = root;
        this.url = root.dataset.searchUrl;
        this.hidden = one("input[type=hidden]", root);
        this.input = one("input[role=combobox]", root);
        this.free = root.hasAttribute("data-free");
        this.chosen = this.input.value;
        this.records = [];
        this.active = -1;
        this.list = make("ul", { className: "picker-list", id: `picker-${++serial}`, role: "listbox", hidden: true });
        this.list.setAttribute("aria-label", this.input.getAttribute("aria-label") || words().results || "");
        // Within a dialog: whatever lies outside an open one is covered and cannot be clicked.
        (root.closest("dialog") || document.body).append(this.list);
        this.input.setAttribute("aria-controls", this.list.id);
        this.input.addEventListener("input", () => this.ask());
        this.input.addEventListener("focus", () => {
            this.input.select();
            if (window.innerWidth <= 600) {
                root.scrollIntoView({ block: "start" }); // room for the results above the keyboard of the phone
            }
        });
        this.input.addEventListener("keydown", (event) => this.onKey(event));
        this.input.addEventListener("blur", () => this.leave());
        // pointerdown, so that the box keeps the focus and is not left before the choice is made
        this.list.addEventListener("pointerdown", (event) => event.preventDefault());
        this.list.addEventListener("click", (event) => {
            const option = event.target.closest("[role=option]");
            if (option) {
                this.choose(this.records[Number(option.dataset.place)]);
            }
        });
    }

    get isOpen() {
        return !this.list.hidden;
    }

    ask() {
        window.clearTimeout(this.timer);
        const text = this.input.value.trim();
        if (!text) {
            this.close();
            return;
        }
        this.timer = window.setTimeout(() => this.search(text), WAIT);
    }

    async search(text) {
        this.running?.abort();
        this.running = new AbortController();
        this.show([make("li", { className: "picker-note" }, words().searching || "…")]);
        this.records = [];
        try {
            this.records = await lookup(this.url, { q: text, ...this.context() }, this.running.signal);
            this.asked = text;
            if (this.free) {
                this.records.push(freeRecord(text, words().free));
            }
        } catch (error) {
            if (error.name !== "AbortError") {
                this.show([make("li", { className: "picker-note" }, words().failure || "")]);
            }
            return;
        }
        if (document.activeElement !== this.input) {
            return;
        }
        this.show(this.records.map((record, place) => this.option(record, place)));
        if (this.records.length) {
            this.mark(0);
        } else {
            this.show([make("li", { className: "picker-note" }, words().none || "")]);
        }
    }

    /** Fields of the form that narrow the search, named by data-with="warehouse department". */
    context() {
        const names = (this.root.dataset.with || this.root.closest("[data-line-grid]")?.dataset.with || "").split(" ");
        const found = {};
        for (const name of names.filter(Boolean)) {
            const field = this.input.form?.elements[name];
            if (field?.value) {
                found[name] = field.value;
            }
        }
        return found;
    }

    option(record, place) {
        const head = make("span", { className: "picker-name" }, record.name);
        if (record.spec) {
            head.append(make("span", { className: "quiet" }, ` ${record.spec}`));
        }
        const facts = [record.code];
        if (record.stock !== undefined && record.stock !== null) {
            facts.push(`${words().stock} ${format(parse(record.stock, QUANTITY) ?? 0n, QUANTITY, 0)} ${record.unit || ""}`);
        }
        if (record.price) {
            facts.push(`${record.paid ? words().paid : words().price} ${format(parse(record.price, PRICE) ?? 0n, PRICE, 2)}`);
        }
        if (record.detail) {
            facts.push(record.detail);
        }
        const option = make("li", { id: `${this.list.id}-${place}`, role: "option" }, head);
        option.append(make("span", { className: "picker-facts" }, facts.filter(Boolean).join(" · ")));
        option.setAttribute("aria-selected", "false");
        option.dataset.place = place;
        return option;
    }

    show(children) {
        this.active = -1;
        this.list.replaceChildren(...children);
        this.list.hidden = false;
        this.place();
        this.input.setAttribute("aria-expanded", "true");
    }

    /** Under the box, or above it where there is more room; across the whole width on phones. */
    place() {
        const box = this.input.getBoundingClientRect();
        const height = window.visualViewport?.height || window.innerHeight;
        const wide = window.innerWidth <= 600;
        const below = height - box.bottom - 8;
        const above = box.top - 8;
        const up = below < 200 && above > below;
        const style = this.list.style;
        style.left = wide ? "8px" : `${Math.max(Math.min(box.left, window.innerWidth - 368), 8)}px`;
        style.width = wide ? `${window.innerWidth - 16}px` : `${Math.max(box.width, 360)}px`;
        style.maxHeight = `${Math.min(up ? above : below, 420)}px`;
        style.top = up ? "auto" : `${box.bottom + 4}px`;
        style.bottom = up ? `${window.innerHeight - box.top + 4}px` : "auto";
    }

    mark(place) {
        const options = this.list.querySelectorAll("[role=option]");
        if (!options.length) {
            return;
        }
        options[this.active]?.setAttribute("aria-selected", "false");
        this.active = (place + options.length) % options.length;
        options[this.active].setAttribute("aria-selected", "true");
        options[this.active].scrollIntoView({ block: "nearest" });
        this.input.setAttribute("aria-activedescendant", options[this.active].id);
    }

    /** Enter before the answer to these very words is there: a hand scanner types a code and sends Enter at once. */
    isAhead() {
        const text = this.input.value.trim();
        return Boolean(text) && this.input.value !== this.chosen && (!this.isOpen || this.asked !== text);
    }

    /** Takes the one item with this exact code, or shows what a search for it finds. */
    async takeExact(text) {
        window.clearTimeout(this.timer);
        this.running?.abort();
        this.running = new AbortController();
        const { signal } = this.running;
        try {
            const records = await lookup(this.url, { codes: text, ...this.context() }, signal);
            if (this.input.value.trim() === text && records.length === 1) {
                this.choose(records[0]);
                return;
            }
        } catch (error) {
            if (error.name === "AbortError") {
                return;
            }
        }
        this.search(text); // says it too when the server does not answer
    }

    onKey(event) {
        if (event.key === "Enter" && !event.isComposing && this.isAhead()) {
            event.preventDefault();
            event.stopPropagation();
            this.takeExact(this.input.value.trim());
            return;
        }
        if (!this.isOpen) {
            return;
        }
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            event.stopPropagation();
            this.mark(this.active + (event.key === "ArrowDown" ? 1 : -1));
        } else if (event.key === "Enter" && !event.isComposing) {
            event.preventDefault();
            event.stopPropagation();
            if (this.records[this.active]) {
                this.choose(this.records[this.active]);
            }
        } else if (event.key === "Escape") {
            event.stopPropagation();
            this.close();
            this.input.value = this.chosen;
        } else if (event.key === "Tab" && this.records[this.active] && this.input.value !== this.chosen) {
            this.choose(this.records[this.active]);
        }
    }

    choose(record) {
        this.set(record);
        this.root.dispatchEvent(new CustomEvent("picker:chosen", { bubbles: true, detail: record }));
        this.hidden.dispatchEvent(new Event("change", { bubbles: true }));
    }

    /** Fills the box without telling anybody: used when the page is built. */
    set(record) {
        this.close();
        this.hidden.value = record.id;
        this.chosen = labelOf(record);
        this.input.value = this.chosen;
        this.input.setCustomValidity("");
    }

    clear() {
        this.hidden.value = "";
        this.chosen = "";
        this.input.value = "";
        this.root.dispatchEvent(new CustomEvent("picker:cleared", { bubbles: true }));
    }

    /** Words that were typed but not chosen stand where words may; else what was chosen is put back, or nothing. */
    leave() {
        window.clearTimeout(this.timer);
        this.running?.abort();
        this.close();
        const text = this.input.value.trim();
        if (this.free && text && text !== this.chosen) {
            this.choose({ ...freeRecord(text), left: true });
        } else if (!text && (this.hidden.value || (this.free && this.chosen))) {
            this.clear();
        } else if (this.hidden.value) {
            this.input.value = this.chosen;
        }
    }

    close() {
        this.list.hidden = true;
        this.records = [];
        this.active = -1;
        this.input.setAttribute("aria-expanded", "false");
        this.input.removeAttribute("aria-activedescendant");
    }

    remove() {
        this.list.remove();
    }
}

const pickers = new WeakMap();

/** The picker of an element with data-picker, made at the first call. */
export function pickerOf(root) {
    if (!pickers.has(root)) {
        pickers.set(root, new Picker(root));
    }
    return pickers.get(root);
}

/** Fills the words of boxes that came with a key but no words: one question for each search view. */
export async function fillLabels(roots) {
    const byUrl = new Map();
    for (const root of roots) {
        const picker = pickerOf(root);
        if (picker.hidden.value) {
            byUrl.set(picker.url, [...(byUrl.get(picker.url) || []), picker]);
        }
    }
    const found = new Map();
    for (const [url, group] of byUrl) {
        const ids = [...new Set(group.map((picker) => picker.hidden.value))];
        for (let start = 0; start < ids.length; start += 100) {
            const query = new URLSearchParams(group[0].context());
            ids.slice(start, start + 100).forEach((id) => query.append("ids", id));
            const records = await lookup(url, query).catch(() => []);
            for (const record of records) {
                found.set(`${url} ${record.id}`, record);
            }
        }
        for (const picker of group) {
            const record = found.get(`${url} ${picker.hidden.value}`);
            if (record) {
                picker.set(record);
                picker.root.dispatchEvent(new CustomEvent("picker:filled", { bubbles: true, detail: record }));
            }
        }
    }
}

function start() {
    const alone = [...document.querySelectorAll("[data-picker]")].filter((root) => !root.closest("[data-line-grid]"));
    alone.forEach(pickerOf);
    fillLabels(alone.filter((root) => !pickerOf(root).input.value));
    window.addEventListener("scroll", () => document.activeElement?.closest?.("[data-picker]") && reposition(), true);
    window.visualViewport?.addEventListener("resize", reposition);
}

function reposition() {
    const root = document.activeElement?.closest?.("[data-picker]");
    if (root && pickerOf(root).isOpen) {
        pickerOf(root).place();
    }
}

start();
