/* Exact decimal arithmetic for running totals: the same rounding (half up, line by line) as the server does. */

/** "1,234.5" -> 12345000n at 4 places; null where the text is not a number. Full-width digits are read as people type them. */
export function parse(text, places) {
    const plain = String(text ?? "")
        .replace(/[０-９．]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
        .replace(/[,，\s]/g, "");
    const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(plain);
    if (!match || !(match[2] || match[3])) {
        return null;
    }
    const fraction = (match[3] || "").slice(0, places).padEnd(places, "0");
    const value = BigInt((match[2] || "0") + fraction);
    return match[1] === "-" ? -value : value;
}

/** Rounds half up (away from zero) from `from` places to `to` places. */
export function round(value, from, to) {
    const unit = 10n ** BigInt(from - to);
    const half = unit / 2n;
    return value < 0n ? -((-value + half) / unit) : (value + half) / unit;
}

/** A scaled integer as text with thousands separators; trailing zeros are dropped down to `least` places. */
export function format(value, places, least = places) {
    const sign = value < 0n ? "-" : "";
    const digits = String(value < 0n ? -value : value).padStart(places + 1, "0");
    const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
    let fraction = digits.slice(digits.length - places);
    while (fraction.length > least && fraction.endsWith("0")) {
        fraction = fraction.slice(0, -1);
    }
    return sign + whole + (fraction ? `.${fraction}` : "");
}

export const QUANTITY = 4;
export const PRICE = 6;
export const MONEY = 2;

/** Quantity (4 places) x factor (4) x price (6), in cents. */
export function amount(quantity, factor, price) {
    return round(quantity * factor * price, QUANTITY * 2 + PRICE, MONEY);
}
