/* The back office on top of shell.js: lists as cards on phones, rows worked by keyboard, select-all of the export page. */

import { all, one } from "./dom.js";

/** Each cell learns the heading of its column, which the phone layout shows beside the value. */
function labelCells(table) {
    const headings = all("thead th", table).map((th) => th.textContent.trim());
    for (const row of all("tbody tr", table)) {
        [...row.children].forEach((cell, place) => {
            if (!headings[place] || cell.dataset.label) {
                return;
            }
            cell.dataset.label = headings[place];
            for (const field of all("input:not([type=hidden]), select, textarea", cell)) {
                if (!field.labels?.length && !field.hasAttribute("aria-label")) {
                    field.setAttribute("aria-label", headings[place]);
                }
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

/** The search boxes of select2 carry no name of their own. */
function nameAutocompletes() {
    for (const select of all("select.admin-autocomplete")) {
        const words = select.labels?.[0]?.textContent.trim() || select.getAttribute("aria-label") || select.name;
        for (const part of all("[role=combobox], [role=textbox], [role=searchbox]", select.parentElement)) {
            part.setAttribute("aria-label", words);
        }
    }
}

function showSelection() {
    const some = one("#result_list input.action-select:checked") !== null;
    document.body.classList.toggle("has-selection", some);
}

showSelection();
window.addEventListener("load", () => window.setTimeout(nameAutocompletes));
document.addEventListener("formset:added", () => window.setTimeout(nameAutocompletes));
document.addEventListener("change", (event) => {
    // after Django's own script has ticked the boxes of “select all”
    window.setTimeout(showSelection);
    if (event.target.matches("[data-select-all]")) {
        for (const box of all(".selectable-field-export-row input[type=checkbox]")) {
            box.checked = event.target.checked;
        }
    }
});
