/* Counting with one thumb: find a line, type a number, on to the next. Works on while the connection is gone (outbox.js).
   Everything to count stands in the page; words come from it too. */

import { keepFresh, onShow } from "./count-page.js";
import { format, parse, QUANTITY } from "./decimal.js";
import { prepare } from "./decode.js";
import { all, icon, make, one } from "./dom.js";
import { Outbox } from "./outbox.js";
import { drawRefused, drawState } from "./outbox-view.js";
import { candidatesOf, goesOn, scan } from "./scan.js";

const MOST_SHOWN = 200;
const page = one("#counting");
const words = page.dataset;
const COMMA_AS_POINT = /[,，](?!\d{3}(?!\d))/; // 1,5 is no number; 1,500 is
const search = one("#count-search");
const dialog = one("#count-dialog");
const number = one("#count-number");
const problem = one("#count-problem");
const lines = new Map(JSON.parse(one("#count-data").textContent).map((line) => [line.id, line]));
const say = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name]);

let show = "open";
let current = null; // the line in the dialog, or null for goods that are not on the list
let byScanner = false; // found by the dialog that scans: it opens again for the next code
let scanned = false; // found by an exact code: afterwards the next code is wanted, not the next line

const outbox = new Outbox({
    prefix: words.key,
    url: words.sendUrl,
    token: one("[name=csrfmiddlewaretoken]", page).value,
    source: () => (one("#count-moment").value || window.innerWidth > 600 ? "screen" : "phone"),
    changed: () => draw(),
    kept: (result) => {
        const known = lines.get(result.line.id) || {};
        lines.set(result.line.id, { ...known, ...result.line });
    },
});

/* ---- what is shown ---- */

/** The newest number of this line that is still on its way. */
function pendingOf(line) {
    return outbox.waiting.filter((entry) => entry.line === line.id && entry.round === line.round).at(-1);
}

function isOpen(line, pending) {
    return line.counted === null && !pending && !line.mine;
}

function matches(line, text) {
    const wanted = text.toUpperCase().split(/\s+/).filter(Boolean);
    const known = [line.code, line.name, line.spec, line.lot, line.shelf, line.initials, line.barcode].join(" ").toUpperCase();
    return wanted.every((word) => known.includes(word));
}

/** The lines whose code, barcode or lot this is, as typed or as a scanner writes it. */
function exact(text) {
    const wanted = candidatesOf(text.toUpperCase());
    return [...lines.values()].filter((line) =>
        [line.code, line.barcode, line.lot].some((known) => known && wanted.includes(known.toUpperCase())),
    );
}

/** The shelf of this count that a text names, also as labels write it ("W1/A-03"); "" when there is none. */
function shelfOf(text) {
    const own = `${words.warehouse}/`.toUpperCase();
    const wanted = text.toUpperCase().startsWith(own) ? text.slice(own.length).toUpperCase() : text.toUpperCase();
    return [...lines.values()].find((line) => line.shelf && line.shelf.toUpperCase() === wanted)?.shelf || "";
}

const waitingByLine = () => new Map(outbox.waiting.map((entry) => [`${entry.line} ${entry.round}`, entry]));

function draw() {
    const text = search.value.trim();
    const pending = waitingByLine();
    const of = (line) => pending.get(`${line.id} ${line.round}`);
    const everything = [...lines.values()];
    const open = everything.filter((line) => isOpen(line, of(line)));
    const chosen = everything.filter((line) => (text ? matches(line, text) : show === "all" || open.includes(line)));
    const besides = outbox.waiting.filter((entry) => !entry.line).map(unplanned);
    one("#count-lines").replaceChildren(...chosen.slice(0, MOST_SHOWN).map((line) => row(line, of(line))), ...besides);
    one("#count-more").hidden = chosen.length <= MOST_SHOWN;
    one("#count-empty").hidden = chosen.length + besides.length > 0;
    one("#count-other").hidden = !text || exact(text).length > 0 || shelfOf(text) !== "";
    one("#count-progress").textContent = say(words.progress, { done: lines.size - open.length, all: lines.size });
    for (const button of all("[data-show]")) {
        button.setAttribute("aria-pressed", String(button.dataset.show === show));
    }
    drawState(outbox, words);
    drawRefused(outbox, words, one("#count-refused"), (entry) => `${entry.label}: ${entry.quantity}.`);
}

function row(line, pending) {
    const facts = [line.shelf, line.code, line.lot, line.expires].filter(Boolean).join(" · ");
    const value = pending ? pending.quantity : line.counted;
    const amount = make("span", { className: "count-amount" }, value === null ? "—" : `${value} ${line.unit}`);
    if (pending) {
        amount.prepend(icon("clock"));
    } else if (value !== null) {
        amount.prepend(icon("check"));
    }
    const marks = [];
    if (line.again && value === null) {
        marks.push(line.mine ? words.notYou : words.again);
    }
    if (line.unexpected) {
        marks.push(words.unexpected);
    }
    const button = make(
        "button",
        { className: "count-line", type: "button" },
        make("span", { className: "count-name" }, `${line.name} ${line.spec}`.trim()),
        amount,
        make("span", { className: "count-facts" }, [facts, ...marks].filter(Boolean).join(" · ")),
    );
    button.dataset.line = line.id;
    button.disabled = line.mine;
    return make("li", {}, button);
}

