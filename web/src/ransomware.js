// Which ransomware was it? Files are read and compared in this browser; none of
// them is sent. The page has short questions for those without this script.
import {identify, load} from "./ransom/score.js";
import {show} from "./ransom/text.js";
export {identify, load, show};

const place = document.querySelector("[data-ransomware]");
const NOTE = 1 << 20, EDGE = 4096;

// input reads a note whole, of a large file its two ends.
const input = async (file) => {
  const bytes = async (from, to) => new Uint8Array(await file.slice(from, to).arrayBuffer());
  return {name: file.name, data: await bytes(0, NOTE), tail: file.size > NOTE ? await bytes(file.size - EDGE, file.size) : null, extension: ""};
};

// element builds without any HTML from outside: a note is hostile text.
const element = (tag, text, ...children) => {
  const e = document.createElement(tag);
  if (text) e.textContent = text;
  e.append(...children);
  return e;
};

if (place) {
  const field = place.querySelector("input[type=file]"), status = place.querySelector("[role=status]"), results = place.querySelector("[data-results]");
  const word = (key) => place.querySelector(`[data-word="${key}"]`)?.textContent || key;
  const list = (items) => element("ul", "", ...items.map((t) => t instanceof Node ? t : element("li", t)));
  let model;

  const candidate = (c, i) => {
    const family = model.families[c.index], names = (family.aliases || []).slice(0, 4).join(", ");
    const title = element("h4", `${i + 1}. ${family.name}${names ? ` (${names})` : ""}`);
    const part = element("section", "", title, element("p", `${word("confidence." + c.confidence)} · ${c.score}/100`));
    part.append(element("p", word("because")), list(c.reasons.map((r) => word("reason." + r.kind) + (r.detail ? ": " + show(r.detail) : ""))));
    if (c.settle.length) part.append(element("p", word("settle")), list(c.settle.map((s) => word("step." + s))));
    for (const d of family.decryptors || []) part.append(element("p", `${word("decryptor")}: ${d.maker}. ${d.condition || ""}`));
    const link = element("a", word("more"));
    link.href = "/help/ransomware/families?q=" + encodeURIComponent(family.name);
    part.append(element("p", "", link));
    return part;
  };

  const look = async (file) => {
    const r = identify(model, await input(file)), named = r.candidates.length > 0;
    const part = element("section", "", element("h3", file.name), element("p", word(named ? "found" : "none." + r.kind)));
    part.className = "w-panel";
    part.append(...r.candidates.map(candidate));
    return part;
  };

  place.hidden = false;
  field.addEventListener("change", async () => {
    status.textContent = word("wait");
    results.replaceChildren();
    try {
      model ||= load(await (await fetch(place.dataset.ransomware)).json());
      for (const file of [...field.files].slice(0, 20)) results.append(await look(file));
      status.textContent = word("done");
    } catch {
      status.textContent = word("failed");
    }
  });
}
