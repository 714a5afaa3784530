/* The pages of a report: photos made smaller before they are sent and kept when a form comes back, letters counted,
   similar reports asked for. All of it is a help only: without this file the forms work as they are. */

import { all, icon, make, one } from "./dom.js";
import { resized } from "./pictures.js";

const SMALL = 600000; // bytes that are sent as they are

/** The picture as a smaller JPEG, upright; the file itself where the browser cannot read it. */
async function shrunk(file) {
    if (!file.type.startsWith("image/") || file.size <= SMALL) {
        return file;
    }
    try {
        const blob = await resized(file);
        if (blob.size >= file.size) {
            return file;
        }
        return new File([blob], `${file.name.replace(/\.[^.]*$/, "")}.jpg`, { type: "image/jpeg" });
    } catch {
        return file;
    }
}

/** The content of a file as text that sessionStorage keeps. */
function written(file) {
    return new Promise((done, failed) => {
        const reader = new FileReader();
        reader.onload = () => done(reader.result);
        reader.onerror = () => failed(reader.error);
        reader.readAsDataURL(file);
    });
}

function read({ name, type, data }) {
    const bytes = Uint8Array.from(atob(data.split(",")[1]), (letter) => letter.charCodeAt(0));
    return new File([bytes], name, { type });
}

/** One box of photos: what was chosen before stays when more are chosen, and when the form comes back refused. */
class Photos {
    constructor(input) {
        const form = input.closest("form");
        this.input = input;
        this.list = one("[data-photo-list]", form);
        this.most = Number(input.dataset.most) || 5;
        this.files = [];
        this.key = `report-photos:${window.location.pathname}:${input.id}`;
        input.addEventListener("change", () => this.add([...input.files]));
        form.addEventListener("submit", () => this.remember());
        this.recall(Boolean(one(".notice-error")));
    }

    /** Browsers empty a file box when its page comes back; until then the photos wait in this tab. */
    remember() {
        const kept = this.files.filter((photo) => photo.data).map(({ file, data }) => ({ name: file.name, type: file.type, data }));
        try {
            window.sessionStorage.setItem(this.key, JSON.stringify(kept));
        } catch {
            window.sessionStorage.removeItem(this.key); // too much for this browser: they have to be chosen again
        }
    }

    recall(refused) {
        const kept = window.sessionStorage.getItem(this.key);
        window.sessionStorage.removeItem(this.key);
        if (refused && kept) {
            this.add(JSON.parse(kept).map(read));
        }
    }

    async add(files) {
        const free = Math.max(this.most - this.files.length, 0);
        const added = files.slice(0, free).map((file) => ({ file, url: URL.createObjectURL(file) }));
        this.files.push(...added);
        this.keep();
        for (const photo of added) {
            photo.file = await shrunk(photo.file);
            photo.data = await written(photo.file).catch(() => "");
        }
        this.keep();
    }

    remove(photo) {
        URL.revokeObjectURL(photo.url);
        this.files = this.files.filter((other) => other !== photo);
        this.keep();
    }

    /** What is sent, and what is shown of it. */
    keep() {
        const transfer = new DataTransfer();
        for (const photo of this.files) {
            transfer.items.add(photo.file);
        }
        this.input.files = transfer.files;
        this.list.replaceChildren(...this.files.map((photo) => this.shown(photo)));
    }

    shown(photo) {
        const button = make("button", { className: "icon-button photo-remove", type: "button" }, icon("x"));
        button.setAttribute("aria-label", this.list.dataset.remove || photo.file.name);
        button.addEventListener("click", () => this.remove(photo));
        return make("span", { className: "photo" }, make("img", { src: photo.url, alt: "" }), button);
    }
}

function count(area) {
    const shown = one("[data-count-shown]", area.closest("div"));
    const show = () => {
        shown.textContent = area.value ? `${area.value.length} / ${area.maxLength}` : "";
    };
    area.addEventListener("input", show);
    show();
}

/** Similar reports are asked for whenever thing, place or kind change; what was answered before stays. */
function watchSimilar(form) {
    const box = one("[data-similar]", form);
    let last = "";
    const ask = async () => {
        const data = new FormData(form);
        const query = new URLSearchParams({
            asset: data.get("asset") || "",
            place: data.get("place") || "",
            group: data.get("group") || "",
        }).toString();
        if (query === last) {
            return;
        }
        last = query;
        const answer = await fetch(`${form.dataset.similarUrl}?${query}`, { credentials: "same-origin" });
        if (answer.ok && query === last) {
            const page = new DOMParser().parseFromString(await answer.text(), "text/html");
            box.replaceChildren(...page.body.children);
        }
    };
    form.addEventListener("picker:chosen", ask);
    form.addEventListener("picker:cleared", ask);
    form.addEventListener("change", ask);
}

/** A long form that comes back shows what is missing, not its beginning. */
all(".report-form .invalid-feedback").find((problem) => problem.offsetParent)?.scrollIntoView({ block: "center" });
all("[data-photos]").forEach((input) => new Photos(input));
all("textarea[data-count]").forEach(count);
all("[data-similar-url]").forEach(watchSimilar);
