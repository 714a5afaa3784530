/* What was typed while the connection was gone: kept in the browser under an id of its own, sent again until the server
   has answered, counted once however often it arrives. One key of localStorage for each entry, so that two windows never
   overwrite each other. */

const BATCH = 50;
const TIMEOUT = 15_000;
const LONGEST_WAIT = 60_000;

/** A random id, also where the page came without encryption and crypto.randomUUID is missing. */
export function newId() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export class Outbox {
    /** prefix: of the keys; url: takes {sent_at, source, entries}; changed(): called when something was kept, sent or
        refused; kept(result): the server's answer for one entry. */
    constructor({ prefix, url, token, source, changed, kept }) {
        Object.assign(this, { prefix, url, token, source, changed, kept });
        this.memory = new Map(); // entries that the browser would not store
        this.state = "idle";
        this.message = "";
        this.pause = 0;
        window.addEventListener("online", () => this.send());
        document.addEventListener("visibilitychange", () => document.hidden || this.send());
        window.addEventListener("beforeunload", (event) => this.memory.size && event.preventDefault());
    }

    /** Every entry still here, in the order of typing; a refused one carries its `refusal`, and `ask` when the server
        only wants it confirmed. */
    get all() {
        const found = [...this.memory.values()];
        try {
            for (let place = 0; place < localStorage.length; place++) {
                const key = localStorage.key(place);
                if (key.startsWith(this.prefix)) {
                    found.push(JSON.parse(localStorage.getItem(key)));
                }
            }
        } catch {
            // storage is switched off: what is in memory is all there is
        }
        return found.sort((a, b) => a.serial - b.serial);
    }

    get waiting() {
        return this.all.filter((entry) => !entry.refusal);
    }

    get refused() {
        return this.all.filter((entry) => entry.refusal);
    }

    /** Whether entries would be lost with this page. */
    get fragile() {
        return this.memory.size > 0;
    }

    add(entry) {
        this.#store({ ...entry, client_id: newId(), serial: Date.now() + performance.now() / 1e6 });
        this.pause = 0;
        this.changed();
        this.send();
    }

    drop(id) {
        this.memory.delete(id);
        try {
            localStorage.removeItem(this.prefix + id);
        } catch {
            // it was never stored
        }
        this.changed();
    }

    #store(entry) {
        try {
            localStorage.setItem(this.prefix + entry.client_id, JSON.stringify(entry));
        } catch {
            this.memory.set(entry.client_id, entry);
        }
    }

    /** Sends what waits; one delivery at a time. */
    async send() {
        if (this.sending) {
            return;
        }
        this.sending = true;
        window.clearTimeout(this.timer);
        try {
            for (let batch = this.#batch(); batch.length; batch = this.#batch()) {
                if (!(await this.#deliver(batch))) {
                    break;
                }
            }
            if (!this.waiting.length) {
                this.#is("idle");
            }
        } finally {
            this.sending = false;
        }
        this.changed();
        if (this.state === "offline" && this.waiting.length) {
            this.pause = Math.min(this.pause ? this.pause * 2 : 2000, LONGEST_WAIT);
            this.timer = window.setTimeout(() => this.send(), this.pause);
        }
    }

    #batch() {
        return this.waiting.slice(0, BATCH);
    }

    #is(state, message = "") {
        this.state = state;
        this.message = message;
        return false;
    }

    /** True when the server has answered every entry of the batch. */
    async #deliver(batch) {
        this.#is("sending");
        this.changed();
        let answer;
        try {
            answer = await fetch(this.url, {
                method: "POST",
                credentials: "same-origin",
                redirect: "manual",
                headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
                body: JSON.stringify({
                    sent_at: new Date().toISOString(),
                    source: this.source(),
                    entries: batch.map(({ serial, label, ask, ...entry }) => entry),
                }),
                signal: AbortSignal.timeout ? AbortSignal.timeout(TIMEOUT) : undefined,
            });
        } catch {
            return this.#is("offline");
        }
        return this.#understand(answer, batch);
    }

    async #understand(answer, batch) {
        if (answer.type === "opaqueredirect") {
            return this.#is("signed-out");
        }
        const data = await answer.json().catch(() => null);
        if (answer.status >= 500 || (answer.ok && !data)) {
            return this.#is("offline");
        }
        if (!answer.ok) {
            return data?.message ? this.#is("stopped", data.message) : this.#is("reload");
        }
        for (const result of data.results) {
            const entry = batch.find((one) => one.client_id === result.client_id);
            if (entry && result.refusal) {
                this.memory.delete(entry.client_id);
                this.#store({ ...entry, refusal: result.refusal, ask: result.ask === true });
            } else if (entry) {
                this.drop(entry.client_id);
                this.kept(result);
            }
        }
        const answered = new Set(data.results.map((result) => result.client_id));
        return batch.every((entry) => answered.has(entry.client_id)) || this.#is("offline");
    }
}
