/* The lines of a document: a Django formset as a grid that takes Enter, arrows and a block pasted from Excel.
   Markup: templates/partials/line_grid.html. On phones each line is a card with large - and + (CSS does that). */

import { all, icon, make, one } from "./dom.js";
import { amount, format, MONEY, parse, PRICE, QUANTITY } from "./decimal.js";
import { freeRecordOf, nameOf, showFacts, takeLots, takeUnits, takeWords } from "./line-items.js";
import { onPaste } from "./line-paste.js";
import { fillLabels, freeRecord, pickerOf } from "./picker.js";

const ONE = 10n ** BigInt(QUANTITY);
const phone = window.matchMedia("(max-width: 600px)");

class LineGrid {
    constructor(root) {
        this.root = root;
        this.words = root.dataset;
        this.prefix = root.dataset.prefix;
        this.body = one("tbody", root);
        this.blank = one("template", root);
        this.total = this.counter("TOTAL_FORMS");
        this.initial = this.counter("INITIAL_FORMS");
        this.records = new WeakMap(); // row -> what the search view said about its item
        this.busy = false; // many lines are written at once: numbers and sums wait for the last
        this.rows.forEach((row) => this.prepare(row));
        this.listen();
        this.fill();
        this.sum();
    }

    counter(name) {
        return one(`input[name="${this.prefix}-${name}"]`, this.root);
    }

    get rows() {
        return all("tr[data-line]", this.body);
    }

    get shown() {
        return this.rows.filter((row) => !row.hidden);
    }

    /** The field of a row whose cell has this role: item, quantity, price, unit. */
    field(row, role) {
        return one(`[data-role="${role}"] :is(input:not([type=hidden]), select)`, row);
    }

    picker(row) {
        const root = one("[data-picker]", row);
        return root && pickerOf(root);
    }

    /* ---- rows ---- */

    prepare(row) {
        this.picker(row);
        const quantity = this.field(row, "quantity");
        if (quantity && !quantity.closest(".stepper")) {
            const less = make("button", { type: "button", className: "stepper-button" }, icon("minus"));
            const more = make("button", { type: "button", className: "stepper-button" }, icon("plus"));
            less.dataset.step = "-1";
            more.dataset.step = "1";
            less.setAttribute("aria-label", this.words.less);
            more.setAttribute("aria-label", this.words.more);
            const frame = make("span", { className: "stepper" });
            quantity.replaceWith(frame);
            frame.append(less, quantity, more);
            if (!this.field(row, "unit")) {
                frame.append(make("span", { className: "stepper-unit quiet" }));
            }
        }
    }

    add({ focus = true } = {}) {
        const number = this.rows.length;
        const markup = this.blank.innerHTML.replaceAll("__prefix__", String(number));
        this.body.insertAdjacentHTML("beforeend", markup);
        const row = this.body.lastElementChild;
        this.prepare(row);
        this.total.value = String(number + 1);
        this.number();
        if (focus) {
            this.focusable(row)[0]?.focus();
        }
        return row;
    }

    /** A saved line stays in the form, marked for deletion; a new one goes, and the others move up. */
    remove(row) {
        const next = this.shown[this.shown.indexOf(row) + 1] || this.shown[this.shown.indexOf(row) - 1];
        const marker = one('input[name$="-DELETE"]', row);
        const key = one('input[name$="-id"]', row);
        if (marker && key?.value) {
            marker.checked = true;
            marker.value = "on";
            row.hidden = true;
        } else {
            const place = this.rows.indexOf(row);
            all("[data-picker]", row).forEach((root) => pickerOf(root).remove());
            row.remove();
            if (place < Number(this.initial.value)) {
                this.initial.value = String(Number(this.initial.value) - 1);
            }
            this.total.value = String(this.rows.length);
        }
        if (!this.shown.length && this.root.dataset.canAdd) {
            this.add({ focus: false });
        }
        this.number();
        this.changed();
        (next ? this.focusable(next)[0] : one("[data-add]", this.root))?.focus();
    }

