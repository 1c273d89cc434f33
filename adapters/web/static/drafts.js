// The drafts of a run: one to read, what changed in it by words, and what was weighed for it.

import { h } from "vue";

const COPIED_MS = 2500;
const CONTEXT = 1;
const FOLDED = 3;
const NARROW = "(max-width: 820px)";

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without a secure address there is no clipboard but the old one.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}

function unseen(text) {
  return h("span", { class: "unseen" }, text);
}

function piece([op, text], n) {
  if (op === "same") return text;
  const words = text.trimEnd();
  const marked = op === "gone" ? h("del", [unseen("removed: "), words]) : h("ins", [unseen("added: "), words]);
  return h("span", { key: n }, [marked, text.slice(words.length)]);
}

function folded(rows, opened) {
  // What stayed the same over several paragraphs is left out but for what stands around a change.
  const shown = [];
  for (let from = 0; from < rows.length; ) {
    let to = from;
    while (to < rows.length && rows[to].kind === "same") to++;
    if (to === from) {
      shown.push({ at: from, row: rows[from] });
      from++;
      continue;
    }
    const first = from === 0 ? from : from + CONTEXT;
    const last = to === rows.length ? to : to - CONTEXT;
    const fold = last - first >= FOLDED && !opened.has(first);
    for (let at = from; at < to; at++) {
      if (!fold || at < first || at >= last) shown.push({ at, row: rows[at] });
      else if (at === first) shown.push({ at, hidden: last - first });
    }
    from = to;
  }
  return shown;
}

