/* Small helpers shared by the modules. Words shown to people come from the page (data-* attributes), so that the server translates them. */

export const one = (selector, within = document) => within.querySelector(selector);
export const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/** An element with properties: make("button", { className: "btn" }, "text", child). */
export function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (name in element && name !== "list") {
            element[name] = value;
        } else {
            element.setAttribute(name, value);
        }
    }
    element.append(...children);
    return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** An icon of the sprite, as decoration. */
export function icon(name) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS(SVG, "use");
    use.setAttribute("href", document.documentElement.dataset.icons + name);
    svg.append(use);
    return svg;
}

export function remember(key, value) {
    try {
        window.localStorage.setItem(key, value);
    } catch {
        // storage is switched off: the choice lasts for this page only
    }
}

/** True while the person is writing: single-letter shortcuts must stay quiet then. */
export function isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}
