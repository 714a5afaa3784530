/* Reads bar and QR codes in pictures: by the browser's own reader where there is one, else by @zxing/browser. */

import { make, one } from "./dom.js";

const WANTED = ["qr_code", "data_matrix", "code_128", "code_39", "ean_13", "ean_8", "upc_a", "upc_e"];
const NEEDED = ["qr_code", "code_128", "ean_13"]; // a reader of the browser that cannot read these is not used
const POSSIBLE_FORMATS = 2; // keys of the hints of @zxing/library, which the bundle does not name
const TRY_HARDER = 3;
const LARGEST = 1600; // points on the longer side of a photo; one of twelve million points is read faster made smaller
const SMALLEST = 120;
const SMALLER = 0.62; // some codes are read at one size and not at another, so every photo is tried at several

let own; // BarcodeDetector, or null; undefined until asked
let reader; // promise of the reader of @zxing/browser

async function ownDetector() {
    if (own === undefined) {
        const known = (await window.BarcodeDetector?.getSupportedFormats().catch(() => [])) || [];
        const usable = NEEDED.every((format) => known.includes(format));
        own = usable ? new window.BarcodeDetector({ formats: WANTED.filter((format) => known.includes(format)) }) : null;
    }
    return own;
}

function loadScript(address) {
    return new Promise((resolve, reject) => {
        const script = make("script", { src: address });
        script.addEventListener("load", resolve);
        script.addEventListener("error", () => reject(new Error(address)));
        document.head.append(script);
    });
}

/** The reader of @zxing/browser; its 110 KB are fetched at the first use. Throws when they do not come. */
function zxingReader() {
    reader ||= loadScript(one("#scan-dialog").dataset.decoder).then(
        () => {
            const { BarcodeFormat, BrowserMultiFormatReader } = window.ZXingBrowser;
            const formats = WANTED.map((format) => BarcodeFormat[format.toUpperCase()]);
            return new BrowserMultiFormatReader(new Map([[POSSIBLE_FORMATS, formats], [TRY_HARDER, true]]));
        },
        (error) => {
            reader = undefined; // the next attempt asks again
            throw error;
        },
    );
    return reader;
}

/** Makes everything ready, for pages that have to work without a connection later. */
export async function prepare() {
    if (!(await ownDetector())) {
        await zxingReader();
    }
}

/** The text of a code on a canvas, or null. Throws when no reader could be fetched. */
export async function decode(canvas) {
    const detector = await ownDetector();
    if (detector) {
        const found = await detector.detect(canvas).catch(() => null);
        if (found) {
            return found[0]?.rawValue || null;
        }
        own = null; // its service is not installed on this machine
    }
    const zxing = await zxingReader();
    try {
        return zxing.decodeFromCanvas(canvas).getText() || null;
    } catch {
        return null; // it throws when there is no code in the picture
    }
}

/** Draws a video or picture onto a canvas, at most this many points wide. */
export function draw(canvas, source, width, height, most) {
    const scale = Math.min(1, most / Math.max(width, height));
    canvas.width = Math.max(Math.round(width * scale), 1);
    canvas.height = Math.max(Math.round(height * scale), 1);
    canvas.getContext("2d", { willReadFrequently: true }).drawImage(source, 0, 0, canvas.width, canvas.height);
}

/** The text of a code in a picture file, or null. Throws when the file is no picture. */
export async function decodeFile(file) {
    const picture = await createImageBitmap(file);
    const canvas = make("canvas");
    try {
        const longer = Math.max(picture.width, picture.height);
        for (let most = Math.min(longer, LARGEST); most >= SMALLEST; most *= SMALLER) {
            draw(canvas, picture, picture.width, picture.height, most);
            const text = await decode(canvas);
            if (text) {
                return text;
            }
        }
    } finally {
        picture.close();
    }
    return null;
}
