/* Counting assets with one thumb: walk from room to room, scan each label, tap what has none. Works on while the
   connection is gone (outbox.js). Everything to count stands in the page; words come from it too. */

import { keepFresh, onShow } from "./count-page.js";
import { format, parse, QUANTITY } from "./decimal.js";
import { prepare } from "./decode.js";
import { all, icon, make, one, remember } from "./dom.js";
import { Outbox } from "./outbox.js";
import { drawRefused, drawState } from "./outbox-view.js";
import { scan } from "./scan.js";

const MOST_SHOWN = 200;
const PATIENCE = 6_000; // milliseconds for asking the server about a label that is not on the list
const page = one("#counting");
const words = page.dataset;
const token = one("[name=csrfmiddlewaretoken]", page).value;
const search = one("#count-search");
const here = one("#count-here");
const dialog = one("#count-dialog");
const problem = one("#count-problem");
const lines = new Map(JSON.parse(one("#count-data").textContent).map((line) => [line.id, line]));
const choices = JSON.parse(one("#count-choices").textContent);
const keyOf = Object.fromEntries(
    ["places", "people"].map((name) => [name, new Map(choices[name].map((each) => [each.words, each.id]))]),
);
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

let show = "open";
let current = null; // the line in the dialog, or null for a thing without a card

const outbox = new Outbox({
    prefix: words.key,
    url: words.sendUrl,
    token,
    source: () => "phone",
    changed: () => draw(),
    kept: (result) => result.line && lines.set(result.line.id, result.line),
});

/* ---- what is shown ---- */

const waitingByLine = () => new Map(outbox.waiting.filter((entry) => entry.line).map((entry) => [entry.line, entry]));
const placeHere = () => keyOf.places.get(here.value.trim()) || null;
const isOpen = (line, pending) => !line.result && !pending && !line.own;
const whereOf = (line) => [line.department, line.user, line.place].filter(Boolean).join(" · ");

function matches(line, text) {
    const wanted = text.toUpperCase().split(/\s+/).filter(Boolean);
    const known = [line.number, line.name, line.spec, line.initials, line.place, line.user, line.department];
    return wanted.every((word) => known.join(" ").toUpperCase().includes(word));
}

