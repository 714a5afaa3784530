/* A button on every line of the grid that adds the same line once more; what belongs to one thing alone stays empty.
   Markup: <div data-line-copy data-label="words" hidden> beside the grid. */

import { all, icon, make, one } from "./dom.js";
import { fillLabels } from "./picker.js";

const ONCE = ["id", "intake", "serial_number", "card_number", "old_number", "DELETE"];

const partOf = (field) => field.name.replace(/^.*?-(\d+|__prefix__)-/, "");

function offer(grid, label) {
    for (const row of grid.rows) {
        const cell = one(".grid-remove", row);
        if (cell && !one("[data-copy]", cell)) {
            const button = make("button", { type: "button", className: "icon-button", title: label }, icon("copy"));
            button.dataset.copy = "1";
            button.tabIndex = -1;
            button.setAttribute("aria-label", label);
            cell.prepend(button);
        }
    }
}

async function copy(grid, row) {
    const twin = grid.add({ focus: false });
    const found = new Map(all("[name]", row).map((field) => [partOf(field), field]));
    for (const field of all("[name]", twin)) {
        const from = found.get(partOf(field));
        if (!from || ONCE.includes(partOf(field))) {
            continue;
        }
        if (field.type === "checkbox") {
            field.checked = from.checked;
        } else {
            field.value = from.value;
        }
    }
    await fillLabels(all("[data-picker]", twin).filter((root) => one("input[type=hidden]", root).value));
    grid.changed();
    grid.focusable(twin)[0]?.focus();
}

for (const place of all("[data-line-copy]")) {
    const root = one("[data-line-grid]");
    const grid = root?.lineGrid;
    if (grid) {
        offer(grid, place.dataset.label);
        root.addEventListener("lines:changed", () => offer(grid, place.dataset.label));
        root.addEventListener("click", (event) => {
            const button = event.target.closest("[data-copy]");
            if (button) {
                copy(grid, button.closest("tr[data-line]"));
            }
        });
    }
}
