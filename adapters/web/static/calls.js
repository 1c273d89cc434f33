// Every prompt and answer: lines that are fetched when the list is opened, and each call's texts
// when its line is.

import { h } from "vue";

const GONE = "This could not be fetched. Close it and open it again, or load the page anew.";

export default {
  props: { run: String, count: Number, version: Number },
  data: () => ({ open: false, lines: null, failed: false, texts: {} }),
  watch: {
    run() {
      this.open = false;
      this.lines = null;
      this.texts = {};
    },
    version() {
      if (this.open) this.fetchLines();
    },
  },
  methods: {
    async get(path) {
      const answer = await fetch(`/runs/${encodeURIComponent(this.run)}/${path}`);
      const told = answer.headers.get("content-type") ?? "";
      if (!answer.ok || !told.startsWith("application/json")) throw new Error(GONE);
      return answer.json();
    },
    async fetchLines() {
      const { run } = this;
      if (this.fetching) {
        this.again = true;
        return;
      }
      this.fetching = true;
      try {
        const lines = await this.get("calls");
        if (run === this.run) this.lines = lines;
        this.failed = false;
      } catch {
        this.failed = true;
      }
      this.fetching = false;
      if (this.again) {
        this.again = false;
        await this.fetchLines();
      }
    },
    toggled(event) {
      this.open = event.target.open;
      if (this.open) this.fetchLines();
    },
    async unfolded(event, line) {
      if (!event.target.open) return;
      const { run } = this;
      // What is under way has no answer yet, so it is asked for anew each time.
      const kept = this.texts[line.seq];
      if (kept && kept.state === line.state) return;
      try {
        const passages = await this.get(`calls/${line.seq}`);
        if (run === this.run) this.texts[line.seq] = { state: line.state, passages };
      } catch {
        this.texts[line.seq] = { state: "", passages: [{ label: "", text: GONE }] };
      }
    },
    line(line) {
      const facts = [line.model, line.tokens, line.cost, line.took].filter(Boolean);
      const passages = this.texts[line.seq]?.passages;
      return h("details", { key: line.seq, class: "call", onToggle: (event) => this.unfolded(event, line) }, [
        h("summary", [
          h("span", { class: "what" }, `${line.label}, call ${line.call}`),
          h("span", { class: ["by", `hue-${line.hue}`] }, line.who),
          h("span", { class: ["came", { bad: line.state === "failed" }] }, line.state),
          h("span", { class: "muted" }, facts.join(" · ")),
        ]),
        ...(passages ?? [{ label: "", text: "…" }]).map(({ label, text }, n) => [
          label ? h("h3", { key: `h${n}` }, label) : null,
          h("pre", { key: `p${n}`, tabindex: 0, "aria-label": label || "Text" }, text),
        ]),
      ]);
    },
  },
  render() {
    if (!this.count) return h("section", { hidden: true });
    const lines = this.failed ? [h("p", { class: "bad" }, GONE)] : (this.lines ?? []).map(this.line);
    return h("section", { class: "panel", "aria-label": "Prompts and answers" }, [
      h("h2", "Prompts and answers"),
      h("details", { key: this.run, class: "calls", onToggle: this.toggled }, [
        h("summary", this.count === 1 ? "1 call of a model" : `${this.count} calls of a model`),
        ...(this.open ? lines : []),
      ]),
    ]);
  },
};
