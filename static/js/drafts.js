/* Forms kept in this browser while they are filled in (draft-form.js): what every page does about them.
   A kept form goes when the server says that it was saved, and all of them go when somebody signs out. */

const PREFIX = "draft:";

function each(act) {
    try {
        for (const key of Object.keys(window.localStorage).filter((name) => name.startsWith(PREFIX))) {
            act(key, JSON.parse(window.localStorage.getItem(key)));
        }
    } catch {
        // storage is switched off or holds something else: there is nothing to keep or to forget
    }
}

export const read = (name) => {
    let found = null;
    each((key, value) => {
        found = key === PREFIX + name ? value : found;
    });
    return found;
};

export function keep(name, value) {
    try {
        window.localStorage.setItem(PREFIX + name, JSON.stringify(value));
    } catch {
        // full or switched off: the form works without
    }
}

export const forget = (name) => each((key) => key === PREFIX + name && window.localStorage.removeItem(key));

/** The server names the form it saved in a cookie; a lost answer leaves the kept form where it is. */
function forgetSaved() {
    const saved = /(?:^|; )saved_form=([0-9a-f-]{36})/.exec(document.cookie)?.[1];
    if (saved) {
        each((key, value) => value?.requestKey === saved && window.localStorage.removeItem(key));
        document.cookie = "saved_form=; Max-Age=0; Path=/; SameSite=Lax";
    }
}

document.addEventListener("submit", (event) => {
    if (event.target.hasAttribute("data-sign-out")) {
        each((key) => window.localStorage.removeItem(key));
    }
});
forgetSaved();
