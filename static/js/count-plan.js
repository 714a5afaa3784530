/* The plan of a count: only the box that belongs to the chosen scope is shown. */

import { one } from "./dom.js";

const BOXES = { category: "category", shelf: "shelf", sample: "sample_size", moved: "moved_since" };
const scope = one("#id_scope");

function arrange() {
    for (const [value, name] of Object.entries(BOXES)) {
        const box = one(`#div_id_${name}`);
        if (box) {
            box.hidden = scope.value !== value;
        }
    }
}

scope?.addEventListener("change", arrange);
if (scope) {
    arrange();
}
