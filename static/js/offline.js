/* Hands a page that works without a connection to the service worker, which keeps it and its files on the device; says
   when what is shown is the kept copy. Without encryption browsers offer no service worker: then nothing is kept. */

import { one } from "./dom.js";

const FILES_LATER = 10_000; // milliseconds: modules that a page fetches after it was drawn

const notice = one("#works-offline");

function files() {
    return performance.getEntriesByType("resource").map((entry) => entry.name);
}

function tellCopy(moment) {
    if (moment) {
        const time = new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
        notice.textContent = notice.dataset.copy.replace("{time}", time);
    }
    notice.hidden = !moment;
}

function hear({ data }) {
    if ("copyFrom" in data) {
        tellCopy(data.copyFrom);
    }
    if (data.kept) {
        document.documentElement.dataset.kept = "";
    }
}

function send(worker, page) {
    const answers = new MessageChannel();
    answers.port1.onmessage = hear;
    worker.postMessage({ page, files: files() }, [answers.port2]);
}

async function handOver() {
    const brought = navigator.serviceWorker.controller !== null;
    await navigator.serviceWorker.register(notice.dataset.worker);
    const worker = (await navigator.serviceWorker.ready).active;
    send(worker, brought ? "" : window.location.href);
    window.setTimeout(() => send(worker, ""), FILES_LATER);
}

if ("serviceWorker" in navigator) {
    const begin = () => handOver().catch(() => null);
    if (document.readyState === "complete") {
        begin();
    } else {
        window.addEventListener("load", begin);
    }
}
