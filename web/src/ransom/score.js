// The scoring of format/ransom (identify.go, clue.go, notelike.go, sample.go),
// with the same whole numbers; a test compares both over real notes.
import {clueKey, decode, encode, hash, key, lower, plain, stem, words} from "./text.js";
import {read} from "./address.js";

const EDGE = 4096, VANITY = 6, PHRASE = 8, REACH = 3;
const SURE = 86, FAIR = 60, MAYBE = 40, TRACE = 20, COPY = 300, WHOLE = 500, SOME = 2, ABOUT = 3, LEAST = 2, DOUBT = 20, CLAIM = 56, DARK = 40, ALL = 108, MOST = 5, REASONS = 8;
const div = (a, b) => Math.floor(a / b);

// load makes the compiled catalogue ready; the form is that of encode.go.
export function load({model, rules}) {
  const bytes = (s) => Uint8Array.from(atob(s), (c) => c.charCodeAt(0));
  const reader = (a) => {
    let at = 0;
    return {
      more: () => at < a.length,
      int32: () => (a[at++] | a[at++] << 8 | a[at++] << 16 | a[at++] << 24) >>> 0,
      uvarint: () => {
        let n = 0, f = 1, c;
        do {
          c = a[at++];
          n += (c & 127) * f;
          f *= 128;
        } while (c > 127);
        return n;
      },
    };
  };
  const list = (r) => {
    const out = [];
    let last = 0;
    for (let n = r.uvarint(); n > 0; n--) out.push(last += r.uvarint());
    return out;
  };
  const m = {families: model.families, weights: model.weights, notes: [], terms: new Map(), clues: new Map(), rules};
  const text = (l) => (l || []).map(encode);
  rules.acts.forEach((a) => a.signs = a.signs.map(text));
  rules.others = rules.others.map(text);
  m.patterns = m.families.map((f) => ({names: text(f.note_names), ends: text(f.extensions), markers: f.markers || []}));
  for (const r = reader(bytes(model.notes)); r.more();) m.notes.push({family: r.uvarint(), norm: r.uvarint()});
  for (const r = reader(bytes(model.terms)); r.more();) {
    const h = r.int32(), notes = list(r);
    m.terms.set(h, {notes, spread: new Set(notes.map((id) => m.notes[id].family)).size});
  }
  for (const r = reader(bytes(model.clues)); r.more();) {
    const low = r.int32(), high = r.int32();
    m.clues.set(high * 4294967296 + low, list(r));
  }
  return m;
}

class Scorer {
  constructor(m) {
    Object.assign(this, {m, r: m.rules, points: new Map(), nearest: 0, terms: [], own: 0, dot: [], explained: new Set(), strange: false, about: 0, claims: false, dark: false, said: 0, usual: ""});
  }
  spread(h) { return this.m.terms.get(h)?.spread || 0; }
  weight(h) { return this.m.weights.length ? this.m.weights[this.spread(h)] : 0; }
  clue(what) { return this.m.clues.get(clueKey(what)) || []; }

  add(family, kind, detail, points) {
    if (points <= 0) return;
    if (!this.points.has(family)) this.points.set(family, []);
    const list = this.points.get(family), same = list.find((x) => x.kind === kind && x.detail === detail);
    if (same) same.points = Math.max(same.points, points);
    else list.push({kind, detail, points});
  }
  all(what, kind, detail, points) {
    const list = this.clue(what);
    for (const f of list) this.add(f, kind, detail, div(points * 2, list.length + 1));
  }

  text(data) {
    const m = read(plain(decode(data), this.r), this.r);
    this.likeness(termsOf(m.words));
    this.dark = m.addresses.some(({kind}) => ["onion", "tox", "session"].includes(kind));
    const like = this.noteLike(m);
    for (const a of m.addresses) this.address(a);
    for (const e of m.extensions) this.endings(e, 700);
    for (const f of m.files) this.noteName(f, 500);
    this.names(m.words);
    for (let i = 0; i < m.words.length; i++) {
      for (let n = 2; n <= PHRASE && i + n <= m.words.length; n++) {
        const p = m.words.slice(i, i + n).join(" ");
        this.all("phrase:" + p, "phrase", p, 750);
      }
    }
    return {like, addresses: m.addresses};
  }

