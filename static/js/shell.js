/* Behaviour of every page: navigation, menus, dialogs, forms that are sent once, rows worked by keyboard, messages. */

import { all, icon, isTyping, make, one, remember } from "./dom.js";
import "./day.js";
import "./drafts.js";
import { begin as waitForPage } from "./waiting.js";

const root = document.documentElement;
const phone = window.matchMedia("(max-width: 600px)");

/* ---- navigation and theme ---- */

function openNavigation(open) {
    root.toggleAttribute("data-nav-open", open);
    if (open) {
        one("#navigation a")?.focus();
    } else {
        one("[data-nav-toggle]")?.focus();
    }
}

function toggleNavigation() {
    if (phone.matches) {
        openNavigation(!root.hasAttribute("data-nav-open"));
        return;
    }
    root.dataset.nav = root.dataset.nav === "icons" ? "wide" : "icons";
    remember("navigation", root.dataset.nav);
}

function setTheme(choice) {
    remember("theme", choice);
    window.shellTheme.apply(choice);
    showTheme();
}

function showTheme() {
    for (const button of all("[data-theme-set]")) {
        button.setAttribute("aria-pressed", String(button.dataset.themeSet === root.dataset.theme));
    }
}

function cycleTheme() {
    const order = ["auto", "light", "dark"];
    setTheme(order[(order.indexOf(root.dataset.theme) + 1) % order.length]);
}

function openSearch() {
    const form = one("#top-search");
    form.classList.add("is-open"); // matters on phones, where the box is hidden until asked for
    one("input", form).focus();
    one("input", form).select();
}

/* ---- messages ---- */

/** Shows a short message in the corner; level is success, info, warning or error. */
export function toast(text, level = "info") {
    const signs = { success: icon("circle-check"), warning: icon("alert-triangle"), error: icon("alert-circle") };
    const body = make("div", { className: "notice-text" }, text);
    const message = make("div", { className: `notice notice-${level}` }, signs[level] || icon("info-circle"), body);
    one("#toasts")?.append(message);
    window.setTimeout(() => message.remove(), 6000);
}

// Other modules ask for a message by an event, so that this module is loaded once.
document.addEventListener("shell:toast", (event) => toast(event.detail.text, event.detail.level));

function fadeMessages() {
    for (const message of all("[data-fades]")) {
        window.setTimeout(() => message.remove(), 8000);
    }
}

/* ---- dialogs ---- */

/** Asks a question; resolves to true or false. */
export function ask(text, { yes = "", danger = false } = {}) {
    const dialog = one("#confirm-dialog");
    const button = one("[data-confirm-yes]", dialog);
    button.dataset.word ||= button.textContent;
    button.textContent = yes || button.dataset.word;
    button.className = danger ? "btn btn-danger is-filled" : "btn btn-primary";
    one("[data-confirm-text]", dialog).textContent = text;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    });
}

function wireDialogs(event) {
    const opener = event.target.closest("[data-dialog]");
    if (opener) {
        event.preventDefault();
        const dialog = document.getElementById(opener.dataset.dialog);
        opener.closest("details.menu")?.removeAttribute("open");
        dialog.showModal();
        one("textarea, input:not([type=hidden]), select", dialog)?.focus();
        return;
    }
    const closer = event.target.closest("[data-dialog-close]");
    if (closer) {
        event.preventDefault();
        closer.closest("dialog").close();
        return;
    }
    // A click on the shade beside an open drawer closes it, as people expect on phones.
    if (event.target.matches("dialog.drawer")) {
        const box = event.target.getBoundingClientRect();
        if (event.clientX < box.left) {
            event.target.close();
        }
    }
    const reason = event.target.closest("[data-reason]");
    if (reason) {
        const field = one("textarea", reason.closest("dialog"));
        field.value = reason.dataset.reason;
        field.focus();
    }
}

/* ---- forms ---- */

const sent = new WeakSet();
const confirmed = new WeakSet();
let changed = false;

async function onSubmit(event) {
    const form = event.target;
    if (form.method === "dialog" || form.hasAttribute("hx-post") || event.defaultPrevented) {
        return;
    }
    const button = event.submitter;
    const question = button?.dataset.confirm || form.dataset.confirm;
    if (question && !confirmed.has(form)) {
        event.preventDefault();
        if (await ask(question, { yes: button?.textContent.trim(), danger: button?.classList.contains("btn-danger") })) {
            confirmed.add(form);
            form.requestSubmit(button);
        }
        return;
    }
    // A form that answers with a file leaves the page open and may be sent again.
    if (form.method === "post" && !form.hasAttribute("data-repeatable")) {
        if (sent.has(form)) {
            event.preventDefault(); // the second click of a double click
            return;
        }
        sent.add(form);
        changed = false;
        // Not `disabled`: a disabled button would not be sent with the form.
        for (const each of all("button:not([type=button]), input[type=submit]", form)) {
            each.setAttribute("aria-disabled", "true");
        }
    }
}

