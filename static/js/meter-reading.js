/* Reading one meter after another with one thumb. What is typed waits in the outbox while the connection is gone; a value
   ten times the usual is asked back, here as soon as the server says so. */

import { format, parse, QUANTITY } from "./decimal.js";
import { all, make, one } from "./dom.js";
import { Outbox } from "./outbox.js";
import { drawState } from "./outbox-view.js";

const page = one("#reading");
const words = page.dataset;
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);
const boxes = new Map(all("[data-meter]", page).map((box) => [Number(box.dataset.meter), box]));
const done = new Set();

const outbox = new Outbox({
    prefix: words.key,
    url: words.sendUrl,
    token: one("[name=csrfmiddlewaretoken]", page).value,
    source: () => "phone",
    changed: () => draw(),
    kept: (result) => {
        const text = say(words.sent, { value: `${result.meter.last} ${result.meter.unit}` });
        tell(result.meter.id, result.abnormal ? `${text}. ${say(words.order, { order: result.order })}` : text, !result.abnormal);
    },
});

function tell(meter, text, good) {
    const said = boxes.has(meter) ? one(".meter-said", boxes.get(meter)) : null;
    if (said) {
        said.textContent = text;
        said.className = `meter-said ${good ? "is-good" : "is-bad"}`;
    }
}

function draw() {
    drawState(outbox, words);
    drawRefused();
    one("#reading-progress").textContent = say(words.progress, { done: done.size, all: boxes.size });
}

/** A refused reading: read and dropped, or sent again as confirmed (the server asked whether it is so). */
function drawRefused() {
    const refused = outbox.refused;
    const box = one("#reading-refused");
    box.hidden = refused.length === 0;
    one("ul", box).replaceChildren(
        ...refused.map((entry) => {
            const drop = make("button", { className: "btn", type: "button" }, words.understood);
            drop.addEventListener("click", () => outbox.drop(entry.client_id));
            const sure = make("button", { className: "btn btn-primary", type: "button" }, words.confirm);
            sure.addEventListener("click", () => {
                outbox.drop(entry.client_id);
                const { meter, value, at, label } = entry;
                outbox.add({ meter, value, at, label, confirmed: true });
            });
            tell(entry.meter, entry.refusal, false);
            return make("li", {}, make("p", {}, `${entry.label}: ${entry.refusal}`), drop, ...(entry.ask ? [sure] : []));
        }),
    );
}

for (const [meter, box] of boxes) {
    one("form", box).addEventListener("submit", (event) => {
        event.preventDefault();
        const input = one("input[name=value]", box);
        const value = parse(input.value.trim(), QUANTITY);
        if (!input.value.trim() || value === null) {
            tell(meter, words.badNumber, false);
            input.focus();
            return;
        }
        const text = format(value, QUANTITY, 0).replaceAll(",", "");
        done.add(meter);
        tell(meter, say(words.kept, { value: text }), true);
        input.value = "";
        outbox.add({ meter, value: text, at: new Date().toISOString(), label: `${one("b", box).textContent} ${text}` });
        const keys = [...boxes.keys()];
        const place = keys.indexOf(meter);
        const next = [...keys.slice(place + 1), ...keys.slice(0, place)].find((key) => !done.has(key));
        if (next) {
            one("input[name=value]", boxes.get(next)).focus();
        }
    });
}

draw();
outbox.send();
