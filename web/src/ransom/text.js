// The text steps of format/ransom (text.go, rtf.go, word.go), in the same order
// and with the same results. Texts are strings of bytes (UTF-8, one sign for
// each byte), so places and lengths are those of Go.
const TEXT_LIMIT = 1 << 20, WORD_MOST = 24, STEM = 5;
const utf8 = new TextEncoder();
const fromBytes = (a) => {
  const out = [];
  for (let i = 0; i < a.length; i += 8192) out.push(String.fromCharCode.apply(null, a.subarray(i, i + 8192)));
  return out.join("");
};
const toBytes = (s) => Uint8Array.from(s, (c) => c.charCodeAt(0));
export const encode = (s) => fromBytes(utf8.encode(s));
export const show = (s) => new TextDecoder().decode(toBytes(s));
const sign = (cp) => encode(String.fromCodePoint(cp));

export const letter = (c) => c >= 97 && c <= 122 || c >= 65 && c <= 90;
export const numeral = (c) => c >= 48 && c <= 57;
export const alnum = (c) => letter(c) || numeral(c);
export const lower = (s) => s.replace(/[A-Z]/g, (c) => String.fromCharCode(c.charCodeAt(0) + 32));
export const digit = (c) => numeral(c) ? c - 48 : c >= 97 && c <= 102 ? c - 87 : c >= 65 && c <= 70 ? c - 55 : -1;

export function decode(data) {
  if (data.length > TEXT_LIMIT) data = data.subarray(0, TEXT_LIMIT);
  const wide = (high) => {
    let s = "";
    for (let i = 2; i + 1 < data.length; i += 2) s += String.fromCharCode(data[i + high] << 8 | data[i + 1 - high]);
    return encode(s);
  };
  if (data.length >= 2 && data[0] === 0xFF && data[1] === 0xFE) return wide(1);
  if (data.length >= 2 && data[0] === 0xFE && data[1] === 0xFF) return wide(0);
  if (data.length >= 3 && data[0] === 0xEF && data[1] === 0xBB && data[2] === 0xBF) data = data.subarray(3);
  data = data.filter((c) => c !== 0);
  try {
    new TextDecoder("utf-8", {fatal: true}).decode(data);
    return fromBytes(data);
  } catch {
    return encode(fromBytes(data)); // Latin-1
  }
}

export function plain(s, r) {
  const head = lower(s.slice(0, 8192));
  if (head.startsWith("{\\rtf")) return stripRTF(s, r);
  for (const mark of ["<html", "<body", "<!doctype html", "<head", "<div", "<p>", "<hta:", "<br", "<pre"]) if (head.includes(mark)) return stripHTML(s, r);
  return s;
}

const after = (s, from, mark) => {
  const n = s.indexOf(mark, from);
  return n >= 0 ? n + mark.length : s.length;
};

function stripHTML(s, r) {
  const out = [];
  for (let i = 0; i < s.length;) {
    const c = s[i], n = s.charCodeAt(i + 1);
    if (c === "<" && i + 1 < s.length && (letter(n) || "/!?".includes(s[i + 1]))) i = skipTag(s, i, out, r);
    else if (c === "&") i = entity(s, i, out, r);
    else {
      out.push(c);
      i++;
    }
  }
  return out.join("");
}

function skipTag(s, i, out, r) {
  if (s.startsWith("<!--", i)) return after(s, i, "-->");
  let j = i + 1;
  if (s[j] === "/") j++;
  let k = j;
  while (k < s.length && alnum(s.charCodeAt(k))) k++;
  const name = lower(s.slice(j, k)), end = after(s, k, ">");
  if (j === i + 1 && (name === "script" || name === "style")) return Math.min(after(s, end, "</" + name), after(s, end, "</" + name.toUpperCase()));
  if (!r.inline[name]) out.push("\n");
  return end;
}

function entity(s, i, out, r) {
  let end = i + 1;
  while (end < s.length && end < i + 12 && s[end] !== ";") end++;
  if (end < s.length && s[end] === ";") {
    const name = s.slice(i + 1, end), cp = reference(name);
    if (Object.hasOwn(r.entities, name)) {
      out.push(r.entities[name]);
      return end + 1;
    }
    if (cp > 0) {
      out.push(sign(cp));
      return end + 1;
    }
  }
  out.push("&");
  return i + 1;
}

function reference(name) {
  if (name.length < 2 || name[0] !== "#") return 0;
  const hex = name[1] === "x" || name[1] === "X", digits = name.slice(hex ? 2 : 1);
  if (digits === "") return 0;
  let n = 0;
  for (let i = 0; i < digits.length; i++) {
    const d = digit(digits.charCodeAt(i));
    if (d < 0 || d >= (hex ? 16 : 10)) return 0;
    n = n * (hex ? 16 : 10) + d;
    if (n > 0x10FFFF) return 0;
  }
  return n >= 0xD800 && n < 0xE000 ? 0 : n;
}