/** Coming back with the browser's own "back" shows the page as it was left: let its forms be sent again. */
function onPageShow(event) {
    if (!event.persisted) {
        return;
    }
    for (const form of all("form")) {
        sent.delete(form);
        confirmed.delete(form);
    }
    for (const button of all("form [aria-disabled=true]")) {
        button.removeAttribute("aria-disabled");
    }
}

function watchChanges() {
    const mark = (event) => {
        if (event.target.closest("form[data-guard]")) {
            changed = true;
        }
    };
    document.addEventListener("input", mark);
    document.addEventListener("change", mark);
    document.addEventListener("lines:changed", mark);
    window.addEventListener("beforeunload", (event) => {
        if (changed) {
            event.preventDefault();
            event.returnValue = "";
        }
    });
}

/* ---- rows: a click opens, j and k move, Enter opens ---- */

function moveRow(table, step) {
    const rows = all("tbody tr[data-href]", table).filter((row) => row.offsetParent !== null);
    const now = rows.findIndex((row) => row.classList.contains("is-current"));
    const next = rows[Math.min(Math.max(now + step, 0), rows.length - 1)];
    if (!next) {
        return;
    }
    rows[now]?.classList.remove("is-current");
    next.classList.add("is-current");
    one("a", next)?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
}

function onRowClick(event) {
    const row = event.target.closest("tr[data-href]");
    if (!row || event.target.closest("a, button, input, label, select, summary") || String(window.getSelection())) {
        return;
    }
    if (event.metaKey || event.ctrlKey) {
        window.open(row.dataset.href, "_blank", "noopener");
    } else {
        waitForPage();
        window.location.assign(row.dataset.href);
    }
}

function onKey(event) {
    if (event.key === "Escape") {
        const open = one("details.menu[open]");
        if (open) {
            open.removeAttribute("open");
            one("summary", open).focus();
        } else if (root.hasAttribute("data-nav-open")) {
            openNavigation(false);
        }
        one("#top-search.is-open")?.classList.remove("is-open");
        return;
    }
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || one("dialog[open]")) {
        return;
    }
    const table = one("table[data-rows]");
    if (event.key === "/") {
        if (one("[data-search-box]")) {
            event.preventDefault();
            openSearch();
        }
    } else if (table && (event.key === "j" || event.key === "k")) {
        event.preventDefault();
        moveRow(table, event.key === "j" ? 1 : -1);
    } else if (table && event.key === "Enter" && event.target === document.body) {
        const row = one("tbody tr.is-current", table);
        if (row) {
            window.location.assign(row.dataset.href);
        }
    }
}

function onClick(event) {
    for (const menu of all("details.menu[open]")) {
        if (!menu.contains(event.target)) {
            menu.removeAttribute("open");
        }
    }
    const target = event.target;
    if (target.closest("[data-nav-toggle]")) {
        toggleNavigation();
    } else if (target.closest("[data-nav-close]")) {
        openNavigation(false);
    } else if (target.closest("[data-theme-set]")) {
        setTheme(target.closest("[data-theme-set]").dataset.themeSet);
    } else if (target.closest("[data-theme-cycle]")) {
        cycleTheme();
    } else if (target.closest("[data-search-open]")) {
        openSearch();
    } else if (target.closest("[data-close]")) {
        target.closest(".notice").remove();
    } else if (target.closest("[data-reveal]")) {
        const button = target.closest("[data-reveal]");
        const field = document.getElementById(button.dataset.reveal);
        field.type = field.type === "password" ? "text" : "password";
        button.setAttribute("aria-pressed", String(field.type === "text"));
    } else if (target.closest("[data-print]")) {
        window.print();
    } else if (target.closest("[data-back]") && window.history.length > 1) {
        event.preventDefault();
        window.history.back();
    } else if (target.matches("button, input[type=submit]") && target.getAttribute("aria-disabled") === "true") {
        event.preventDefault();
    }
    wireDialogs(event);
    onRowClick(event);
}

document.addEventListener("click", onClick);
document.addEventListener("keydown", onKey);
document.addEventListener("submit", onSubmit);
document.addEventListener("focusout", (event) => {
    if (event.target.matches("[data-search-box]")) {
        window.setTimeout(() => one("#top-search.is-open")?.classList.remove("is-open"), 150);
    }
});
// A select that changes what the page shows sends its form at once.
document.addEventListener("change", (event) => {
    if (event.target.matches("[data-autosubmit]")) {
        event.target.form.requestSubmit();
    }
});
for (const failure of ["htmx:responseError", "htmx:sendError"]) {
    document.addEventListener(failure, () => toast(one("#toasts").dataset.failure, "error"));
}
window.addEventListener("pageshow", onPageShow);
watchChanges();
showTheme();
fadeMessages();