  likeness(terms) {
    this.terms = terms;
    this.dot = new Array(this.m.notes.length).fill(0);
    for (const t of terms) {
      const w = this.weight(t);
      this.own += w * w;
      for (const id of this.m.terms.get(t)?.notes || []) this.dot[id] += w * w;
    }
    for (const [f, b] of this.bestNotes()) {
      this.nearest = Math.max(this.nearest, b.cosine);
      this.add(f, "text", "", likenessPoints(b.cosine));
    }
  }
  bestNotes() {
    const best = new Map();
    this.dot.forEach((d, id) => {
      if (d <= 0) return;
      const {family, norm} = this.m.notes[id], c = cosine(d, this.own, norm);
      if (c > (best.get(family)?.cosine || 0)) best.set(family, {note: id, cosine: c});
    });
    return best;
  }
  explain(family) {
    const b = this.bestNotes().get(family);
    if (!b) return;
    for (const t of this.terms) {
      const notes = this.m.terms.get(t)?.notes || [];
      if (this.explained.has(t) || !notes.includes(b.note)) continue;
      this.explained.add(t);
      const w = this.weight(t);
      for (const id of notes) this.dot[id] -= div(w * w * 3, 4);
    }
    const best = this.bestNotes();
    for (const [f, list] of this.points) for (const x of list) if (x.kind === "text") x.points = likenessPoints(best.get(f)?.cosine || 0);
  }

  address({kind, value}) {
    if (this.r.common[value]) return;
    this.all(kind + ":" + value, "address", value, 930);
    if (kind === "onion") {
      if (value.length >= VANITY) this.all("vanity:" + value.slice(0, VANITY), "vanity", value, 800);
      this.prefix(value, value, 5, 800);
    } else if (kind === "host") {
      for (const label of value.split(".")) this.prefix(label, value, 4, 500);
    } else if (kind === "mail") {
      const at = value.indexOf("@");
      for (const w of words(value.slice(0, at).replace(/[_.-]/g, " "))) {
        this.prefix(w, value, 4, 450);
        if (w.length >= 4 && !this.ordinary(w) && !this.r.plain[w]) this.all("ending:" + w, "extension", value, 500);
      }
      this.prefix(value.slice(at + 1).split(".")[0], value, 5, 400);
    }
  }
  prefix(label, detail, least, points) {
    for (let n = label.length; n >= least; n--) {
      const name = label.slice(0, n);
      if (this.clue("name:" + name).length > 0 && !this.ordinary(name)) return this.all("name:" + name, "name", detail, points);
    }
  }
  ordinary(w) { return !!(this.r.name[w] || this.r.word[w]) || this.clue("word:" + w).length >= 3; }

  names(list) {
    const near = this.r.near;
    for (let i = 0; i < list.length; i++) {
      for (let n = 3; n >= 1; n--) {
        if (i + n > list.length) continue;
        const part = list.slice(i, i + n), spelt = part.join(""), name = key(spelt);
        if (spelt.includes("~") || name.length < 3 || this.clue("name:" + name).length === 0) continue;
        if (i > 0 && this.r.compare[list[i - 1]]) continue;
        const beside = i > 0 && near[list[i - 1]] || i + n < list.length && near[list[i + n]] || spelt.length > name.length;
        const everyday = part.every((w) => this.r.word[w] || this.r.name[w]);
        let points = 350;
        if (beside || !everyday && (i < 12 || i + n > list.length - 4)) points = 750;
        else if (everyday) points = 100;
        this.all("name:" + name, "name", part.join(" "), div(points * this.rarity(name, n), 100));
      }
    }
  }
  rarity(name, n) {
    if (n === 1 && this.r.name[name]) return 0;
    const worth = [100, 100, 60, 35][this.clue("word:" + name).length] || 10;
    return name.length < 4 ? div(worth, 2) : worth;
  }

  file(name) {
    if (name === "") return;
    this.noteName(name, 1000);
    for (const w of words(name.replace(/[_.+-]/g, " "))) if (w.length >= 4 && !this.ordinary(w)) this.all("name:" + w, "name", name, 600);
  }
  noteName(name, share) {
    if (name.length <= 120) this.fits("file", name, share, this.r.name, (p) => p.names, (p) => match(p, name));
  }
  endings(name, share) {
    if (name.length <= 200) this.fits("extension", name, share, this.r.plain, (p) => p.ends, (p) => p !== this.usual && (name === p || endsWith(name, p)));
  }
  fits(kind, name, share, ordinary, of, fit) {
    const found = [];
    let worth = 0;
    this.m.patterns.forEach((f, i) => {
      const p = of(f).find(fit);
      if (p === undefined) return;
      found.push(i);
      worth = Math.max(worth, telling(p, ordinary));
    });
    for (const f of found) this.add(f, kind, name, div(div(worth * share, 1000) * 2, found.length + 1));
  }
  extension(given) {
    given = lower(given.trim());
    if (given === "" || given.length > 120) return;
    this.endings(given[0] === "." ? given : "." + given, 1000);
  }
  extensions(name, given) {
    if (name !== "") this.endings(name, 1000);
    this.extension(given);
  }

