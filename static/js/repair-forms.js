/* The small forms of a worker's page: each a <dialog data-form> whose fields become one entry. */

import { all, make, one } from "./dom.js";
import { lookup } from "./picker.js";
import { fill } from "./repair-order.js";

const WAIT = 200; // milliseconds without a key before the server is asked

export class Forms {
    /** choices and words of the page; itemUrl: the search of the store; send(order, entry): keeps what was entered. */
    constructor({ choices, words, itemUrl, send }) {
        Object.assign(this, { choices, words, itemUrl, send });
        this.dialogs = new Map(all("dialog[data-form]").map((dialog) => [dialog.dataset.form, dialog]));
        this.chosen = new Map(); // parts by item
        for (const select of all("[data-choices]")) {
            this.fillSelect(select, choices[select.dataset.choices]);
        }
        for (const [name, dialog] of this.dialogs) {
            one("form", dialog).addEventListener("submit", (event) => {
                event.preventDefault();
                this.submit(name, dialog);
            });
        }
        one("#finish-outcome").addEventListener("change", () => this.finishParts());
        one("#finish-cause").addEventListener("change", () => this.finishParts());
        one("#parts-search").addEventListener("input", () => this.search());
        one("#parts-search").addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
        one("#parts-store").addEventListener("change", () => this.otherStore());
        for (const button of all("[data-minutes]")) {
            button.addEventListener("click", () => {
                const box = one("#time-minutes");
                box.value = String((Number.parseInt(box.value, 10) || 0) + Number(button.dataset.minutes));
            });
        }
    }

    get open() {
        return [...this.dialogs.values()].some((dialog) => dialog.open);
    }

    fillSelect(select, rows) {
        const options = rows.map((row) => make("option", { value: String(row.id) }, row.name));
        if (!("first" in select.dataset)) {
            options.unshift(make("option", { value: "" }, this.words.choose));
        }
        select.replaceChildren(...options);
    }

    /** The codes for the category of an order: the general ones and those of the categories above it. */
    codesFor(order, name) {
        return this.choices[name].filter((row) => !row.path || order.category_path.startsWith(row.path));
    }

    /** Opens a form for an order. before: what was typed the last time and not taken. */
    show(name, order, before = null) {
        const dialog = this.dialogs.get(name);
        this.order = order;
        one("form", dialog).reset();
        this.refuse(dialog, "");
        if (name === "finish") {
            this.fillSelect(one("#finish-cause"), this.codesFor(order, "causes"));
            this.fillSelect(one("#finish-remedy"), this.codesFor(order, "remedies"));
        } else if (name === "time") {
            one("#time-person").dataset.first = "";
            this.fillSelect(one("#time-person"), order.people);
        } else if (name === "parts") {
            this.chosen = new Map((before?.lines || []).map((line) => [line.item, line]));
            one("#parts-found").replaceChildren();
            this.drawChosen();
        } else if (name === "settle") {
            this.drawSettle(order);
        }
        for (const field of before ? this.fields(dialog) : []) {
            const value = before[field.name];
            if (field.type === "checkbox") {
                field.checked = value === true;
            } else if (value !== null && value !== undefined) {
                field.value = String(value);
            }
        }
        if (name === "finish") {
            this.finishParts();
        }
        dialog.showModal();
    }

    fields(dialog) {
        return all("[name]", dialog);
    }

    refuse(dialog, text) {
        const problem = one(".count-problem", dialog);
        problem.textContent = text;
        problem.hidden = !text;
    }

    submit(name, dialog) {
        const entry = {};
        for (const field of this.fields(dialog)) {
            const value = field.type === "checkbox" ? field.checked : field.value.trim();
            if (field.required && !value) {
                this.refuse(dialog, this.words.fillIn);
                field.focus();
                return;
            }
            entry[field.name] = "number" in field.dataset ? Number(value) || null : value;
        }
        if (name === "settle") {
            this.sendSettled(dialog);
            return;
        }
        if (name === "parts") {
            entry.lines = [...this.chosen.values()];
            const lacking = entry.lines.find((line) => line.stock !== undefined && Number(line.quantity) > Number(line.stock));
            if (!entry.lines.length || entry.lines.some((line) => !(Number(line.quantity) > 0))) {
                this.refuse(dialog, this.words.fillIn);
                return;
            }
            if (lacking) {
                this.refuse(dialog, fill(this.words.tooMany, lacking));
                return;
            }
        }
        this.send(this.order, { do: name, ...entry });
        dialog.close();
    }

    /* ---- done ---- */