    /** Line numbers on the screen, and the numbers inside names and ids that Django counts by. */
    number() {
        if (this.busy) {
            return;
        }
        const pattern = new RegExp(`(^|\\s|id_)${this.prefix}-\\d+-`, "g");
        this.rows.forEach((row, place) => {
            for (const element of all("[name], [id], [for], [aria-describedby]", row)) {
                for (const name of ["name", "id", "for", "aria-describedby"]) {
                    const value = element.getAttribute(name);
                    if (value) {
                        element.setAttribute(name, value.replace(pattern, `$1${this.prefix}-${place}-`));
                    }
                }
            }
        });
        this.shown.forEach((row, place) => {
            one("[data-number]", row).textContent = String(place + 1);
        });
    }

    /* ---- what an item brings along ---- */

    async fill() {
        for (const row of this.rows) {
            const words = nameOf(row)?.value;
            if (words && !this.picker(row).hidden.value) {
                this.picker(row).set(freeRecord(words));
                this.take(row, freeRecord(words), { chosen: false });
            }
        }
        const boxes = all("tr[data-line] [data-picker]", this.body);
        await fillLabels(boxes.filter((root) => one("input[type=hidden]", root).value));
        this.sum();
    }

    /** A search box of a line was used: that of its item brings units and price along, others only themselves. */
    onPicked(event, take) {
        const row = event.target.closest("tr[data-line]");
        if (event.target === this.picker(row)?.root) {
            take(row);
        } else {
            this.changed();
        }
    }

    take(row, taken, { chosen = true } = {}) {
        const record = taken.free ? freeRecordOf(this, taken.name) : taken;
        this.records.set(row, record);
        takeWords(this, row, record, chosen);
        takeUnits(this, row, record, chosen);
        takeLots(this, row, record, chosen);
        const price = this.field(row, "price");
        if (chosen && price && !price.value && record.price) {
            price.value = format(parse(record.price, PRICE) ?? 0n, PRICE, 2).replaceAll(",", "");
        }
        const quantity = this.field(row, "quantity");
        if (chosen && quantity && !quantity.value && phone.matches) {
            quantity.value = "1";
        }
        this.clearError(row, "item");
        this.changed();
    }

    /** How many base units one of the chosen unit is, at 4 places. */
    factor(row) {
        const select = this.field(row, "unit");
        const units = this.records.get(row)?.units || [];
        const unit = units.find((each) => String(each.id ?? "") === select?.value);
        return (unit && parse(unit.factor, QUANTITY)) || ONE;
    }

    /* ---- totals ---- */

    lineAmount(row) {
        const quantity = parse(this.field(row, "quantity")?.value, QUANTITY);
        const own = this.field(row, "price");
        const price = parse(own ? own.value : this.records.get(row)?.price, PRICE);
        if (quantity === null || price === null) {
            return null;
        }
        return amount(quantity, own ? ONE : this.factor(row), price);
    }

    hasItem(row) {
        const picker = this.picker(row);
        return picker ? Boolean(picker.hidden.value || nameOf(row)?.value) : true;
    }

    isBlank(row) {
        return !this.hasItem(row) && !this.picker(row).input.value && !this.field(row, "quantity")?.value;
    }

    sum() {
        let total = 0n;
        for (const row of this.shown) {
            showFacts(this, row);
            const value = this.lineAmount(row);
            const place = one("[data-amount]", row);
            if (place) {
                place.textContent = value === null ? "" : format(value, MONEY);
            }
            total += value ?? 0n;
        }
        const sumPlace = one("[data-total]", this.root);
        if (sumPlace) {
            sumPlace.textContent = format(total, MONEY);
        }
        const countPlace = one("[data-count]", this.root);
        if (countPlace) {
            countPlace.textContent = String(this.shown.filter((row) => this.hasItem(row)).length);
        }
    }

    /** Writes many lines; what follows from them is done once, at the end. */
    atOnce(write) {
        this.busy = true;
        try {
            write();
        } finally {
            this.busy = false;
        }
        this.number();
        this.changed();
    }

    changed() {
        if (this.busy) {
            return;
        }
        this.sum();
        this.root.dispatchEvent(new CustomEvent("lines:changed", { bubbles: true }));
    }

    /* ---- errors ---- */

    showError(row, role, text) {
        const cell = one(`[data-role="${role}"]`, row);
        this.clearError(row, role);
        cell.classList.add("has-error");
        cell.append(make("p", { className: "cell-error", role: "alert" }, text));
    }