  sample(name, input) {
    const head = input.data.subarray(0, EDGE), tail = input.tail?.length ? input.tail : input.data.subarray(Math.max(0, input.data.length - EDGE));
    let marked = false;
    this.m.patterns.forEach((f, i) => {
      for (const mark of f.markers) {
        const b = unhex(mark.hex);
        if (mark.at === "start" ? starts(head, b, 0) : contains(tail, b)) {
          this.add(i, "marker", encode(mark.note), 900);
          marked = true;
        }
      }
    });
    const whole = this.r.whole.some((w) => starts(head, unhex(w), 0)) || head.length > 132 && starts(head, [68, 73, 67, 77], 128);
    if (!marked && whole && input.extension === "") return;
    const parts = name.split("."), n = parts.length, every = this.r.everyday;
    if (n > 1 && every[parts[n - 1]] && !(n > 2 && every[parts[n - 2]])) this.usual = "." + parts[n - 1];
    this.endings(name, 1000);
    this.usual = "";
    this.extension(input.extension);
  }

  noteLike(m) {
    const stems = m.words.map(stem), places = new Map();
    stems.forEach((w, i) => places.has(w) ? places.get(w).push(i) : places.set(w, [i]));
    const shows = (sign) => (places.get(sign[0]) || []).some((at) => {
      let i = at;
      return sign.slice(1).every((next) => {
        let j = i + 1;
        while (j < stems.length && j <= i + 1 + REACH && stems[j] !== next) j++;
        const ok = j < stems.length && j <= i + 1 + REACH;
        i = j;
        return ok;
      });
    });
    let total = 0;
    this.r.acts.forEach((a, i) => {
      if (!a.signs.some(shows)) return;
      total += a.points;
      this.claims ||= i === 0;
    });
    let dark = 0, mail = 0;
    for (const {kind} of m.addresses) {
      if (["onion", "tox", "session", "wallet"].includes(kind)) dark++;
      else if (kind === "mail" || kind === "telegram") mail++;
    }
    total += Math.min(dark, 1) * 14 + Math.min(mail, 1) * 6 + (dark > 0 && m.words.length < 25 * (dark + mail) ? 20 : 0);
    this.said = total;
    const about = this.r.others.filter(shows).length;
    let unknown = 0;
    if (this.m.notes.length) for (const w of places.keys()) if (this.spread(hash(w)) === 0) unknown++;
    unknown = div(100 * unknown, Math.max(1, places.size));
    this.about = about;
    this.strange = unknown > 50 && about === 0;
    total -= 12 * about + Math.min(Math.max(unknown - 10, 0) * 2, 30);
    return Math.max(0, Math.min(100, total + Math.min(div(this.nearest, 8), 60)));
  }

  believed(like) {
    const [whole, address, text, name] = this.about >= ABOUT ? [WHOLE, FAIR, FAIR, SURE] : [COPY, TRACE, MAYBE, FAIR];
    if (like >= SURE || this.nearest >= whole || this.bare(like)) return true;
    if (like < MAYBE) for (const [f, list] of this.points) this.points.set(f, list.filter((x) => !["name", "file", "extension"].includes(x.kind)));
    for (const list of this.points.values()) {
      for (const {kind, points} of list) {
        if (["address", "vanity", "phrase"].includes(kind) && (like >= address || this.strange) && points >= 400 ||
            kind === "text" && like >= text && points >= 300 || kind === "name" && like >= name && points >= 600) return true;
      }
    }
    return false;
  }

  bare(like) {
    if (this.m.notes.length > 0) return false;
    return this.about < SOME && (this.claims && like >= CLAIM || this.dark && like >= DARK) || this.about <= ABOUT && this.claims && this.dark && this.said >= ALL;
  }

  candidates(kind, like) {
    const out = [], least = kind === "note" && (like < SURE || this.about >= SOME) ? DOUBT : LEAST;
    for (let most = 990000; out.length < MOST;) {
      let best = -1, score = least * 10000 - 1;
      for (const [f, list] of this.points) {
        list.sort((a, b) => b.points - a.points || order(a.kind, b.kind) || order(a.detail, b.detail));
        const n = joined(list);
        if (n > score || n === score && best >= 0 && f < best) [best, score] = [f, n];
      }
      if (best < 0) break;
      most = Math.min(most, score);
      const points = div(most, 10000), reasons = this.points.get(best).filter((x) => x.points >= 10).slice(0, REASONS).map((x) => ({...x, points: div(x.points, 10)}));
      out.push({index: best, score: points, confidence: points >= 80 ? "strong" : points >= 50 ? "likely" : "weak", reasons});
      this.points.delete(best);
      this.explain(best);
    }
    settle(out, kind);
    return out;
  }
}

