/* The duty roster by keyboard: arrows go from day to day, a digit switches the shift with that number. */

import { all, one } from "./dom.js";

const table = one("[data-roster]");
const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };

function cellAt(row, column) {
    const rows = all("tbody tr", table);
    return rows[row] && all("[data-roster-cell]", rows[row])[column];
}

table?.addEventListener("keydown", (event) => {
    const cell = event.target.closest("[data-roster-cell]");
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) {
        return;
    }
    const boxes = all("input[type=checkbox]", cell);
    if (/^[1-9]$/.test(event.key) && boxes[Number(event.key) - 1]) {
        event.preventDefault();
        boxes[Number(event.key) - 1].click();
        boxes[Number(event.key) - 1].focus();
    }
    const step = STEPS[event.key];
    if (step) {
        event.preventDefault();
        const row = all("tbody tr", table).indexOf(cell.parentElement);
        const column = all("[data-roster-cell]", cell.parentElement).indexOf(cell);
        const target = cellAt(row + step[0], column + step[1]);
        (target && one("input[type=checkbox]", target))?.focus();
    }
});
