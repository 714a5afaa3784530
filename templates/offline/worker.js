{% load static %}{% comment %}
Service worker: keeps the pages that say so (core/views/offline.py) and their files, and shows them when there is no
connection. Pages come from the network first, files by their unchanging name from the device. Expects header.
{% endcomment %}const PAGES = "pages-1";
const FILES = "files-1";
const MOST_FILES = 300;
const CLOSED = [403, 404, 410]; // no longer for this person: the copy goes, too
const PATIENCE = 8000; // milliseconds for a page before the kept one is shown
const STATIC = new URL("{% get_static_prefix %}", self.location).href;
const [LOGIN, LOGOUT, NOTHING] = ["{% url "login" %}", "{% url "logout" %}", "{% url "offline_page" %}"];
const FRAME = ["{% static "vendor/bootstrap/bootstrap.min.css" %}", "{% static "css/tokens.css" %}", "{% static "css/shell.css" %}", "{% static "css/plain.css" %}"];
const NAMED_BY_CONTENT = /\.[0-9a-f]{12}\.\w+$/;
const shownCopies = new Map(); // address: when the copy that was shown last was made

const bare = (address) => address.split("#")[0];

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(FILES).then((files) => files.addAll([NOTHING, ...FRAME])));
    self.skipWaiting();
});

self.addEventListener("activate", (event) => {
    const old = (names) => names.filter((name) => name !== PAGES && name !== FILES);
    event.waitUntil(caches.keys().then((names) => Promise.all(old(names).map((name) => caches.delete(name)))));
    event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const address = new URL(request.url);
    if (address.origin !== self.location.origin) {
        return;
    }
    if (request.mode === "navigate" && request.method === "POST" && address.pathname === LOGOUT) {
        event.waitUntil(caches.delete(PAGES));
    } else if (request.method !== "GET") {
        return;
    } else if (request.mode === "navigate") {
        event.respondWith(page(request, event));
    } else if (request.url.startsWith(STATIC)) {
        event.respondWith(file(request));
    }
});

/** The page's own list of files, and itself when this worker did not bring it. It hears whether it is a copy, and when
    everything is kept. */
self.addEventListener("message", (event) => {
    const { page: wanted, files } = event.data;
    event.ports[0].postMessage({ copyFrom: shownCopies.get(bare(event.source.url)) || "" });
    const keeping = [keepFiles(files.map(bare).filter((each) => each.startsWith(STATIC)))];
    if (wanted) {
        keeping.push(fetch(wanted, { credentials: "same-origin" }).then((answer) => keepPage(wanted, answer)));
    }
    event.waitUntil(Promise.all(keeping).then(() => event.ports[0].postMessage({ kept: true }), () => null));
});

async function keepFiles(addresses) {
    const files = await caches.open(FILES);
    for (const address of addresses) {
        if (!(await files.match(address))) {
            await files.add(address).catch(() => null);
        }
    }
    const kept = await files.keys(); // oldest first; the frame of the page that says "nothing kept" stays
    const loose = kept.filter((request) => ![NOTHING, ...FRAME].some((each) => request.url.endsWith(each)));
    await Promise.all(loose.slice(0, Math.max(0, loose.length - MOST_FILES)).map((request) => files.delete(request)));
}

async function keepPage(address, answer) {
    if (new URL(answer.url).pathname === LOGIN) {
        await caches.delete(PAGES);
    } else if (CLOSED.includes(answer.status)) {
        await (await caches.open(PAGES)).delete(bare(address));
    } else if (answer.ok && !answer.redirected && answer.headers.get("{{ header }}")) {
        await (await caches.open(PAGES)).put(bare(address), answer);
    }
}

function soon(promise) {
    const late = new Promise((resolve, reject) => setTimeout(() => reject(new Error("late")), PATIENCE));
    return Promise.race([promise, late]);
}

async function page(request, event) {
    const address = bare(request.url);
    const copy = await (await caches.open(PAGES)).match(address);
    try {
        const asked = fetch(request);
        const answer = await (copy ? soon(asked) : asked);
        if (copy && answer.status >= 502 && answer.status <= 504) {
            return shown(address, copy);
        }
        shownCopies.delete(address);
        event.waitUntil(keepPage(address, answer.clone()));
        return answer;
    } catch {
        return copy ? shown(address, copy) : (await caches.match(NOTHING)) || Response.error();
    }
}

function shown(address, copy) {
    shownCopies.set(address, copy.headers.get("Date") || "");
    return copy;
}

async function file(request) {
    const kept = await caches.match(request.url);
    if (kept && NAMED_BY_CONTENT.test(new URL(request.url).pathname)) {
        return kept;
    }
    return fetch(request).catch(() => kept || Response.error());
}
