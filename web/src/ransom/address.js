// The addresses of format/ransom (address.go), with the same results.
import {alnum, digit, letter, lower, words} from "./text.js";

const WORDS_MOST = 5000;
const separators = "<>\"'(){}[],;|*=`";
const trim = (s, set) => {
  let i = 0, j = s.length;
  while (i < j && set.includes(s[i])) i++;
  while (j > i && set.includes(s[j - 1])) j--;
  return s.slice(i, j);
};
const trimRight = (s, set) => {
  let j = s.length;
  while (j > 0 && set.includes(s[j - 1])) j--;
  return s.slice(0, j);
};

// refang tries the spellings in this order at each place, as Go's replacer does.
const fangs = [["[.]", "."], ["(.)", "."], ["[@]", "@"], ["(at)", "@"], ["[at]", "@"], ["hxxp", "http"], ["[:]", ":"]];
const refang = (s) => s.replace(/\[\.\]|\(\.\)|\[@\]|\(at\)|\[at\]|hxxp|\[:\]/g, (m) => fangs.find((f) => f[0] === m)[1]);

export function read(text, r) {
  const m = {addresses: [], extensions: [], files: [], words: []}, seen = new Set(), rest = [];
  text = refang(text);
  let start = -1;
  const flush = (end) => {
    if (start < 0) return;
    const field = text.slice(start, end);
    start = -1;
    rest.push(" ");
    const a = address(field, r);
    if (a) {
      const k = a.kind + ":" + a.value;
      if (!seen.has(k)) {
        seen.add(k);
        m.addresses.push(a);
      }
      rest.push("\x01", r.stand[a.kind], "\x01");
      const p = portal(field);
      if (a.kind === "onion" && p !== "") rest.push("\x01~onion/" + p + "\x01");
      return;
    }
    named(m, field, seen, r);
    rest.push(field);
  };
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) <= 32 || separators.includes(text[i])) {
      flush(i);
      rest.push(" ");
    } else if (start < 0) start = i;
  }
  flush(text.length);
  const list = [];
  rest.join("").split("\x01").forEach((part, i) => i % 2 ? list.push(part) : words(part).forEach((w) => list.push(w)));
  m.words = list.slice(0, WORDS_MOST);
  return m;
}

const simple = (s) => [...s].every((c) => alnum(c.charCodeAt(0)) || c === "_" || c === "-");

function named(m, field, seen, r) {
  const f = lower(trimRight(field, ".:!?")), dot = f.lastIndexOf(".");
  let list = null;
  if (dot === 0 && f.length >= 3 && f.length <= 21 && simple(f.slice(1))) list = m.extensions;
  else if (dot > 2 && r.ends[f.slice(dot + 1)] && f.length < 100) list = m.files;
  if (list && !seen.has(f)) {
    seen.add(f);
    list.push(f);
  }
}

function address(field, r) {
  field = trim(field, ".:!?-_#~>");
  if (field.length < 4 || field.length > 600) return null;
  const low = lower(field), i = low.indexOf(".onion");
  if (i > 0) return onion(low.slice(0, i));
  const t = token(field, low);
  if (t) return t;
  const at = low.indexOf("@");
  return at >= 0 ? mailbox(low, at) : host(low, r);
}

function onion(before) {
  let i = before.length;
  while (i > 0 && alnum(before.charCodeAt(i - 1))) i--;
  const n = before.length - i;
  return n < 10 || n > 60 ? null : {kind: "onion", value: before.slice(i)};
}

function portal(field) {
  const low = lower(field), at = low.indexOf(".onion/");
  if (at < 0) return "";
  const path = low.slice(at + 7);
  let end = 0;
  while (end < path.length && letter(path.charCodeAt(end))) end++;
  return end < 3 || end > 12 || end < path.length && path[end] >= "0" && path[end] <= "9" ? "" : path.slice(0, end);
}

function token(field, low) {
  let hex = true, upper = 0, small = 0, digits = 0;
  for (let i = 0; i < field.length; i++) {
    const c = field.charCodeAt(i);
    if (!alnum(c)) return null;
    if (c >= 48 && c <= 57) digits++;
    else if (c >= 97) small++;
    else upper++;
    hex = hex && digit(c) >= 0;
  }
  const n = field.length;
  if (hex && n === 76) return {kind: "tox", value: low};
  if (hex && n === 66 && low.startsWith("05")) return {kind: "session", value: low};
  if (n >= 26 && n <= 35 && "13".includes(field[0]) && upper > 2 && small > 2 && digits > 1 || n >= 42 && n <= 62 && low.startsWith("bc1") && digits > 4 ||
      n === 95 && "48".includes(field[0]) && upper > 9 && small > 9) return {kind: "wallet", value: field};
  return null;
}

function mailbox(low, at) {
  let i = at, j = at + 1;
  while (i > 0 && (alnum(low.charCodeAt(i - 1)) || "._%+-".includes(low[i - 1]))) i--;
  while (j < low.length && (alnum(low.charCodeAt(j)) || "._-".includes(low[j]))) j++;
  const local = trim(low.slice(i, at), "."), domain = trim(low.slice(at + 1, j), ".-_");
  if (local === "" && domain.length >= 5 && !domain.includes(".")) return {kind: "telegram", value: domain};
  if (local === "" || domain.indexOf(".") < 1) return null;
  return {kind: "mail", value: local + "@" + domain};
}

function host(low, r) {
  const scheme = low.indexOf("://"), whole = scheme >= 0 ? low.slice(scheme + 3) : low;
  let end = 0;
  while (end < whole.length && (alnum(whole.charCodeAt(end)) || ".-".includes(whole[end]))) end++;
  const path = whole[end] === "/";
  if (end < whole.length && !"/:?".includes(whole[end])) return null;
  let h = trim(whole.slice(0, end), ".");
  if (h.startsWith("www.")) h = h.slice(4);
  const dot = h.lastIndexOf("."), top = h.slice(dot + 1);
  if (dot < 1 || top.length < 2 || top.length > 12 || ![...top].every((c) => letter(c.charCodeAt(0))) || scheme < 0 && r.not_hosts[top]) return null;
  if (whole.startsWith("t.me/") && whole.length >= 10) return {kind: "telegram", value: trim(whole.slice(5), "/+@")};
  return scheme < 0 && !path && top.length > 4 ? null : {kind: "host", value: h};
}