    clearError(row, role) {
        const cell = one(`[data-role="${role}"]`, row);
        if (cell) {
            cell.classList.remove("has-error");
            all(".cell-error", cell).forEach((error) => error.remove());
        }
    }

    /* ---- keyboard ---- */

    focusable(row) {
        return all('input:not([type=hidden]):not([type=checkbox]):not([tabindex="-1"]), select, textarea', row).filter(
            (field) =>
                field.offsetParent !== null &&
                !field.closest("details") &&
                !field.readOnly &&
                !field.disabled &&
                window.getComputedStyle(field).visibility !== "hidden",
        );
    }

    onKey(event) {
        const row = event.target.closest("tr[data-line]");
        if (!row || event.isComposing) {
            return;
        }
        const fields = this.focusable(row);
        const place = fields.indexOf(event.target);
        if (event.key === "Enter" && event.target.matches("details :is(input, select)")) {
            event.preventDefault(); // “More” is left with Tab; Enter must not send the form
        } else if (event.key === "Enter" && place >= 0 && event.target.tagName !== "TEXTAREA") {
            event.preventDefault();
            this.forward(row, fields, place);
        } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && place >= 0 && event.target.tagName === "INPUT") {
            const rows = this.shown;
            const other = rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)];
            if (other) {
                event.preventDefault();
                const target = this.focusable(other)[place];
                target?.focus();
                target?.select?.();
            }
        } else if (event.key === "Delete" && event.ctrlKey && this.root.dataset.canAdd) {
            event.preventDefault();
            this.remove(row);
        }
    }

    forward(row, fields, place) {
        const following = fields.slice(place + 1).find((field) => !field.hasAttribute("data-skip"));
        if (following) {
            following.focus();
            following.select?.();
            return;
        }
        const next = this.shown[this.shown.indexOf(row) + 1];
        if (next) {
            this.focusable(next)[0]?.focus();
        } else if (this.root.dataset.canAdd && !this.isBlank(row)) {
            this.add();
        }
    }

    /* ---- events ---- */

    /** So many more, or fewer with a negative number, of the unit of a line. */
    step(row, count) {
        const field = this.field(row, "quantity");
        const value = (parse(field.value, QUANTITY) ?? 0n) + BigInt(count) * ONE;
        field.value = format(value < 0n ? 0n : value, QUANTITY, 0).replaceAll(",", "");
        field.dispatchEvent(new Event("input", { bubbles: true }));
    }

    listen() {
        const rowOf = (event) => event.target.closest("tr[data-line]");
        this.root.addEventListener("picker:chosen", (event) => {
            this.onPicked(event, (row) => {
                this.take(row, event.detail);
                const fields = this.focusable(row);
                const still = phone.matches || event.detail.left;
                const next = still ? null : fields[fields.indexOf(this.picker(row).input) + 1];
                next?.focus();
                next?.select?.();
            });
        });
        this.root.addEventListener("picker:filled", (event) => {
            this.onPicked(event, (row) => this.take(row, event.detail, { chosen: false }));
        });
        this.root.addEventListener("picker:cleared", (event) => {
            this.onPicked(event, (row) => {
                this.records.delete(row);
                const name = nameOf(row);
                if (name) {
                    name.value = "";
                }
                this.changed();
            });
        });
        this.root.addEventListener("input", () => this.sum());
        this.root.addEventListener("change", () => this.sum());
        this.root.addEventListener("keydown", (event) => this.onKey(event));
        this.root.addEventListener("paste", (event) => onPaste(this, event));
        this.root.addEventListener("focusin", (event) => {
            const box = event.target.closest("[data-picker]");
            if (box) {
                pickerOf(box); // boxes behind “More” come to life when they are entered
            }
            if (event.target.matches("[data-role=quantity] input, [data-role=price] input")) {
                event.target.select();
            }
        });
        this.root.addEventListener("click", (event) => {
            const button = event.target.closest("button");
            if (button?.dataset.step) {
                this.step(rowOf(event), button.dataset.step);
            } else if (button?.hasAttribute("data-remove")) {
                this.remove(rowOf(event));
            } else if (button?.hasAttribute("data-add")) {
                this.add();
            }
        });
    }
}

for (const root of all("[data-line-grid]")) {
    root.lineGrid = new LineGrid(root);
}
