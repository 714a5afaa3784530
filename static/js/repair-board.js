/* The board of repairs: cards dragged from column to column, their menus, and a refresh every half minute that never
   takes away what somebody is doing. The server decides what a move means. */

import { one } from "./dom.js";
import { openStep, showInDialog, tell } from "./repair-steps.js";

const EVERY = 30000;
const board = one("[data-board]");
const dialog = one("#step-dialog");
let dragged = null;

const here = () => window.location.pathname + window.location.search;
const token = () => JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];

function refresh() {
    board.dispatchEvent(new CustomEvent("board:refresh"));
}

/** Somebody reads a menu, fills a form or holds a card: the cards must stay where they are. */
function isBusy() {
    return dragged || dialog.open || document.hidden;
}

window.setInterval(() => isBusy() || refresh(), EVERY);
document.addEventListener("visibilitychange", () => isBusy() || refresh());

// Whoever walks the board with the keyboard stays on the same card when it is drawn anew.
let focused = null;
board.addEventListener("htmx:beforeSwap", () => {
    const card = document.activeElement?.closest?.(".board-card");
    const menu = document.activeElement?.matches?.(".board-menu");
    focused = card && { id: card.id, menu };
});
board.addEventListener("htmx:afterSwap", () => {
    const card = focused && document.getElementById(focused.id);
    if (card) {
        one(focused.menu ? ".board-menu" : "a", card).focus({ preventScroll: true });
    }
    focused = null;
});

async function move(card, column) {
    const body = new URLSearchParams({ to: column.dataset.column });
    try {
        const answer = await fetch(card.dataset.move, {
            method: "POST",
            body,
            headers: { "X-CSRFToken": token(), "X-Requested-With": "XMLHttpRequest" },
        });
        if (!answer.ok && answer.status !== 409) {
            throw new Error(String(answer.status));
        }
        const said = await answer.json();
        if (said.ask) {
            openStep(said.ask, here());
        } else if (said.go) {
            window.location.assign(said.go);
        } else {
            tell(said.done || said.refused, said.done ? "success" : "warning");
            refresh();
        }
    } catch {
        tell(board.dataset.failed);
    }
}

board.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.(".board-card[draggable]");
    if (dragged) {
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", dragged.id);
        dragged.classList.add("is-dragged");
    }
});

board.addEventListener("dragover", (event) => {
    const column = event.target.closest?.("[data-column]");
    if (!dragged || !column) {
        return;
    }
    event.preventDefault();
    one(".board-column.is-target")?.classList.remove("is-target");
    column.classList.add("is-target");
});

board.addEventListener("drop", (event) => {
    const column = event.target.closest?.("[data-column]");
    if (!dragged || !column) {
        return;
    }
    event.preventDefault();
    if (dragged.closest("[data-column]") !== column) {
        move(dragged, column);
    }
});

board.addEventListener("dragend", () => {
    dragged?.classList.remove("is-dragged");
    one(".board-column.is-target")?.classList.remove("is-target");
    dragged = null;
});

document.addEventListener("click", async (event) => {
    const opener = event.target.closest("[data-card-menu]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) {
        return;
    }
    event.preventDefault();
    try {
        const address = new URL(opener.dataset.cardMenu, window.location.href);
        address.searchParams.set("next", here());
        const answer = await fetch(address, { headers: { "HX-Request": "true" } });
        if (!answer.ok || answer.redirected) {
            throw new Error(String(answer.status));
        }
        showInDialog(await answer.text());
    } catch {
        tell(board.dataset.failed);
    }
});
