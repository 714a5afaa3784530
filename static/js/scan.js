/* The dialog that reads codes: live camera, a photo, or a code typed by hand or by a hand scanner.
   Markup and words: templates/partials/scan_dialog.html. Pages say what a code means (docs/screens.md). */

import { decode, decodeFile, draw } from "./decode.js";
import { make, one, remember } from "./dom.js";

const EVERY = 140; // milliseconds between two looks at the camera
const AWAY = 1500; // a code counts again after it was out of sight this long
const SIZES = [1000, 620, 380]; // points on the longer side of a camera picture, in turn: some codes are read at one alone
const GROUP_SEPARATOR = "\u001d";
const touch = window.matchMedia("(pointer: coarse)");

/** What a code may stand for, most likely first: as it is, a product number written longer or shorter, the product number
    inside a GS1 code (medical supplies carry it with lot and expiry date). */
export function candidatesOf(text) {
    const plain = text.replace(/^\](C1|d2|Q3|e0)/, "").replace(new RegExp(`^${GROUP_SEPARATOR}`), "").trim();
    const found = [plain];
    if (/^\d{12}$/.test(plain)) {
        found.push(`0${plain}`);
    } else if (/^0\d{12}$/.test(plain)) {
        found.push(plain.slice(1));
    }
    const product = plain.match(/^\(?01\)?(\d{14})/)?.[1];
    if (product) {
        found.push(product, product.replace(/^0/, ""));
    }
    return [...new Set(found.filter(Boolean))];
}

class Scanner {
    constructor(dialog) {
        this.dialog = dialog;
        this.words = dialog.dataset;
        this.video = one("video", dialog);
        this.view = one("[data-scan-view]", dialog);
        this.note = one("[data-scan-note]", dialog);
        this.result = one("[data-scan-result]", dialog);
        this.typed = one("[data-scan-typed] input", dialog);
        this.photo = one("input[type=file]", dialog);
        this.many = one("[data-scan-many]", dialog);
        this.canvas = make("canvas");
        this.looks = 0;
        this.work = Promise.resolve(); // codes are handled one after the other, however fast they come
        this.many.checked = this.remembered();
        this.listen();
    }

    remembered() {
        try {
            return window.localStorage.getItem("scan-many") === "1";
        } catch {
            return false;
        }
    }

    listen() {
        one("[data-scan-typed]", this.dialog).addEventListener("submit", (event) => {
            event.preventDefault();
            const text = this.typed.value.trim();
            this.typed.value = ""; // at once: a hand scanner may be typing the next code before this one is answered
            if (text) {
                this.take(text);
            }
        });
        this.photo.addEventListener("change", () => this.readPhoto());
        this.many.addEventListener("change", () => remember("scan-many", this.many.checked ? "1" : ""));
        this.dialog.addEventListener("close", () => this.closed());
        // A hand scanner types wherever the focus is.
        this.dialog.addEventListener("keydown", (event) => {
            const plain = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
            if (plain && event.target !== this.typed) {
                this.typed.value = "";
                this.typed.focus();
            }
        });
        document.addEventListener("visibilitychange", () => {
            if (this.dialog.open) {
                document.hidden ? this.stopCamera() : this.startCamera();
            }
        });
        window.addEventListener("pagehide", () => this.stopCamera());
    }

    open(onCode) {
        this.onCode = onCode;
        this.focus = null;
        this.next = null;
        this.seen = null;
        this.result.replaceChildren();
        this.typed.value = "";
        this.typed.removeAttribute("aria-invalid");
        this.photo.value = "";
        this.dialog.showModal();
        // On phones a focused box would push the camera out of sight with the keyboard.
        (touch.matches ? one("h2", this.dialog) : this.typed).focus();
        this.startCamera();
    }

    closed() {
        this.stopCamera();
        this.focus?.focus();
        this.focus?.select?.();
        this.next?.();
    }

    /* ---- what a code leads to ---- */

    take(text) {
        this.work = this.work.then(() => this.handle(text));
        return this.work;
    }

