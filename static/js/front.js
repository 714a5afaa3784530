/* One tap: an item the department often takes becomes a line, a usual reason fills the comment. */

import { all, one } from "./dom.js";
import { pickerOf } from "./picker.js";

const frequent = new Map(JSON.parse(one("#frequent-items")?.textContent || "[]").map((item) => [String(item.id), item]));

/** The line of an item that is already there, an empty line, or a new one. */
function rowFor(grid, item) {
    const same = grid.shown.find((row) => grid.picker(row)?.hidden.value === String(item.id));
    return same || grid.shown.find((row) => grid.isBlank(row)) || grid.add({ focus: false });
}

function addItem(item) {
    const grid = one("[data-line-grid]")?.lineGrid;
    if (!grid) {
        return;
    }
    const row = rowFor(grid, item);
    const quantity = grid.field(row, "quantity");
    if (grid.picker(row).hidden.value === String(item.id)) {
        one("[data-step='1']", row)?.click();
    } else {
        pickerOf(one("[data-picker]", row)).set(item);
        grid.take(row, item);
        quantity.value ||= "1";
        quantity.dispatchEvent(new Event("input", { bubbles: true }));
    }
    quantity.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-quick-item]");
    if (button) {
        addItem(frequent.get(button.dataset.quickItem));
    }
    const reason = event.target.closest("[data-quick-reason]");
    if (reason) {
        one("#decision-reason").value = reason.dataset.quickReason;
    }
});

for (const box of all(".lower-box")) {
    box.addEventListener("focus", () => box.select());
}
