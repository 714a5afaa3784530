/* What a page with an outbox shows of it: how much still waits and why, and what the server refused until it was read.
   Markup: #send-state and a refused box with a list. Words come from the page. */

import { icon, make, one } from "./dom.js";

const SIGNS = { "signed-out": "alert-circle", reload: "alert-circle", stopped: "alert-circle", offline: "clock" };

/** words: waiting ("{count} …"), allSent, offline, signedOut, signIn, loginUrl, reload, fragile. */
export function drawState(outbox, words) {
    const waiting = outbox.waiting.length;
    const state = one("#send-state");
    const reasons = { "signed-out": words.signedOut, reload: words.reload, stopped: outbox.message, offline: words.offline };
    const said = reasons[outbox.state];
    const count = waiting ? words.waiting.replace("{count}", waiting) : words.allSent;
    state.className = `send-state ${waiting ? (said ? "is-stuck" : "is-waiting") : "is-sent"}`;
    const parts = [icon(waiting ? SIGNS[outbox.state] || "clock" : "check"), make("span", {}, count)];
    if (waiting && said) {
        parts.push(make("span", { className: "send-why" }, said));
    }
    if (waiting && outbox.state === "signed-out") {
        parts.push(make("a", { href: words.loginUrl }, words.signIn));
    }
    if (outbox.fragile) {
        parts.push(make("span", { className: "send-why" }, words.fragile));
    }
    const key = `${outbox.state} ${waiting} ${outbox.message} ${outbox.fragile}`;
    if (state.dataset.shown !== key) {
        state.dataset.shown = key;
        state.replaceChildren(...parts);
    }
}

/** Every refused entry with its sentence, until somebody says that he read it. said(entry): the entry in words. */
export function drawRefused(outbox, words, box, said) {
    const refused = outbox.refused;
    box.hidden = refused.length === 0;
    one("ul", box).replaceChildren(
        ...refused.map((entry) => {
            const button = make("button", { className: "btn", type: "button" }, words.understood);
            button.addEventListener("click", () => outbox.drop(entry.client_id));
            return make("li", {}, make("p", {}, `${said(entry)} ${entry.refusal}`), button);
        }),
    );
}
