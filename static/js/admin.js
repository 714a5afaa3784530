/* The back office on top of shell.js: lists as cards on phones, rows worked by keyboard, select-all of the export page. */

import { all, one } from "./dom.js";

/** Each cell learns the heading of its column, which the phone layout shows beside the value. */
function labelCells(table) {
    const headings = all("thead th", table).map((th) => th.textContent.trim());
    for (const row of all("tbody tr", table)) {
        [...row.children].forEach((cell, place) => {
            if (headings[place] && !cell.dataset.label) {
                cell.dataset.label = headings[place];
            }
        });
    }
}

function linkRows(table) {
    table.dataset.rows = "";
    for (const row of all("tbody tr", table)) {
        const link = one("th a, td a", row);
        if (link) {
            row.dataset.href = link.href;
        }
    }
}

const results = one("#result_list");
if (results) {
    labelCells(results);
    if (!document.body.classList.contains("popup")) {
        linkRows(results);
    }
}
for (const table of all(".tabular table, .import-preview")) {
    labelCells(table);
    // Django adds inline rows by script.
    new MutationObserver(() => labelCells(table)).observe(table, { childList: true, subtree: true });
}

document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) {
        for (const box of all(".selectable-field-export-row input[type=checkbox]")) {
            box.checked = event.target.checked;
        }
    }
});