    /** Who is liable is asked where a person did it; no cause where no fault was found. */
    finishParts() {
        const outcome = one("#finish-outcome").value;
        const cause = this.choices.causes.find((row) => String(row.id) === one("#finish-cause").value);
        const nothing = outcome === "no_fault";
        one("#finish-cause-box").hidden = nothing;
        if (nothing) {
            one("#finish-cause").value = "";
        }
        one("#finish-liable-box").hidden = nothing || cause?.kind !== "damage";
        one("#finish-liable").required = !one("#finish-liable-box").hidden;
        one("#finish-cause").required = !nothing && this.order.kind === "repair";
        one("#finish-dispose-box").hidden = outcome !== "cannot" || !this.order.asset;
        if (one("#finish-dispose-box").hidden) {
            one("#finish-dispose").checked = false;
        }
    }

    /* ---- parts out of the store ---- */

    search() {
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.ask(), WAIT);
    }

    async ask() {
        const text = one("#parts-search").value.trim();
        const list = one("#parts-found");
        if (!text) {
            list.replaceChildren();
            return;
        }
        let records;
        try {
            records = await lookup(this.itemUrl, { q: text, warehouse: one("#parts-store").value });
        } catch {
            list.replaceChildren(make("li", { className: "work-quiet" }, this.words.noSearch));
            return;
        }
        if (text !== one("#parts-search").value.trim()) {
            return;
        }
        const rows = records.map((record) => {
            const name = [record.name, record.spec].filter(Boolean).join(" ");
            const stock = fill(this.words.stock, record);
            const button = make("button", { className: "btn", type: "button" }, make("span", {}, name), make("span", { className: "work-quiet" }, stock));
            button.addEventListener("click", () => this.choose(record, name));
            return make("li", {}, button);
        });
        list.replaceChildren(...(rows.length ? rows : [make("li", { className: "work-quiet" }, this.words.noItems)]));
    }

    choose(record, name) {
        if (!this.chosen.has(record.id)) {
            this.chosen.set(record.id, { item: record.id, name, unit: record.unit, quantity: "1", note: "", old: record.trade_in, stock: record.stock });
        }
        one("#parts-search").value = "";
        one("#parts-found").replaceChildren();
        this.drawChosen();
    }

    /** What another store has of the chosen parts is not known here; the server says it. */
    otherStore() {
        this.chosen.forEach((part) => delete part.stock);
        this.drawChosen();
        this.search();
    }

    drawChosen() {
        const rows = [...this.chosen.values()].map((part) => {
            const quantity = make("input", { className: "form-control work-number", inputMode: "decimal", value: part.quantity, maxLength: 12, "aria-label": fill(this.words.quantity, { item: part.name }) });
            quantity.addEventListener("input", () => (part.quantity = quantity.value.trim()));
            const note = make("input", { className: "form-control", value: part.note, maxLength: 200, "aria-label": fill(this.words.remarkOf, { item: part.name }), placeholder: part.old ? this.words.tradeIn : this.words.partRemark });
            note.addEventListener("input", () => (part.note = note.value.trim()));
            const drop = make("button", { className: "btn", type: "button" }, fill(this.words.remove, { item: part.name }));
            drop.addEventListener("click", () => {
                this.chosen.delete(part.item);
                this.drawChosen();
            });
            const stock = part.stock === undefined ? [] : [make("span", { className: "work-quiet" }, fill(this.words.stock, part))];
            return make("li", {}, make("strong", {}, part.name), ...stock, quantity, note, drop);
        });
        one("#parts-chosen").replaceChildren(...rows);
    }

    /* ---- what became of them ---- */

    drawSettle(order) {
        const rows = order.parts.map((part) => {
            const box = (value, label, name) => {
                const input = make("input", { className: "form-control work-number", inputMode: "decimal", value, maxLength: 12, "aria-label": fill(label, part) });
                input.dataset[name] = part.line;
                input.dataset.before = value;
                return make("label", { className: "work-answer" }, make("span", {}, fill(label, { item: "" })), input);
            };
            return make(
                "li",
                {},
                make("strong", {}, part.item),
                make("p", { className: "work-quiet" }, fill(this.words.part, part)),
                box(part.used, this.words.usedOf, "used"),
                box("0", this.words.backOf, "back"),
            );
        });
        one("#settle-lines").replaceChildren(...rows);
    }

    sendSettled(dialog) {
        const changed = (name) =>
            all(`[data-${name}]`, dialog)
                .filter((input) => input.value.trim() !== input.dataset.before && input.value.trim() !== "")
                .map((input) => ({ line: Number(input.dataset[name]), quantity: input.value.trim() }));
        const used = changed("used");
        const back = changed("back");
        if (!used.length && !back.length) {
            this.refuse(dialog, this.words.fillIn);
            return;
        }
        if (used.length) {
            this.send(this.order, { do: "used", lines: used });
        }
        if (back.length) {
            this.send(this.order, { do: "bring_back", lines: back });
        }
        dialog.close();
    }
}
