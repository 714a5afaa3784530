/* What an item, or words in place of one, bring along to a line of the grid: units, lots, usual values, facts below. */

import { all, icon, make, one } from "./dom.js";
import { format, parse, PRICE, QUANTITY } from "./decimal.js";
import { freeRecord, pickerOf } from "./picker.js";

const ONE = 10n ** BigInt(QUANTITY);

/** Where a line keeps the words that stand in place of an item. */
export function nameOf(row) {
    return one('input[type=hidden][name$="-name"]', row);
}

/** What is known of a line that is no item: its words, and every unit there is. */
export function freeRecordOf(grid, text) {
    const units = all('[data-role="unit"] option', grid.blank.content).filter((option) => option.value);
    return { ...freeRecord(text), units: units.map((each) => ({ id: each.value, label: each.label, factor: "1" })) };
}

/** What a line is called when it is no item, and what its item is usually bought as (record.usual: by role). */
export function takeWords(grid, row, record, chosen) {
    const name = nameOf(row);
    if (name) {
        name.value = record.free ? record.name : "";
        row.classList.toggle("is-free", Boolean(record.free));
        const more = one("details", row);
        more.open = more.open || Boolean(record.free && chosen && row.contains(document.activeElement));
    }
    for (const [role, value] of Object.entries(chosen ? record.usual || {} : {})) {
        const field = grid.field(row, role);
        const root = field?.closest("[data-picker]");
        if (root && !pickerOf(root).hidden.value) {
            pickerOf(root).set(value);
        } else if (field && !root && !field.value) {
            field.value = value;
        }
    }
}

export function takeUnits(grid, row, record, chosen) {
    const select = grid.field(row, "unit");
    const units = record.units || [];
    if (select?.tagName === "SELECT" && units.length) {
        const before = select.value;
        const first = chosen && !record.free ? "" : before; // words in place of an item keep the unit that stands there
        select.replaceChildren(
            ...units.map((unit) => make("option", { value: String(unit.id ?? "") }, unit.label)),
        );
        select.value = units.some((unit) => String(unit.id ?? "") === first) ? first : String(units[0].id ?? "");
    }
    const word = one(".stepper-unit", row);
    if (word) {
        word.textContent = record.unit || "";
    }
}

/** The lots on hand behind the choice “first to expire first”, which stays the first one. */
export function takeLots(grid, row, record, chosen) {
    const select = grid.field(row, "lot");
    if (!select || !grid.root.dataset.canAdd) {
        return;
    }
    const lots = record.lots || [];
    const before = chosen ? "" : select.value;
    const offered = lots.some((lot) => String(lot.id) === before);
    const known = [...select.options].filter((option) => !option.value || (option.value === before && !offered));
    select.replaceChildren(...known, ...lots.map((lot) => make("option", { value: String(lot.id) }, lot.label)));
    select.value = before;
    row.classList.toggle("is-lot", lots.length > 0 || Boolean(before));
}

/** The line below an item: stock, last price, trade-in, and a warning when more is asked than there is. */
export function showFacts(grid, row) {
    const place = one("[data-facts]", row);
    const record = grid.records.get(row);
    if (!place) {
        return; // the lines are given (a requisition being issued); the server says which are trade-in
    }
    // Fields about old pieces matter only for items that are given out against an old one (lines.css hides them).
    row.classList.toggle("is-trade-in", Boolean(record?.trade_in));
    place.replaceChildren();
    if (!record) {
        return;
    }
    const parts = [];
    if (record.stock !== undefined && record.stock !== null) {
        const stock = parse(record.stock, QUANTITY) ?? 0n;
        const asked = ((parse(grid.field(row, "quantity")?.value, QUANTITY) ?? 0n) * grid.factor(row)) / ONE;
        const text = `${grid.words.stock} ${format(stock, QUANTITY, 0)} ${record.unit || ""}`.trim();
        const short = grid.words.warnStock && asked > stock;
        parts.push(make("span", { className: short ? "is-short" : "" }, ...(short ? [icon("alert-triangle")] : []), text));
    }
    if (record.price && !grid.field(row, "price")) {
        parts.push(make("span", {}, `${record.paid ? grid.words.paid : grid.words.price} ${format(parse(record.price, PRICE) ?? 0n, PRICE, 2)}`));
    }
    parts.push(...(record.beside || []).map((text) => make("span", {}, text)));
    if (record.trade_in) {
        parts.push(make("span", { className: "chip chip-info" }, icon("recycle"), grid.words.tradeIn));
    }
    const twin = grid.shown.find((other) => other !== row && record.id && grid.records.get(other)?.id === record.id);
    if (twin) {
        const words = grid.words.twice.replace("{number}", String(grid.shown.indexOf(twin) + 1));
        parts.push(make("span", { className: "is-short" }, icon("alert-triangle"), words));
    }
    place.append(...parts);
}
