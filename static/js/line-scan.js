/* Scanned codes put items on the lines of a document; on given lines they lead to the line. Loaded after line-grid.js. */

import { all, one } from "./dom.js";
import { format, parse, QUANTITY } from "./decimal.js";
import { lookup } from "./picker.js";
import { candidatesOf, canScan, scan } from "./scan.js";

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");

class LineScan {
    constructor(grid) {
        this.grid = grid;
        this.words = one("#scan-dialog").dataset;
        this.target = null; // the line whose own button was pressed
        grid.root.addEventListener("click", (event) => {
            const button = event.target.closest("[data-scan]");
            if (button) {
                this.target = button.closest("tr[data-line]");
                scan((text) => this.onCode(text));
            }
        });
        for (const button of all("[data-scan][hidden]", grid.root)) {
            button.hidden = !grid.shown.some((row) => grid.picker(row) || row.dataset.code);
        }
    }

    async onCode(text) {
        const codes = candidatesOf(text);
        const given = this.grid.shown.filter((row) => row.dataset.code);
        return given.length ? this.find(given, text, codes) : this.put(text, codes);
    }

    /** Given lines: nothing is added, the quantity of the line gets the focus. */
    find(given, text, codes) {
        const upper = codes.map((code) => code.toUpperCase());
        const row =
            given.find((each) => upper.includes(each.dataset.code.toUpperCase())) ||
            given.find((each) => each.dataset.barcode && codes.includes(each.dataset.barcode));
        if (!row) {
            return { ok: false, text: fill(this.words.notListed, { code: text }) };
        }
        this.point(row);
        const number = this.grid.shown.indexOf(row) + 1;
        return { ok: true, text: fill(this.words.foundLine, { number }), focus: this.grid.field(row, "quantity") };
    }

    async put(text, codes) {
        const picker = this.grid.picker(this.grid.shown[0]);
        const query = new URLSearchParams(picker.context());
        codes.forEach((code) => query.append("codes", code));
        const records = await lookup(picker.url, query);
        const record = records.length === 1 ? records[0] : this.exact(records, codes);
        if (!record) {
            const names = records.map((each) => `${each.code} ${each.name}`).join(" · ");
            const words = records.length ? this.words.several : this.words.unknown;
            return { ok: false, text: fill(words, { code: text, names }) };
        }
        const row = this.lineWith(record) || this.newLine(record);
        this.target = null;
        this.point(row);
        const quantity = this.grid.field(row, "quantity");
        const count = format(parse(quantity?.value, QUANTITY) ?? 0n, QUANTITY, 0);
        const unit = this.grid.field(row, "unit")?.selectedOptions?.[0]?.textContent || record.unit || "";
        return { ok: true, text: fill(this.words.found, { name: record.name, count, unit }), focus: quantity };
    }

    exact(records, codes) {
        const upper = codes.map((code) => code.toUpperCase());
        return records.find((record) => upper.includes(record.code?.toUpperCase()));
    }

    /** The line that has this item already, with one more of it; missing when there is none. */
    lineWith(record) {
        const row = this.grid.shown.find((each) => this.grid.picker(each)?.hidden.value === String(record.id));
        if (row) {
            this.grid.step(row, 1);
        }
        return row;
    }

    newLine(record) {
        const blank = () => this.grid.shown.find((each) => this.grid.isBlank(each));
        const row = this.target || blank() || this.grid.add({ focus: false });
        this.grid.picker(row).choose(record);
        const quantity = this.grid.field(row, "quantity");
        if (quantity && !quantity.value) {
            this.grid.step(row, 1);
        }
        return row;
    }

    point(row) {
        row.scrollIntoView({ block: "center" });
    }
}

if (canScan()) {
    for (const root of all("[data-line-grid]")) {
        new LineScan(root.lineGrid);
    }
}
