/* Photos of repairs that wait for a connection: made small, kept in the browser's database, sent one after the other.
   The server keeps the same picture once, so that a second sending harms nothing. */

import { newId } from "./outbox.js";
import { resized } from "./pictures.js";

const MOST = 20; // photos that wait at once
const TIMEOUT = 60_000;
const STORE = "photos";

function asked(request) {
    return new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

function opened() {
    const request = window.indexedDB.open("repair-photos", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    return asked(request);
}

export class PhotoQueue {
    /** person: whose photos; urlOf(order): where they go; changed(): called when something was kept, sent or refused. */
    constructor({ person, urlOf, token, changed }) {
        Object.assign(this, { person, urlOf, token, changed });
        this.items = [];
        this.state = "idle";
        this.fragile = false; // whether photos would be lost with this page
        this.ready = this.#read();
    }

    get waiting() {
        return this.items.filter((item) => !item.refusal);
    }

    get refused() {
        return this.items.filter((item) => item.refusal);
    }

    get full() {
        return this.items.length >= MOST;
    }

    async #read() {
        try {
            this.database = await opened();
            const everything = await asked(this.#store("readonly").getAll());
            this.items = everything.filter((item) => item.person === this.person).sort((a, b) => a.at - b.at);
        } catch {
            this.fragile = true; // private windows: photos live as long as the page
        }
    }

    #store(mode) {
        return this.database.transaction(STORE, mode).objectStore(STORE);
    }

    async #keep(item) {
        try {
            await asked(this.#store("readwrite").put(item));
        } catch {
            this.fragile = true;
        }
    }

    /** Keeps a photo of an order; throws when the file is no picture. */
    async add(order, moment, file) {
        await this.ready;
        const item = { id: newId(), person: this.person, order, moment, at: Date.now(), blob: await resized(file) };
        this.items.push(item);
        await this.#keep(item);
        this.changed();
    }

    async drop(id) {
        this.items = this.items.filter((item) => item.id !== id);
        try {
            await asked(this.#store("readwrite").delete(id));
        } catch {
            // it was never stored
        }
        this.changed();
    }

    /** Sends what waits; true when nothing waits any more. */
    async send() {
        await this.ready;
        this.state = "idle";
        for (const item of this.waiting) {
            if (!(await this.#deliver(item))) {
                return false;
            }
        }
        return true;
    }

    async #deliver(item) {
        const body = new FormData();
        body.append("file", item.blob, "photo.jpg");
        body.append("moment", item.moment);
        let answer;
        try {
            answer = await fetch(this.urlOf(item.order), {
                method: "POST",
                credentials: "same-origin",
                redirect: "manual",
                headers: { "X-CSRFToken": this.token },
                body,
                signal: AbortSignal.timeout ? AbortSignal.timeout(TIMEOUT) : undefined,
            });
        } catch {
            this.state = "offline";
            return false;
        }
        if (answer.type === "opaqueredirect") {
            this.state = "signed-out";
            return false;
        }
        if (answer.status >= 500) {
            this.state = "offline";
            return false;
        }
        const data = await answer.json().catch(() => null);
        if (answer.ok) {
            await this.drop(item.id);
            return true;
        }
        item.refusal = data?.message || `${answer.status}`;
        await this.#keep(item);
        return true;
    }
}
