/* Pictures from a camera, made smaller before they are kept or sent: enough to see a crack, a tenth of the weight. */

import { make } from "./dom.js";

const LONGEST = 1600; // points of the longer side

/** The picture as an upright JPEG. Throws for what the browser cannot read as a picture. */
export async function resized(file, quality = 0.8) {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
    if (!blob) {
        throw new Error("no picture");
    }
    return blob;
}
