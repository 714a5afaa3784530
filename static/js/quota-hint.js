/* Says while a request is typed that it goes over quota. The server knows the quotas; what it answers is only shown.
   Markup: <div data-quota-hint="address" role="status"> inside the form. */

import { make, one } from "./dom.js";

const PAUSE = 500;

class QuotaHint {
    constructor(box) {
        this.box = box;
        this.form = box.closest("form");
        this.asked = 0;
        for (const name of ["input", "change", "picker:chosen", "picker:cleared", "lines:changed"]) {
            this.form.addEventListener(name, () => this.soon());
        }
        this.soon();
    }

    soon() {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.ask(), PAUSE);
    }

    async ask() {
        const number = ++this.asked;
        try {
            const answer = await fetch(this.box.dataset.quotaHint, { method: "POST", body: new FormData(this.form) });
            const told = answer.ok ? await answer.json() : { lines: [], lead: "" };
            if (number === this.asked) {
                this.show(told);
            }
        } catch {
            // Without a connection nothing is said; the request is checked again when it is submitted.
        }
    }

    show({ lines, lead }) {
        const text = JSON.stringify(lines);
        if (text === this.shown) {
            return;
        }
        this.shown = text;
        this.box.hidden = !lines.length;
        one("[data-quota-lead]", this.box).textContent = lead;
        one("ul", this.box).replaceChildren(...lines.map((line) => make("li", {}, line.text)));
    }
}

const box = one("[data-quota-hint]");
if (box) {
    new QuotaHint(box);
}
