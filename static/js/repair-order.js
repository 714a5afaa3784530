/* One order on the phone of a worker: what it is, what can be done now, checks, parts, photos. It draws; what a button
   means is said by its data-act, which repair-work.js listens to. */

import { icon, make } from "./dom.js";

const quiet = (text) => make("p", { className: "work-quiet" }, text);
const button = (act, words, sign, extra = "") => {
    const made = make("button", { className: `btn ${extra}`.trim(), type: "button" }, icon(sign), words);
    made.dataset.act = act;
    return made;
};
const chip = (words, tone) => make("span", { className: `chip chip-${tone}` }, words);

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_whole, name) => values[name] ?? "");

const NEXT = {
    take: "accepted",
    accept: "accepted",
    arrive: "on_site",
    suspend: "suspended",
    resume: "on_site",
    finish: "done",
};
const SECTIONS = { accepted: "hand", on_site: "hand", suspended: "hand", done: "done" };

/** An order as it will be once everything that waits is taken. */
export function projected(order, entries, words) {
    const seen = { ...order, pending: entries, checks: order.checks.map((check) => ({ ...check })) };
    for (const entry of entries) {
        if (entry.do === "decline") {
            seen.section = "";
        } else if (NEXT[entry.do]) {
            seen.state = NEXT[entry.do];
            seen.state_word = words.states[seen.state];
            seen.section = SECTIONS[seen.state];
        }
        seen.set_out = entry.do === "set_out" || (seen.set_out && seen.state === "accepted");
        const check = entry.do === "check" && seen.checks.find((each) => each.id === entry.check);
        if (check) {
            Object.assign(check, { passed: entry.shown, number: entry.number || "", words: entry.words || "", waits: true });
        }
    }
    return seen;
}

export function chipsOf(order) {
    const chips = [];
    if (order.forbidden) {
        chips.push(chip(order.forbidden, "danger"));
    }
    if (order.urgent) {
        chips.push(chip(order.urgency, "danger"));
    }
    chips.push(chip(order.state_word, order.state === "suspended" ? "warning" : "info"));
    if (order.due && order.section !== "done") {
        chips.push(chip(order.due, order.tone));
    }
    return make("span", { className: "work-chips" }, ...chips);
}

export function card(order, words) {
    const facts = [order.where || order.department, order.category, order.asset].filter(Boolean).join(" · ");
    const made = make(
        "button",
        { className: `work-card${order.urgent ? " is-urgent" : ""}`, type: "button" },
        make("strong", {}, order.title),
        chipsOf(order),
        make("span", { className: "work-quiet" }, facts),
        make("span", { className: "work-quiet" }, `${order.number} · ${fill(words.reported, order)}`),
    );
    if (order.pending.length) {
        made.append(make("span", { className: "work-quiet" }, icon("clock"), words.later));
    }
    made.dataset.order = order.id;
    return make("li", {}, made);
}

/** What can be done first: the large buttons. */
function first(order, words, online) {
    const acts = {
        new: () => [button("accept", words.acts.accept, "check", "btn-primary"), button("decline", words.acts.decline, "arrow-back-up")],
        pool: () => [online ? button("take", words.acts.take, "check", "btn-primary") : quiet(words.grabOnline)],
        hand: () => inHand(order, words),
        done: () => [],
    };
    return make("div", { className: "work-acts" }, ...(acts[order.section]?.() || []));
}

function inHand(order, words) {
    if (order.state === "on_site") {
        return [button("finish", words.acts.finish, "circle-check", "btn-primary")];
    }
    if (order.state === "suspended") {
        return [quiet(fill(words.paused, { reason: order.pause })), button("resume", words.acts.resume, "check", "btn-primary")];
    }
    if (order.state !== "accepted") {
        return [];
    }
    const arrive = order.codes.length ? [button("scan", words.arriveScan, "scan", "btn-primary")] : [];
    arrive.push(button("arrive", order.codes.length ? words.arriveBare : words.acts.arrive, "map-pin", order.codes.length ? "" : "btn-primary"));
    return [...(order.set_out ? [] : [button("set_out", words.acts.set_out, "route")]), ...arrive];
}

/** Everything else: photos, parts, time, helper, note, pause, give back. */
function more(order, words) {
    const acts = [];
    if (order.section === "hand" || order.section === "done") {
        if (order.state !== "done" && order.section === "hand") {
            acts.push(photo("before", words.before), photo("after", words.after), button("parts", words.acts.parts, "package"));
        }
        acts.push(button("time", words.acts.time, "clock"));
        if (order.section === "hand") {
            acts.push(button("helper", words.acts.helper, "users"));
        }
        acts.push(button("note", words.acts.note, "message"));
        if (order.state === "accepted" || order.state === "on_site") {
            acts.push(button("suspend", words.acts.suspend, "hourglass"));
        }
        if (order.state === "accepted" && order.mine) {
            acts.push(button("decline", words.acts.decline, "arrow-back-up"));
        }
    }
    return make("div", { className: "work-acts work-more" }, ...acts);
}

