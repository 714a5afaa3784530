/* Steps of work orders: the small form of a step opens in a dialog; without this script it is a page of its own. */

import { all, one } from "./dom.js";
import { fillLabels, pickerOf } from "./picker.js";

const dialog = one("#step-dialog");

/** A short message in the corner. */
export function tell(text, level = "error") {
    document.dispatchEvent(new CustomEvent("shell:toast", { detail: { text, level } }));
}

/** Shows a form or a menu that the server drew. */
export function showInDialog(html) {
    dialog.innerHTML = html;
    dialog.setAttribute("aria-labelledby", "step-dialog-title");
    const pickers = all("[data-picker]", dialog);
    pickers.forEach(pickerOf);
    fillLabels(pickers.filter((root) => !pickerOf(root).input.value));
    if (!dialog.open) {
        dialog.showModal();
    }
    const wrong = one(".is-invalid", dialog);
    const first = one("textarea, input:not([type=hidden]), select, .panel-body .btn", dialog);
    (wrong || first)?.focus();
}

/** Opens the form of a step; `next` is where the person comes back to. */
export async function openStep(url, next = window.location.pathname + window.location.search) {
    const address = new URL(url, window.location.href);
    address.searchParams.set("next", next);
    try {
        const answer = await fetch(address, { headers: { "HX-Request": "true" } });
        const elsewhere = answer.headers.get("HX-Redirect");
        if (elsewhere || !answer.ok || answer.redirected) {
            window.location.assign(elsewhere || (answer.redirected ? answer.url : url));
            return;
        }
        showInDialog(await answer.text());
    } catch {
        tell(dialog.dataset.failed);
    }
}

async function send(form) {
    const buttons = all("button", form);
    buttons.forEach((button) => (button.disabled = true));
    try {
        const answer = await fetch(form.action, {
            method: "POST",
            body: new FormData(form),
            headers: { "HX-Request": "true" },
        });
        const target = answer.headers.get("HX-Redirect");
        if (target) {
            window.location.assign(target);
            return;
        }
        showInDialog(await answer.text());
    } catch {
        tell(dialog.dataset.failed);
        buttons.forEach((button) => (button.disabled = false));
    }
}

if (dialog) {
    document.addEventListener("click", (event) => {
        const opener = event.target.closest("[data-step-dialog]");
        if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault();
            opener.closest("details.menu")?.removeAttribute("open");
            openStep(opener.getAttribute("href"), opener.dataset.next);
        }
    });
    dialog.addEventListener("submit", (event) => {
        if (!event.target.matches(".step-form")) {
            return; // a step of a menu that asks nothing
        }
        event.preventDefault();
        event.stopPropagation();
        send(event.target);
    });
    dialog.addEventListener("close", () => dialog.replaceChildren());
}