function stripRTF(s, r) {
  const out = [];
  let depth = 0, mute = 0;
  for (let i = 0; i < s.length;) {
    const c = s[i];
    if (c === "{") {
      depth++;
      i++;
    } else if (c === "}") {
      if (mute === depth) mute = 0;
      depth--;
      i++;
    } else if (c === "\\" && i + 1 < s.length) {
      const [next, text, hide] = control(s, i, r);
      i = next;
      if (hide && mute === 0) mute = depth;
      if (mute === 0) out.push(text);
    } else {
      if (mute === 0 && c !== "\r" && c !== "\n") out.push(c);
      i++;
    }
  }
  return out.join("");
}

function control(s, i, r) {
  const c = s[i + 1];
  if (c === "'" && i + 3 < s.length && digit(s.charCodeAt(i + 2)) >= 0 && digit(s.charCodeAt(i + 3)) >= 0) return [i + 4, sign(digit(s.charCodeAt(i + 2)) * 16 + digit(s.charCodeAt(i + 3))), false];
  if (c === "*") return [i + 2, "", true];
  if (c === "~") return [i + 2, " ", false];
  if (c === "\\" || c === "{" || c === "}") return [i + 2, c, false];
  if (!letter(s.charCodeAt(i + 1))) return [i + 2, "", false];
  let j = i + 1;
  while (j < s.length && letter(s.charCodeAt(j))) j++;
  const word = s.slice(i + 1, j);
  let n = 0;
  const negative = s[j] === "-";
  if (negative) j++;
  while (j < s.length && numeral(s.charCodeAt(j))) {
    if (n < 1 << 20) n = n * 10 + digit(s.charCodeAt(j));
    j++;
  }
  if (s[j] === " ") j++;
  if (["par", "line", "row", "cell", "page"].includes(word)) return [j, "\n", false];
  if (word === "tab") return [j, " ", false];
  if (word === "u") {
    if (negative) n = 65536 - n;
    if (n <= 0 || n > 0xFFFF || n >= 0xD800 && n < 0xE000) return [j, "", false];
    if (s[j] === "?") j++;
    return [j, sign(n), false];
  }
  return [j, "", !!r.hidden[word]];
}

// fold gives the lowered letter or digit, -1 for what separates words.
function fold(c) {
  if (c >= 97 && c <= 122 || c >= 48 && c <= 57) return c;
  if (c >= 65 && c <= 90) return c + 32;
  if (c < 0xC0 || c === 0xD7 || c === 0xF7) return -1;
  if (c <= 0xDE || c >= 0x391 && c <= 0x3A9 || c >= 0x410 && c <= 0x42F) return c + 32;
  if (c >= 0x400 && c <= 0x40F) return c + 80;
  if (c >= 0x2000 && c <= 0x2BFF || c >= 0x3000 && c <= 0x303F || c >= 0xFE00 && c <= 0xFE0F || c >= 0xFF00 && c <= 0xFF0F || c === 0xFFFD || c >= 0x1F000) return -1;
  return c;
}
const ideograph = (c) => c >= 0x3040 && c <= 0x9FFF || c >= 0xAC00 && c <= 0xD7A3;

export function words(s) {
  const out = [];
  let cur = [];
  const flush = () => {
    if (cur.length > 0 && cur.length <= WORD_MOST && !(cur.length > 2 && cur.every(numeral))) out.push(encode(String.fromCodePoint(...cur)));
    cur = [];
  };
  for (const ch of show(s)) {
    const c = ch.codePointAt(0), f = fold(c);
    if (c === 39 || c === 0x2019) continue;
    if (f < 0) flush();
    else if (ideograph(c)) {
      flush();
      out.push(encode(ch));
    } else cur.push(f);
  }
  flush();
  return joinSpaced(out);
}

function joinSpaced(list) {
  const out = [];
  let run = "";
  for (const w of list) {
    if (w.length === 1 && letter(w.charCodeAt(0))) run += w;
    else {
      if (run.length >= 4) out.push(run);
      run = "";
    }
    out.push(w);
  }
  if (run.length >= 4) out.push(run);
  return out;
}

export function key(name) {
  let k = "";
  for (const ch of show(name)) {
    const f = fold(ch.codePointAt(0));
    if (f >= 0) k += sign(f);
  }
  for (const tail of ["ransomware", "ransomeware"]) if (k.length - tail.length >= 2 && k.endsWith(tail)) return k.slice(0, -tail.length);
  return k;
}

export function hash(s) {
  let h = 2166136261;
  for (let i = 0; i < s.length; i++) h = Math.imul(h ^ s.charCodeAt(i), 16777619);
  return h >>> 0;
}
export const clueKey = (s) => hash(s) * 2097152 + (hash("~" + s) >>> 11);

export function stem(w) {
  return w[0] === "~" ? w : encode([...show(w)].slice(0, STEM).join(""));
}
