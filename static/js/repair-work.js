/* The page of a worker: his orders of today, and one order with everything he does on it. The page knows all orders and
   goes on without a connection; what is done waits in the outbox and is sent in its order, photos first. */

import { all, make, one } from "./dom.js";
import { prepare } from "./decode.js";
import { Outbox } from "./outbox.js";
import { drawRefused, drawState } from "./outbox-view.js";
import { Forms } from "./repair-forms.js";
import { body, card, fill, projected } from "./repair-order.js";
import { PhotoQueue } from "./repair-photos.js";
import { scan } from "./scan.js";

const REFRESH = 60_000; // milliseconds
const AGAIN = 5_000; // milliseconds until photos are tried again
const page = one("#work");
const token = one("[name=csrfmiddlewaretoken]", page).value;
const read = (id) => JSON.parse(one(id).textContent);
const words = read("#work-words");
const choices = read("#work-choices");
let orders = new Map(read("#work-orders").map((order) => [order.id, order]));
let show = null;
let current = null; // key of the order that is open

const photos = new PhotoQueue({
    person: page.dataset.person,
    urlOf: (order) => page.dataset.photoUrl.replace("/0/", `/${order}/`),
    token,
    changed: () => draw(),
});

/** Photos go before the words that rest on them ("done" asks for one). */
class WorkOutbox extends Outbox {
    async send() {
        const sent = photos.waiting.length > 0;
        if (await photos.send()) {
            const before = outbox.refused.length;
            await super.send();
            if (sent || outbox.refused.length > before) {
                await refresh();
            }
            return;
        }
        this.state = photos.state;
        window.clearTimeout(this.timer);
        this.timer = window.setTimeout(() => this.send(), AGAIN);
        draw();
    }
}

const outbox = new WorkOutbox({
    prefix: page.dataset.key,
    url: page.dataset.sendUrl,
    token,
    source: () => "phone",
    changed: () => draw(),
    kept: (result) => stands(result),
});

const forms = new Forms({ choices, words, itemUrl: page.dataset.itemUrl, send: keep });

/** Keeps one entry of an order, with the clock of this phone beside it, and sends it when it can. */
function keep(order, entry) {
    const label = `${order.number} · ${words.acts[entry.do]}`;
    outbox.add({ ...entry, order: order.id, at: new Date().toISOString(), label });
}

/* ---- fresh from the server ---- */

/** Takes over how an order stands after an entry of it was taken; it comes with the answer. */
function stands(result) {
    if (result.order) {
        orders.set(result.key, result.order);
    } else {
        orders.delete(result.key); // it is no longer his
    }
    draw();
}