    async handle(text) {
        let answer;
        try {
            answer = await this.onCode(text);
        } catch {
            answer = { ok: false, text: this.words.failure };
        }
        if (!this.dialog.open) {
            return;
        }
        this.say(answer.text, answer.ok ? "success" : "error");
        this.typed.toggleAttribute("aria-invalid", !answer.ok);
        if (!answer.ok) {
            if (document.activeElement === this.typed && !this.typed.value) {
                this.typed.value = text;
                this.typed.select();
            }
            return;
        }
        window.navigator.vibrate?.(60);
        this.focus = answer.focus || this.focus;
        this.next = answer.next;
        if (!this.many.checked || answer.next) {
            this.dialog.close();
        }
    }

    say(text, level) {
        this.result.replaceChildren(make("p", { className: `notice notice-${level}` }, text));
    }

    /* ---- a photo ---- */

    async readPhoto() {
        const file = this.photo.files[0];
        if (!file) {
            return;
        }
        this.say(this.words.reading, "info");
        let text = null;
        let reason = this.words.noCode;
        try {
            text = await decodeFile(file);
        } catch (error) {
            reason = error.name === "InvalidStateError" ? this.words.noPicture : this.words.failure;
        }
        this.photo.value = ""; // the same file may be chosen again
        if (text) {
            await this.take(text);
        } else {
            this.say(reason, "error");
        }
    }

    /* ---- the camera ---- */

    async startCamera() {
        this.stopCamera();
        if (!window.isSecureContext || !window.navigator.mediaDevices?.getUserMedia) {
            this.showNote(this.words.insecure);
            return;
        }
        const mine = (this.attempt = Symbol("attempt"));
        this.showNote(this.words.starting);
        try {
            const stream = await window.navigator.mediaDevices.getUserMedia({
                audio: false,
                video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
            });
            if (this.attempt !== mine || !this.dialog.open) {
                stream.getTracks().forEach((track) => track.stop());
                return;
            }
            this.stream = stream;
            this.video.srcObject = stream;
            this.view.hidden = false;
            await this.video.play();
            this.showNote(this.words.aim);
            this.look(mine);
        } catch (error) {
            if (this.attempt === mine) {
                this.stopCamera();
                this.showNote(this.cameraTrouble(error));
            }
        }
    }

    cameraTrouble(error) {
        const known = { NotAllowedError: this.words.forbidden, NotReadableError: this.words.busy };
        return known[error.name] || this.words.noCamera;
    }

    showNote(text) {
        this.note.textContent = text;
    }

    stopCamera() {
        this.attempt = null;
        window.clearTimeout(this.timer);
        this.stream?.getTracks().forEach((track) => track.stop());
        this.stream = null;
        this.video.srcObject = null;
        this.view.hidden = true;
    }

    /** Looks at the picture again and again; a code that stays in sight is taken once. */
    async look(mine) {
        if (this.attempt !== mine) {
            return;
        }
        const { videoWidth: width, videoHeight: height } = this.video;
        try {
            if (width && height) {
                draw(this.canvas, this.video, width, height, SIZES[this.looks++ % SIZES.length]);
                const text = await decode(this.canvas);
                if (text && this.attempt === mine) {
                    await this.sighted(text);
                }
            }
        } catch {
            this.stopCamera();
            this.showNote(this.words.failure);
            return;
        }
        this.timer = window.setTimeout(() => this.look(mine), EVERY);
    }

    async sighted(text) {
        const now = window.performance.now();
        const again = this.seen?.text === text && now - this.seen.at < AWAY;
        this.seen = { text, at: now };
        if (!again) {
            await this.take(text);
            if (this.seen) {
                this.seen.at = window.performance.now();
            }
        }
    }
}

let scanner;

/** Whether this page can read codes at all. */
export const canScan = () => Boolean(one("#scan-dialog"));

/** Opens the dialog. onCode(text) is called for every code that is read or typed and answers, perhaps later,
    {ok, text, focus, next}: whether it was understood, a sentence that says so, the field that gets the focus at the end,
    and what has to happen before the next code; for that the dialog closes. */
export function scan(onCode) {
    scanner ||= new Scanner(one("#scan-dialog"));
    scanner.open(onCode);
}

/** Whether the person wants to go on scanning; a page that closed the dialog opens it again then. */
export const goesOn = () => Boolean(scanner?.many.checked);