const order = (a, b) => a < b ? -1 : a > b ? 1 : 0;
const cosine = (dot, a, b) => a === 0 || b === 0 ? 0 : Math.floor(1000 * dot / Math.sqrt(a * b));
const likenessPoints = (c) => c < 30 ? c : c < 400 ? 30 + div((c - 30) * 820, 370) : Math.min(850 + div(c - 400, 4), 970);
const unhex = (s) => s.match(/../g).map((h) => parseInt(h, 16));
const starts = (data, b, at) => data.length >= at + b.length && b.every((c, i) => data[at + i] === c);
const contains = (data, b) => {
  for (let i = 0; i + b.length <= data.length; i++) if (starts(data, b, i)) return true;
  return false;
};

function joined(list) {
  let doubt = 1000000;
  const seen = new Set();
  for (const {kind, points} of list) {
    doubt = div(doubt * (1000 - (seen.has(kind) ? div(points, 3) : points)), 1000);
    seen.add(kind);
  }
  return 1000000 - doubt;
}

function termsOf(list) {
  const s = list.map(stem), out = new Set();
  s.forEach((w, i) => {
    out.add(hash(w));
    if (i > 0) out.add(hash(s[i - 1] + " " + w));
    if (i > 1) out.add(hash(s[i - 2] + " " + s[i - 1] + " " + w));
  });
  return [...out].sort((a, b) => a - b);
}

function match(p, s) {
  const i = p.indexOf("*");
  if (i < 0) return p === s;
  if (!s.startsWith(p.slice(0, i))) return false;
  for (let n = 1; n <= 60 && i + n <= s.length; n++) if (match(p.slice(i + 1), s.slice(i + n))) return true;
  return false;
}

function endsWith(name, p) {
  if (!p.includes("*")) return name.endsWith(p);
  for (let i = 0; i < name.length; i++) if ((name[i] === p[0] || p[0] === "*") && match(p, name.slice(i))) return true;
  return false;
}

function telling(p, ordinary) {
  let rare = 0;
  for (const w of words(p.replace(/[*_]/g, " "))) if (!ordinary[w]) rare += w.length;
  return rare === 0 ? 150 : rare < 3 ? 300 : rare < 5 ? 550 : 700;
}

function isBinary(data) {
  const end = data.subarray(0, data.findLastIndex((c) => c !== 10 && c !== 13) + 1);
  if (end.length > 0 && end[end.length - 1] === 0) data = end;
  data = data.subarray(0, data.findLastIndex((c) => c !== 0) + 1).subarray(0, EDGE);
  if (data.length === 0) return true;
  if (data.length >= 2 && (data[0] === 0xFF && data[1] === 0xFE || data[0] === 0xFE && data[1] === 0xFF)) return false;
  const inText = (c) => c >= 32 && c < 127 || c === 10 || c === 13 || c === 9;
  let control = 0;
  data.forEach((c, i) => {
    if (c >= 32 || [10, 13, 9, 12, 27].includes(c)) return;
    if (c === 0 && (i > 0 && inText(data[i - 1]) || i + 1 < data.length && inText(data[i + 1]))) return;
    control++;
  });
  return control * 50 > data.length;
}

function settle(list, kind) {
  list.forEach((c, i) => {
    const has = new Set(c.reasons.map((x) => x.kind));
    c.settle = [];
    const add = (missing, step) => missing && c.settle.push(step);
    add(kind !== "note", "note");
    add(kind === "note" && !has.has("address"), "address");
    add(!has.has("extension"), "extension");
    add(!has.has("marker") && kind !== "sample", "sample");
    add(i === 0 ? list.length > 1 && list[1].score > list[0].score - 15 : list[0].score < c.score + 15, "expert");
  });
}

// identify is Model.Identify: {name, data, tail, extension} with data and tail
// as bytes. Nothing of it leaves this machine.
export function identify(m, input) {
  const s = new Scorer(m), name = lower(encode(input.name)).replace(/^.*[/\\]/s, "");
  const asked = {...input, extension: encode(input.extension || "")};
  let kind = "text", like = 0, addresses = [];
  if (input.data.length === 0) {
    kind = "answers";
    s.text(input.data);
    s.file(name);
    s.extensions(name, asked.extension);
  } else if (isBinary(input.data)) {
    kind = "sample";
    s.sample(name, asked);
  } else {
    ({like, addresses} = s.text(input.data));
    s.file(name);
    s.extension(asked.extension);
    if (s.believed(like)) kind = "note";
  }
  return {kind, note_like: like, addresses, candidates: kind === "text" ? [] : s.candidates(kind, like)};
}