/** Goods that are not on the list and whose number is still on its way. */
function unplanned(entry) {
    return make(
        "li",
        { className: "count-line" },
        make("span", { className: "count-name" }, `${entry.code} ${entry.lot_number}`.trim()),
        make("span", { className: "count-amount" }, icon("clock"), entry.quantity),
        make("span", { className: "count-facts" }, words.unexpected),
    );
}

/* ---- one line ---- */

function open(line) {
    current = line;
    const goods = one("#count-goods");
    goods.hidden = line !== null;
    one("#count-title").textContent = line ? `${line.name} ${line.spec}`.trim() : say(words.other, { code: search.value.trim() });
    const facts = line ? [line.shelf, line.code, line.lot, line.expires, line.again ? words.again : ""] : [];
    if (line && line.book !== undefined) {
        facts.push(say(words.book, { book: line.book }));
    }
    one("#count-about").textContent = facts.filter(Boolean).join(" · ");
    one("#count-unit").textContent = line ? line.unit : "";
    number.value = "";
    problem.hidden = true;
    if (!dialog.open) {
        dialog.showModal();
    }
    number.focus();
}

/** What was typed, as text the server reads: "24+24+7" is added up. Returns null after saying what is wrong. */
function typed() {
    const parts = number.value.split(/[+＋]/).map((part) => (COMMA_AS_POINT.test(part) ? null : parse(part, QUANTITY)));
    if (!number.value.trim() || parts.some((part) => part === null || part < 0n)) {
        return refuse(words.badNumber);
    }
    const total = parts.reduce((sum, part) => sum + part, 0n);
    const places = current ? current.places : QUANTITY;
    if (total % 10n ** BigInt(QUANTITY - places) !== 0n) {
        return refuse(places ? say(words.places, { places }) : say(words.whole, { unit: current.unit }));
    }
    return format(total, QUANTITY, 0).replaceAll(",", "");
}

function refuse(text) {
    problem.textContent = text;
    problem.hidden = false;
    number.focus();
    return null;
}

function moment() {
    const written = one("#count-moment").value;
    return (written ? new Date(written) : new Date()).toISOString();
}

function save() {
    const quantity = typed();
    if (quantity === null) {
        return;
    }
    const line = current;
    const next = line && !scanned ? following(line) : null;
    if (line) {
        outbox.add({ line: line.id, round: line.round, quantity, counted_at: moment(), label: line.name });
    } else {
        const code = search.value.trim();
        const lot_number = one("#count-lot").value.trim();
        const expires_on = one("#count-expires").value;
        outbox.add({ code, lot_number, expires_on, quantity, counted_at: moment(), label: code });
    }
    if (next) {
        open(next);
        return;
    }
    dialog.close();
    search.value = "";
    draw();
    search.focus({ preventScroll: true });
    if (byScanner && goesOn()) {
        scan(onCode);
    }
}

/** The next line to count after this one, in the order of the walk. */
function following(line) {
    const pending = waitingByLine();
    const ordered = [...lines.values()];
    const rest = [...ordered.slice(ordered.indexOf(line) + 1), ...ordered.slice(0, ordered.indexOf(line))];
    return rest.find((other) => isOpen(other, pending.get(`${other.id} ${other.round}`))) || null;
}

/* ---- codes from the camera ---- */

/** One line: its number is wanted. Several lots, or a shelf ("W1/A-03"): the list shows them. Nothing: that is said. */
function onCode(text) {
    const shelf = shelfOf(text);
    const found = exact(text).filter((line) => !line.mine);
    search.value = found.length ? found[0].code : shelf || candidatesOf(text)[0];
    draw();
    if (found.length === 1) {
        return { ok: true, text: found[0].name, next: () => openScanned(found[0]) };
    }
    if (found.length > 1 || shelf) {
        byScanner = true;
        return { ok: true, text: search.value, next: () => one("#count-lines button:not([disabled])")?.focus() };
    }
    return { ok: false, text: say(words.notFound, { code: text }) };
}

function openScanned(line) {
    scanned = byScanner = true;
    open(line);
}

one("#count-scan").addEventListener("click", () => scan(onCode));
prepare().catch(() => {}); // the connection may be gone when the first code is scanned

/* ---- events ---- */

search.addEventListener("input", () => {
    byScanner = false;
    draw();
});

/** Opens the one line that an exact code names; several lots of one item, or none, stay in the list to choose from. */
function find(text) {
    const found = exact(text).filter((line) => !line.mine);
    if (found.length === 1) {
        scanned = true;
        byScanner = false;
        open(found[0]);
    }
    return found;
}

search.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const shelf = shelfOf(search.value.trim());
    if (shelf) {
        search.value = shelf; // a label read by a hand scanner
        draw();
    }
    const found = find(search.value.trim());
    if (found.length === 1) {
        return;
    }
    const shown = all("#count-lines .count-line:not([disabled])");
    if (found.length === 0 && shown.length === 1) {
        shown[0].click();
    }
});
one("#count-lines").addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (button) {
        scanned = search.value.trim() !== "";
        byScanner &&= scanned;
        open(lines.get(Number(button.dataset.line)));
    }
});
one("#count-other").addEventListener("click", () => open(null));
one("#count-plus").addEventListener("click", () => {
    number.value = number.value.trim() ? `${number.value.trim()}+` : "";
    number.focus();
});
one("form", dialog).addEventListener("submit", (event) => {
    event.preventDefault();
    save();
});
onShow((wanted) => {
    show = wanted;
    draw();
});

keepFresh({ words, lines, outbox, dialog, draw });