async function refresh() {
    const answer = await fetch(page.dataset.sendUrl, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
    const data = answer?.ok ? await answer.json().catch(() => null) : null;
    if (data) {
        orders = new Map(data.orders.map((order) => [order.id, order]));
        draw();
    }
}

/* ---- what is shown ---- */

const seen = () => {
    const waiting = outbox.waiting;
    return [...orders.values()].map((order) => projected(order, waiting.filter((entry) => entry.order === order.id), words));
};

function draw() {
    const everything = seen();
    const order = everything.find((each) => each.id === current);
    drawState(outbox, words);
    drawRefused(outbox, words, one("#work-refused"), (entry) => `${entry.label} ·`);
    drawPhotos();
    if (current !== null && !order) {
        current = null; // it went to somebody else; what was refused stands above
    }
    one("#work-list").hidden = Boolean(order);
    one("#work-order").hidden = !order;
    if (order) {
        drawOrder(order);
    } else {
        drawList(everything);
    }
}

function drawList(everything) {
    const count = (name) => everything.filter((order) => order.section === name).length;
    show ??= ["new", "hand", "pool"].find(count) || "hand";
    for (const tab of all("[data-show]", page)) {
        tab.setAttribute("aria-pressed", String(tab.dataset.show === show));
        one(".work-count", tab).textContent = String(count(tab.dataset.show));
    }
    const chosen = everything.filter((order) => order.section === show);
    one("#work-cards").replaceChildren(...chosen.map((order) => card(order, words)));
    one("#work-empty").hidden = chosen.length > 0;
    one("#work-empty").textContent = words.empty[show];
}

/** Whether something was typed that is not saved yet. */
const unsaved = (box) => all("input:not([type=file])", box).some((input) => input.value !== input.defaultValue);

/** Draws an order anew, but not under the fingers of somebody who is typing an answer. */
function drawOrder(order) {
    const box = one("#work-body");
    const title = `${order.number} ${order.title}`;
    const key = JSON.stringify([order, navigator.onLine]);
    const focused = box.contains(document.activeElement) && document.activeElement.matches("input:not([type=file])");
    const same = box.dataset.order === `${order.id} ${order.state} ${order.section}`;
    if (box.dataset.shown === key || (same && (focused || unsaved(box)))) {
        return;
    }
    box.dataset.shown = key;
    box.dataset.order = `${order.id} ${order.state} ${order.section}`;
    one("#work-title").textContent = title;
    box.replaceChildren(...body(order, words, navigator.onLine));
}

function drawPhotos() {
    const said = one("#work-photos");
    const waiting = photos.waiting.length;
    const lines = waiting ? [make("p", {}, fill(words.photoWaits, { count: waiting }))] : [];
    for (const item of photos.refused) {
        const button = make("button", { className: "btn", type: "button" }, words.understood);
        button.addEventListener("click", () => photos.drop(item.id));
        lines.push(make("p", {}, item.refusal, " ", button));
    }
    if (photos.fragile && waiting) {
        lines.push(make("p", {}, words.fragile));
    }
    said.hidden = lines.length === 0;
    said.replaceChildren(make("span", { className: "notice-text" }, ...lines));
}

function open(key) {
    current = key;
    draw();
    one(key === null ? "#work-cards" : "#work-title").focus?.();
    window.scrollTo(0, 0);
}

/* ---- what is done ---- */

const FORMS = new Set(["decline", "note", "suspend", "time", "helper", "finish", "parts", "settle"]);

page.addEventListener("click", (event) => {
    const tab = event.target.closest("[data-show]");
    const chosen = event.target.closest("[data-order]:is(button)");
    const act = event.target.closest("[data-act]");
    if (tab) {
        show = tab.dataset.show;
        draw();
    } else if (chosen) {
        window.location.hash = `o${chosen.dataset.order}`;
    } else if (act) {
        take(act.dataset.act, act);
    }
});

function take(act, button) {
    const order = seen().find((each) => each.id === current);
    if (FORMS.has(act)) {
        forms.show(act, order, takeBack(order, act));
    } else if (act === "scan") {
        scan((text) => arrived(order, text));
    } else if (act === "check") {
        check(order, button);
    } else {
        keep(order, { do: act });
        if (order.section === "new" || order.section === "pool") {
            show = "hand";
        }
    }
}

/** What was typed into a form that the server did not take: it stands there again. */
function takeBack(order, act) {
    return outbox.refused.filter((entry) => entry.order === order.id && entry.do === act).at(-1) || null;
}

/** A code read on site: told at once whether it is the right one, since the page knows what to look for. */
async function arrived(order, text) {
    const plain = text.trim();
    const code = plain.includes("://") ? plain.replace(/[?#].*$/, "").replace(/\/+$/, "").split("/").at(-1) : plain;
    if (!order.codes.includes(code)) {
        return { ok: false, text: words.wrongCode };
    }
    keep(order, { do: "arrive", code });
    return { ok: true, text: words.rightCode, next: () => {} };
}

function check(order, button) {
    const line = order.checks.find((each) => each.id === Number(button.dataset.check));
    const box = button.closest("li");
    const remark = one("[data-remark]", box)?.value.trim() || "";
    const typed = one("[data-answer]", box)?.value.trim() || "";
    if (line.kind !== "tick" && !typed) {
        one("[data-answer]", box).focus();
        return;
    }
    const entry = { do: "check", check: line.id, words: line.kind === "text" ? typed : remark };
    if (line.kind === "tick") {
        entry.passed = entry.shown = button.dataset.value === "true";
    } else if (line.kind === "number") {
        entry.number = typed;
        const value = Number(typed);
        entry.shown = !(line.low !== "" && value < Number(line.low)) && !(line.high !== "" && value > Number(line.high));
    } else {
        entry.shown = true;
    }
    document.activeElement?.blur();
    all("input", box).forEach((input) => (input.defaultValue = input.value)); // saved: it may be drawn anew
    keep(order, entry);
}

page.addEventListener("change", async (event) => {
    const input = event.target.closest("input[type=file][data-moment]");
    if (!input?.files[0]) {
        return;
    }
    const said = one("#work-photos");
    const refuse = (text) => {
        said.hidden = false;
        said.replaceChildren(make("span", { className: "notice-text" }, text));
    };
    if (photos.full) {
        refuse(words.photosFull);
        return;
    }
    try {
        await photos.add(current, input.dataset.moment, input.files[0]);
    } catch {
        refuse(words.photoLost);
        return;
    }
    input.value = "";
    outbox.send();
});

/* ---- the address keeps the order, so that the back key of the phone leads to the list ---- */

const keyOfAddress = () => Number(window.location.hash.match(/^#o(\d+)$/)?.[1]) || null;
window.addEventListener("hashchange", () => open(keyOfAddress()));
one("#work-back").addEventListener("click", () => {
    window.history.replaceState(null, "", window.location.pathname);
    open(null);
});
window.addEventListener("online", () => draw());
window.addEventListener("offline", () => draw());

window.setInterval(() => {
    if (!document.hidden && !forms.open && navigator.onLine) {
        refresh();
    }
}, REFRESH);
window.addEventListener("online", refresh);
prepare().catch(() => {}); // the connection may be gone when the first code is scanned
open(keyOfAddress());
// The page may have been made while entries of its predecessor were still on their way.
photos.ready.then(() => outbox.send()).then(refresh);