export default {
  props: { drafts: Array, open: Object, changes: Object, choices: Array, texts: Object },
  emits: ["pick", "compare", "weigh"],
  data: () => ({ mode: "read", sides: false, narrow: false, opened: new Set(), copy: "", weighed: new Set(), reasons: true, looked: {} }),
  computed: {
    here() {
      return this.drafts.find((draft) => draft.number === this.open?.number);
    },
    weighing() {
      // As text, since every object is another one whenever the element is sent anew.
      return JSON.stringify(this.choices);
    },
  },
  watch: {
    "open.number"() {
      this.copy = "";
      this.opened = new Set();
      this.weighed = new Set();
      this.ask();
    },
    weighing() {
      this.weighed = new Set();
    },
  },
  created() {
    this.wide = matchMedia(NARROW);
    this.turned = () => (this.narrow = this.wide.matches);
    this.wide.addEventListener("change", this.turned);
    this.turned();
  },
  beforeUnmount() {
    this.wide.removeEventListener("change", this.turned);
    clearTimeout(this.timer);
  },
  methods: {
    look(mode) {
      this.mode = mode;
      this.ask();
    },
    ask() {
      const number = this.open?.number;
      if (this.mode === "changes" && number > 1 && this.changes?.number !== number) this.$emit("compare", number);
    },
    async take() {
      const done = await toClipboard(this.open.markdown);
      this.copy = done ? "Copied" : "The browser refused to copy: use Download.";
      clearTimeout(this.timer);
      if (done) this.timer = setTimeout(() => (this.copy = ""), COPIED_MS);
    },
    toggle(key) {
      const weighed = new Set(this.weighed);
      if (!weighed.delete(key)) {
        weighed.add(key);
        if (!this.texts[key]) this.$emit("weigh", key);
      }
      this.weighed = weighed;
    },
    unfold(at) {
      this.opened = new Set([...this.opened, at]);
    },

    // --- what is seen ---------------------------------------------------------------------

    pick(label, now, options, choose) {
      const buttons = options.map(([value, name]) =>
        h("button", { key: value, type: "button", "aria-pressed": value === now, onClick: () => choose(value) }, name),
      );
      return h("div", { class: "pick", role: "group", "aria-label": label }, buttons);
    },
    bar() {
      const numbers = this.drafts.map(({ number }) => [number, `Draft ${number}`]);
      const first = this.open.number === 1;
      return h("div", { class: "bar" }, [
        numbers.length > 1
          ? this.pick("Which draft", this.open.number, numbers, (number) => this.$emit("pick", number))
          : h("h2", numbers[0][1]),
        first ? null : this.pick("What to see", this.mode, [["read", "Read"], ["changes", "Changes"]], this.look),
        h("div", { class: "take" }, [
          h("span", { role: "status", class: "copied" }, this.copy),
          h("button", { type: "button", class: "quiet", onClick: this.take }, "Copy Markdown"),
          h("a", { class: "quiet", href: this.open.path, download: "" }, "Download"),
        ]),
      ]);
    },
    about() {
      const { attempt, at, decision } = this.here;
      const who = decision.by ? [" by ", h("strong", decision.by)] : [];
      return h("div", { class: "about-draft" }, [
        h("p", { class: "facts" }, [
          h("span", { class: ["state", decision.tone] }, [decision.verb, ...who]),
          decision.at ? h("time", { key: decision.at, datetime: decision.at }) : null,
          h("span", { class: "made" }, [`Attempt ${attempt}, written `, h("time", { key: at, datetime: at })]),
        ]),
        decision.said ? h("blockquote", { class: "said", innerHTML: decision.said }) : null,
      ]);
    },
    fold({ at, hidden }) {
      const label = `Show ${hidden} unchanged paragraphs`;
      return h("button", { type: "button", class: "quiet fold", onClick: () => this.unfold(at) }, label);
    },
    inline(shown) {
      return h("div", { class: "prose inline" }, shown.map((one) =>
        one.hidden
          ? h("div", { key: one.at }, this.fold(one))
          : h("div", { key: one.at, class: ["para", one.row.kind, one.row.looks] }, one.row.pieces.map(piece)),
      ));
    },
    twoSides(shown) {
      const side = (row, left) =>
        h("td", { class: ["para", row.kind, row.looks] }, row.pieces.filter(([op]) => op !== (left ? "new" : "gone")).map(piece));
      const { number } = this.open;
      return h("table", { class: "prose sides" }, [
        h("thead", h("tr", [h("th", { scope: "col" }, `Draft ${number - 1}`), h("th", { scope: "col" }, `Draft ${number}`)])),
        h("tbody", shown.map((one) =>
          one.hidden
            ? h("tr", { key: one.at }, h("td", { colspan: 2 }, this.fold(one)))
            : h("tr", { key: one.at }, [side(one.row, true), side(one.row, false)]),
        )),
      ]);
    },
    differences() {
      if (this.changes?.number !== this.open.number) return h("p", { class: "muted", role: "status" }, "Comparing…");
      const sides = this.sides && !this.narrow;
      const shown = folded(this.changes.rows, this.opened);
      return h("div", { class: "differences" }, [
        h("div", { class: "tally" }, [
          h("p", { role: "status" }, this.changes.summary),
          this.narrow
            ? null
            : this.pick("How to compare", this.sides, [[false, "Inline"], [true, "Side by side"]], (sides) => (this.sides = sides)),
        ]),
        this.changes.note ? h("p", { class: "muted" }, this.changes.note) : null,
        sides ? this.twoSides(shown) : this.inline(shown),
      ]);
    },
    score(score, n, tag = "td") {
      if (!score) return h(tag, { key: n }, "–");
      return h(tag, { key: n, title: score.reason }, [
        h("span", { class: "score" }, [
          h("b", String(score.score)),
          unseen(" of 10"),
          h("span", { class: "track", "aria-hidden": "true" }, h("span", { style: { "--share": score.score / 10 } })),
        ]),
        this.reasons && score.reason ? h("span", { class: "reason" }, score.reason) : null,
      ]);
    },
    scores({ title, lines, candidates }) {
      const best = ({ word }) => ({ best: word });
      const head = candidates.map((one, n) =>
        h("th", { key: n, scope: "col", class: best(one) }, [one.label, one.word ? h("em", one.word) : null, one.aside ? h("small", one.aside) : null]),
      );
      const rows = lines.map((line, n) =>
        h("tr", { key: n }, [h("th", { scope: "row" }, line), ...candidates.map((one, m) => this.score(one.scores[n], m))]),
      );
      const total = candidates.map((one, n) => h("td", { key: n, class: best(one) }, [h("b", String(one.total)), ` of ${one.most}`]));
      return h("div", { class: "across", tabindex: 0, role: "region", "aria-label": `Scores: ${title}` }, [
        h("table", { class: "scores", style: { "--candidates": candidates.length } }, [
          h("thead", h("tr", [h("th", { scope: "col" }, "Rubric"), ...head])),
          h("tbody", rows),
          h("tfoot", h("tr", [h("th", { scope: "row" }, "Total"), ...total])),
        ]),
      ]);
    },
    // Where there is no room for a column each: one candidate at a time, the best one first.
    oneByOne({ key, title, lines, candidates }) {
      const best = Math.max(0, candidates.findIndex(({ word }) => word));
      const at = this.looked[key] ?? best;
      const one = candidates[at];
      const names = candidates.map(({ label, word }, n) => [n, word ? `${label} · ${word}` : label]);
      return h("div", { class: "one-by-one", role: "group", "aria-label": `Scores: ${title}` }, [
        names.length > 1 && this.pick("Which candidate", at, names, (n) => (this.looked = { ...this.looked, [key]: n })),
        one.aside ? h("p", { class: "muted" }, one.aside) : null,
        h("dl", { class: "scores" }, lines.map((line, n) => h("div", { key: n }, [h("dt", line), this.score(one.scores[n], n, "dd")]))),
        h("p", { class: "total" }, ["Total ", h("b", String(one.total)), ` of ${one.most}`]),
      ]);
    },
    columns({ key, title, candidates }) {
      const texts = this.texts[key];
      if (!texts) return h("p", { class: "muted", role: "status" }, "Fetching…");
      const column = (one, n) =>
        h("section", { key: n, class: ["candidate", { best: one.word }], "aria-label": one.label }, [
          h("h4", [one.label, one.word ? h("em", one.word) : null]),
          h("div", { class: "prose", innerHTML: texts[n] }),
        ]);
      return h("div", { class: "across columns", tabindex: 0, role: "region", "aria-label": `${title}, side by side` }, candidates.map(column));
    },
    choice(one) {
      const wide = this.weighed.has(one.key);
      const read = h(
        "button",
        { type: "button", "aria-expanded": wide, onClick: () => this.toggle(one.key) },
        wide ? "Put the texts away" : `Read ${one.candidates.length === 2 ? "both" : `all ${one.candidates.length}`} side by side`,
      );
      const reasons = h(
        "button",
        { type: "button", class: "quiet", "aria-pressed": this.reasons, onClick: () => (this.reasons = !this.reasons) },
        this.reasons ? "Hide the reasons" : "Show the reasons",
      );
      return h("section", { key: one.key, class: "choice" }, [
        h("header", [h("h3", one.title), h("p", { class: "muted" }, one.about)]),
        one.why ? h("p", { class: "why" }, one.why) : null,
        one.lines.length ? (this.narrow ? this.oneByOne(one) : this.scores(one)) : null,
        h("div", { class: "buttons" }, [one.readable && one.candidates.length > 1 ? read : null, one.lines.length ? reasons : null]),
        wide ? this.columns(one) : null,
      ]);
    },
  },
  render() {
    const choices = this.choices.length ? h("div", { class: "choices" }, this.choices.map(this.choice)) : null;
    if (!this.open || !this.here) {
      const words = this.drafts.length ? "Fetching the draft…" : "There is no draft yet. It stands here as soon as the last step is done.";
      return h("div", { class: "drafts" }, [h("p", { class: "muted" }, words), choices]);
    }
    const compared = this.mode === "changes" && this.open.number > 1;
    return h("div", { class: "drafts" }, [
      this.bar(),
      this.about(),
      compared ? this.differences() : h("article", { class: "prose", "aria-label": `Draft ${this.open.number}`, innerHTML: this.open.html }),
      choices,
    ]);
  },
};
