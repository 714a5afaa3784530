/* A block of cells copied in Excel and pasted into the grid of lines. */

import { one } from "./dom.js";
import { parse, PRICE } from "./decimal.js";
import { freeRecord, lookup } from "./picker.js";

const AT_ONCE = 50; // codes in one question to the server

/** Cells of a pasted text; null where it is one plain value that the browser may paste by itself. */
export function cellsOf(text) {
    if (!/[\t\n]/.test(text.replace(/\r?\n$/, ""))) {
        return null;
    }
    return text
        .replace(/\r/g, "")
        .split("\n")
        .map((line) => line.split("\t").map((value) => value.trim()))
        .filter((values) => values.some(Boolean));
}

export function onPaste(grid, event) {
    const row = event.target.closest("tr[data-line]");
    const block = row && cellsOf(event.clipboardData?.getData("text/plain") || "");
    if (!block) {
        return;
    }
    event.preventDefault();
    if (event.target.closest("[data-picker]")) {
        pasteLines(grid, row, block);
    } else {
        pasteDown(grid, row, event.target, block);
    }
}

/** Columns of numbers into the cells from here on, down and to the right. */
function pasteDown(grid, row, field, block) {
    const start = grid.focusable(row).indexOf(field);
    const rows = grid.shown.slice(grid.shown.indexOf(row));
    block.slice(0, rows.length).forEach((values, down) => {
        const fields = grid.focusable(rows[down]).slice(start);
        values.forEach((value, right) => {
            const target = fields[right];
            if (target?.tagName === "INPUT" && !target.closest("[data-picker]")) {
                target.value = value;
            }
        });
    });
    grid.changed();
}

/** First column: code or exact name. Of the other columns the first number is the quantity, the next the price.
    Where words may stand for an item, unknown ones do, and of the columns with words one is the unit, the first other
    one the specification, the next the note. */
async function pasteLines(grid, row, block) {
    const found = await recordsOf(grid.picker(row), block.map((values) => values[0]));
    if (!found) {
        return;
    }
    grid.atOnce(() => {
        const shown = grid.shown;
        const blank = shown.slice(shown.indexOf(row)).filter((each) => grid.isBlank(each));
        for (const values of block) {
            const target = blank.shift() || grid.add({ focus: false });
            pasteLine(grid, target, values, found.get(values[0].toUpperCase()));
        }
        if (!grid.shown.some((each) => grid.isBlank(each))) {
            grid.add({ focus: false });
        }
    });
    grid.focusable(row)[1]?.focus();
}

/** Records by code and by name, in capitals; null when the server did not answer, which is then said. */
async function recordsOf(picker, codes) {
    const wanted = [...new Set(codes.filter(Boolean))];
    const found = new Map();
    try {
        for (let start = 0; start < wanted.length; start += AT_ONCE) {
            const query = new URLSearchParams(picker.context());
            wanted.slice(start, start + AT_ONCE).forEach((code) => query.append("codes", code));
            for (const record of await lookup(picker.url, query)) {
                found.set(record.name.toUpperCase(), record);
                found.set(record.code.toUpperCase(), record);
            }
        }
    } catch {
        const text = one("#toasts").dataset.failure;
        document.dispatchEvent(new CustomEvent("shell:toast", { detail: { text, level: "error" } }));
        return null;
    }
    return found;
}

/** Cells with words: the unit by its name, specification and note by their order. */
function pasteWords(grid, row, values, record) {
    const unit = grid.field(row, "unit");
    const places = (record ? ["note"] : ["specification", "note"]).map((role) => grid.field(row, role)).filter(Boolean);
    for (const value of values.slice(1).filter((each) => each && parse(each, PRICE) === null)) {
        const named = [...(unit?.options || [])].find((option) => option.label === value);
        const place = named ? unit : places.shift();
        if (place) {
            place.value = named ? named.value : value.slice(0, place.maxLength > 0 ? place.maxLength : value.length);
        }
    }
}

function pasteLine(grid, row, values, record) {
    const numbers = values.slice(1).filter((value) => value && parse(value, PRICE) !== null);
    const quantity = grid.field(row, "quantity");
    const price = grid.field(row, "price");
    if (quantity && numbers[0]) {
        quantity.value = numbers[0];
    }
    if (price && numbers[1]) {
        price.value = numbers[1];
    }
    if (record) {
        grid.picker(row).set(record);
        grid.take(row, record);
    } else if (grid.picker(row).free) {
        grid.picker(row).set(freeRecord(values[0]));
        grid.take(row, freeRecord(values[0]));
    } else {
        grid.picker(row).input.value = values[0];
        grid.showError(row, "item", grid.words.unknown.replace("{code}", values[0]));
    }
    if (grid.picker(row).free) {
        pasteWords(grid, row, values, record);
    }
}