function photo(moment, words) {
    const input = make("input", { className: "sr-only", type: "file", accept: "image/*", capture: "environment" });
    input.dataset.moment = moment;
    return make("label", { className: "btn" }, icon("camera"), words, input);
}

function facts(order, words) {
    const lines = [
        [order.where, order.department].filter(Boolean).join(" · "),
        order.asset,
        order.category,
        order.description,
        order.people.length ? fill(words.people, { names: order.people.map((each) => each.name).join(words.comma) }) : "",
        order.minutes ? fill(words.minutes, order) : "",
        [order.outcome, order.action].filter(Boolean).join(" · "),
    ];
    const box = make("div", { className: "work-facts" }, ...lines.filter(Boolean).map((line) => make("p", {}, line)));
    if (order.phone) {
        const call = make("a", { className: "btn", href: `tel:${order.phone.replace(/[^\d+]/g, "")}` }, icon("phone"), `${fill(words.call, { name: order.contact })} ${order.phone}`.trim());
        box.append(call);
    } else {
        box.append(quiet([order.contact, words.noPhone].filter(Boolean).join(" · ")));
    }
    return box;
}

/** What fixed it last time, known when the page was made. */
const memoryOf = (order, words) => (order.memory ? [make("h3", {}, words.memory), quiet(order.memory)] : []);

function checkLine(check, order, words) {
    const box = make("li", {}, make("strong", {}, `${check.text}${check.required ? " *" : ""}`));
    if (check.limits) {
        box.append(quiet(fill(words.limits, check)));
    }
    const open = order.section === "hand";
    const answer = make("div", { className: "work-answer" });
    const remark = make("input", { className: "form-control", value: check.words, maxLength: 200, "aria-label": `${check.text}: ${words.remark}`, placeholder: words.remark });
    remark.dataset.remark = check.id;
    remark.defaultValue = check.words;
    if (check.kind === "tick") {
        for (const [value, label] of [[true, words.good], [false, words.bad]]) {
            const made = button("check", label, value ? "check" : "x");
            made.dataset.check = check.id;
            made.dataset.value = String(value);
            made.setAttribute("aria-pressed", String(check.passed === value));
            made.disabled = !open;
            answer.append(made);
        }
    } else {
        const input = make("input", { className: "form-control", maxLength: 200, "aria-label": check.text, value: check.kind === "number" ? check.number : check.words });
        input.inputMode = check.kind === "number" ? "decimal" : "text";
        input.dataset.answer = check.id;
        input.defaultValue = input.value;
        const save = button("check", words.save, "check");
        save.dataset.check = check.id;
        input.disabled = save.disabled = !open;
        answer.append(input, save);
    }
    box.append(answer);
    if (check.kind !== "text" && open) {
        box.append(remark);
    }
    if (check.passed !== null && check.passed !== undefined) {
        const sign = check.passed ? "check" : "alert-triangle";
        const said = [check.passed ? words.good : words.bad, check.waits ? words.later : ""].filter(Boolean).join(" · ");
        box.append(make("p", { className: `chip chip-${check.passed ? "success" : "danger"}` }, icon(sign), said));
    }
    return box;
}

function partsOf(order, words) {
    if (!order.parts.length && !order.asked.length) {
        return [];
    }
    const rows = order.parts.map((part) => {
        const box = make("div", { className: "work-part" }, make("strong", {}, part.item), quiet(fill(words.part, part)));
        if (Number(part.coming) > 0) {
            box.append(quiet(fill(words.coming, part)));
        }
        if (Number(part.open) > 0) {
            box.append(make("p", { className: "chip chip-warning" }, fill(words.leftOpen, part)));
        }
        return box;
    });
    const asked = order.asked.map((paper) => make("p", {}, make("a", { href: paper.url }, paper.number), ` ${fill(words.asked, paper)}`));
    const settle = order.parts.length ? [button("settle", words.settle, "packages")] : [];
    return [make("h3", {}, words.parts), ...asked, ...rows, ...settle];
}

function photosOf(order) {
    const rows = order.photos.map((each) => {
        const picture = make("img", { src: each.url, alt: each.word, loading: "lazy" });
        return make("li", {}, make("a", { href: each.url }, picture), make("span", {}, each.word));
    });
    return rows.length ? [make("ul", { className: "work-photos" }, ...rows)] : [];
}

/** Everything of one order, as elements. */
export function body(order, words, online) {
    const checks = order.checks.length
        ? [make("h3", {}, words.checks), make("ul", { className: "work-checks" }, ...order.checks.map((check) => checkLine(check, order, words)))]
        : [];
    const later = order.pending.map((entry) => make("p", { className: "work-quiet" }, icon("clock"), `${words.acts[entry.do]} · ${words.later}`));
    const page = make("p", {}, make("a", { href: order.url }, words.page));
    return [chipsOf(order), first(order, words, online), ...later, facts(order, words), ...memoryOf(order, words), more(order, words), ...photosOf(order), ...checks, ...partsOf(order, words), page];
}