/** What a label says: the last part of the address in its QR code, else the number of its bar code. */
function codeOf(text) {
    const plain = text.trim();
    return plain.includes("://") ? plain.replace(/[?#].*$/, "").replace(/\/+$/, "").split("/").at(-1) : plain;
}

function lineOf(text) {
    const code = codeOf(text);
    return [...lines.values()].find((line) => line.token === code || line.number === code.toUpperCase());
}

function draw() {
    const text = search.value.trim();
    const pending = waitingByLine();
    const place = placeHere();
    const everything = [...lines.values()];
    const open = everything.filter((line) => isOpen(line, pending.get(line.id)));
    const wanted = show === "all" ? everything : open;
    const chosen = text
        ? everything.filter((line) => matches(line, text))
        : wanted.filter((line) => !place || line.place_id === place);
    const besides = outbox.waiting.filter((entry) => !entry.line).map(kept);
    one("#count-lines").replaceChildren(...chosen.slice(0, MOST_SHOWN).map((line) => row(line, pending.get(line.id))), ...besides);
    one("#count-more").hidden = chosen.length <= MOST_SHOWN;
    one("#count-empty").hidden = chosen.length + besides.length > 0;
    const done = everything.filter((line) => line.result || pending.get(line.id)).length;
    one("#count-progress").textContent = say(words.progress, { done, all: lines.size });
    for (const button of all("[data-show]")) {
        button.setAttribute("aria-pressed", String(button.dataset.show === show));
    }
    drawState(outbox, words);
    drawRefused(outbox, words, one("#count-refused"), (entry) => `${entry.label}:`);
}

function row(line, pending) {
    const marks = [line.own ? words.own : "", line.outside ? words.unexpected : "", line.elsewhere && `→ ${line.elsewhere}`];
    const amount = make("span", { className: "count-amount" });
    if (pending) {
        amount.append(icon("clock"), pending.present ? words.found : words.notFoundWord);
    } else if (line.result) {
        amount.append(icon(line.result === "missing" ? "alert-circle" : "check"), line.word);
    } else {
        amount.append("—");
    }
    const button = make(
        "button",
        { className: "count-line", type: "button" },
        make("span", { className: "count-name" }, `${line.name} ${line.spec}`.trim()),
        amount,
        make("span", { className: "count-facts" }, [line.number, whereOf(line), ...marks].filter(Boolean).join(" · ")),
    );
    button.dataset.line = line.id;
    button.disabled = line.own;
    return make("li", {}, button);
}

/** A label that was not on the list, or a thing without a card, still on its way. */
function kept(entry) {
    const amount = make("span", { className: "count-amount" }, icon("clock"));
    return make("li", { className: "count-line" }, make("span", { className: "count-name" }, entry.label), amount);
}

function tell(text) {
    const said = one("#count-said");
    said.textContent = text;
    said.hidden = !text;
}

/* ---- one thing ---- */

function open(line) {
    current = line;
    const thing = line === null;
    one("#count-title").textContent = thing ? one("#count-other").textContent.trim() : `${line.name} ${line.spec}`.trim();
    one("#count-about").textContent = thing ? "" : [line.number, whereOf(line)].join(" · ");
    one("#count-thing").hidden = !thing;
    one("#count-person-box").hidden = thing;
    one("#count-unused").checked = one("#count-person").disabled = false;
    one("#count-unused").parentElement.hidden = thing || !line.user;
    one("#count-gone").hidden = thing;
    const elsewhere = placeHere() && (thing || placeHere() !== line.place_id);
    one("#count-place").value = elsewhere ? here.value.trim() : "";
    for (const name of ["thing-name", "thing-specification", "thing-value", "count-person", "count-department", "count-note"]) {
        one(`#${name}`).value = "";
    }
    one("#thing-quantity").value = "1";
    one("#count-condition").selectedIndex = 0;
    one("#count-photo").value = "";
    one("#count-photo-said").hidden = true;
    problem.hidden = true;
    if (!dialog.open) {
        dialog.showModal();
    }
    one(thing ? "#thing-name" : "#count-save").focus();
}

function refuse(text) {
    problem.textContent = text;
    problem.hidden = false;
    return null;
}

/** The key of what was chosen in a box with suggestions; undefined after saying that it is none of them. */
function chosen(selector, name) {
    const text = one(selector).value.trim();
    const key = text ? keyOf[name].get(text) : null;
    if (key === undefined) {
        refuse(say(words.unknownChoice, { words: text }));
    }
    return key;
}

/** A number as text the server reads; "" for an empty box; null after saying what is wrong. */
function numberIn(selector, places) {
    const text = one(selector).value.trim();
    if (!text) {
        return "";
    }
    const value = parse(text, places);
    return value === null || value < 0n ? refuse(words.badNumber) : format(value, places, 0).replaceAll(",", "");
}

/** What the dialog says of place, person, department, condition and note; null when something has to be corrected. */
function common() {
    const place = chosen("#count-place", "places");
    const user = chosen("#count-person", "people");
    if (place === undefined || user === undefined) {
        return null;
    }
    const unused = one("#count-unused").checked;
    const department = Number(one("#count-department").value) || null;
    const note = one("#count-note").value.trim();
    return { place, user, unused, department, note, condition: one("#count-condition").value, counted_at: new Date().toISOString() };
}

function save(present) {
    problem.hidden = true;
    const seen = common();
    if (seen === null) {
        return;
    }
    if (current) {
        const entry = present ? seen : { note: seen.note, counted_at: seen.counted_at };
        outbox.add({ ...entry, line: current.id, present, scanned: false, label: current.name });
    } else if (!addThing(seen)) {
        return;
    }
    dialog.close();
    search.value = "";
    draw();
}

function addThing(seen) {
    const name = one("#thing-name").value.trim();
    const quantity = numberIn("#thing-quantity", QUANTITY);
    const value = numberIn("#thing-value", 2);
    if (!name) {
        refuse(words.needName);
        return false;
    }
    if (quantity === null || value === null) {
        return false;
    }
    const specification = one("#thing-specification").value.trim();
    outbox.add({ ...seen, name, specification, quantity, value, label: say(words.thing, { name }) });
    return true;
}

async function sendPhoto() {
    const file = one("#count-photo").files[0];
    if (!file) {
        return;
    }
    const body = new FormData();
    body.append("file", file);
    body.append("what", current ? `${current.number} ${current.name}` : one("#thing-name").value.trim());
    const answer = await fetch(words.photoUrl, {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual",
        headers: { "X-CSRFToken": token },
        body,
    }).catch(() => null);
    const data = await answer?.json().catch(() => null);
    const said = one("#count-photo-said");
    said.textContent = answer?.ok && data ? say(words.photoSent, data) : data?.message || words.photoFailed;
    said.hidden = false;
}

/* ---- labels ---- */

/** One scan is one entry: found where the counter stands. What needs more words is tapped afterwards. */
async function onCode(text) {
    const line = lineOf(text);
    if (line?.own) {
        return { ok: false, text: say(words.yours, line) };
    }
    const place = placeHere();
    const seen = { present: true, scanned: true, place, counted_at: new Date().toISOString(), condition: "good" };
    if (line) {
        const elsewhere = place !== null && place !== line.place_id;
        outbox.add({ ...seen, line: line.id, label: line.name });
        return noted(say(elsewhere ? words.belongs : words.agrees, { name: line.name, where: whereOf(line) }));
    }
    const code = codeOf(text);
    const known = await ask(code);
    if (known && !known.known) {
        tell(known.text);
        return { ok: false, text: known.text };
    }
    outbox.add({ ...seen, code, label: code });
    return noted(known ? known.text : say(words.later, { code }));
}

function noted(text) {
    tell(text);
    return { ok: true, text };
}

/** What the server knows of a label: {known, text}; null without a connection. */
async function ask(code) {
    const signal = AbortSignal.timeout ? AbortSignal.timeout(PATIENCE) : undefined;
    const address = `${words.findUrl}?${new URLSearchParams({ code })}`;
    const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", signal }).catch(() => null);
    return answer?.ok ? await answer.json().catch(() => null) : null;
}

one("#count-scan").addEventListener("click", () => scan(onCode));
prepare().catch(() => {}); // the connection may be gone when the first code is scanned

/* ---- events ---- */

search.addEventListener("input", () => {
    tell("");
    draw();
});

// A hand scanner types the label and Enter; people type a word and Enter.
search.form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const text = search.value.trim();
    const line = text && lineOf(text);
    const shown = all("#count-lines [data-line]:not([disabled])");
    if (line && !line.own) {
        open(line);
    } else if (shown.length === 1) {
        shown[0].click();
    } else if (text && (line || shown.length === 0)) {
        const answer = await onCode(text);
        tell(answer.text);
        if (answer.ok) {
            search.value = "";
        }
        draw();
    }
});
one("#count-lines").addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (button) {
        open(lines.get(Number(button.dataset.line)));
    }
});
one("#count-other").addEventListener("click", () => open(null));
one("#count-gone").addEventListener("click", () => save(false));
one("#count-photo").addEventListener("change", sendPhoto);
one("#count-unused").addEventListener("change", (event) => {
    one("#count-person").disabled = event.target.checked;
    if (event.target.checked) {
        one("#count-person").value = "";
    }
});
one("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    save(true);
});
here.addEventListener("change", () => {
    remember(`${words.key.replace(/:$/, "")}-here`, here.value.trim());
    draw();
});
onShow((wanted) => {
    show = wanted;
    draw();
});

try {
    here.value = localStorage.getItem(`${words.key.replace(/:$/, "")}-here`) || "";
} catch {
    // storage is switched off: the place is chosen anew on each page
}
keepFresh({ words, lines, outbox, dialog, draw });
