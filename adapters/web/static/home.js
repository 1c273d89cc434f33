// What waits for its reader: one entry is chosen, by keys or by going into it, and keys decide it.

import { computed, h, TransitionGroup } from "vue";

// A key that was meant for the entry before must not decide the one that took its place.
const GUARD_MS = 700;
const KEYS = [
  [["j"], "The next one"],
  [["k"], "The one before"],
  [["a"], "Approve, or whatever its main button says"],
  [["r"], "Revise, or answer in your own words"],
  [["Enter", "o"], "Open its run"],
  [["?"], "These keys"],
];

export default {
  props: { order: Array, hidden: Number, samples: Array },
  emits: ["more", "try"],
  provide() {
    return { chosen: computed(() => this.chosen) };
  },
  data: () => ({ chosen: "", tried: "" }),
  created() {
    this.chosen = this.order[0] ?? "";
    this.guarded = 0;
  },
  mounted() {
    addEventListener("keydown", this.key);
  },
  unmounted() {
    removeEventListener("keydown", this.key);
  },
  watch: {
    order(order, before) {
      this.tried = "";
      if (order.includes(this.chosen)) return;
      const held = this.entry()?.contains(document.activeElement) || document.activeElement === document.body;
      const at = before.indexOf(this.chosen);
      const next = before.slice(at + 1).find((id) => order.includes(id));
      const earlier = before.slice(0, Math.max(at, 0)).findLast((id) => order.includes(id));
      this.chosen = next ?? earlier ?? order[0] ?? "";
      if (before.length) this.guarded = performance.now() + GUARD_MS;
      if (held && before.length && !document.querySelector("dialog[open]")) this.$nextTick(this.focus);
    },
  },
  methods: {
    entry() {
      return this.$el.querySelector(`[data-need="${CSS.escape(this.chosen)}"]`);
    },
    focus() {
      const entry = this.entry() ?? this.$refs.empty;
      if (!entry) return;
      entry.focus({ preventScroll: true });
      const tall = entry.offsetHeight > innerHeight * 0.7;
      entry.scrollIntoView({ block: tall ? "start" : "nearest" });
    },
    choose(event) {
      const entry = event.target.closest("[data-need]");
      if (entry) this.chosen = entry.dataset.need;
    },
    step(by) {
      const at = Math.max(0, Math.min(this.order.length - 1, this.order.indexOf(this.chosen) + by));
      this.chosen = this.order[at] ?? "";
      this.guarded = 0;
      this.$nextTick(this.focus);
    },
    press(kind) {
      if (performance.now() < this.guarded) return;
      const entry = this.entry();
      const button = entry?.querySelector(`[data-key="${kind}"]`);
      if (button) button.click();
      else entry?.querySelector(".choices button, .buttons button")?.focus();
    },
    key(event) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!this.$el.getClientRects().length || document.querySelector("dialog[open]")) return;
      if (event.target.closest("input, textarea, select, [contenteditable]")) return;
      const act = {
        j: () => this.step(1),
        k: () => this.step(-1),
        a: () => event.repeat || this.press("a"),
        r: () => event.repeat || this.press("r"),
        o: () => this.entry()?.querySelector("h3 a")?.click(),
        Enter: () => this.entry()?.querySelector("h3 a")?.click(),
        "?": () => this.$refs.keys.showModal(),
      }[event.key];
      if (!act || (event.key === "Enter" && event.target.closest("button, a, summary, [tabindex='0']"))) return;
      event.preventDefault();
      act();
    },
    keys() {
      return h("dialog", { ref: "keys", class: "dialog keys", "aria-labelledby": "keys-title" }, [
        h("form", { method: "dialog" }, [
          h("header", [h("h2", { id: "keys-title" }, "Keys")]),
          h("dl", { class: "fields" }, KEYS.map(([keys, does]) => [h("dt", keys.map((key) => [h("kbd", key), " "])), h("dd", does)])),
          h("footer", [h("button", { type: "submit", class: "primary" }, "Close")]),
        ]),
      ]);
    },
    try(name) {
      if (this.tried) return;
      this.tried = name;
      this.$emit("try", name);
    },
    sample({ name, title, about }) {
      return h("li", { key: name }, [
        h("button", { type: "button", "aria-busy": this.tried === name || undefined, onClick: () => this.try(name) }, title),
        h("span", about),
      ]);
    },
    empty() {
      if (!this.samples) {
        return h("div", { class: "empty", ref: "empty", tabindex: -1 }, [
          h("p", { class: "lead" }, "Nothing waits for you."),
          h("p", "As soon as a run needs a decision of yours, it appears here by itself."),
        ]);
      }
      return h("div", { class: "empty", ref: "empty", tabindex: -1 }, [
        h("p", { class: "lead" }, "Welcome. You direct, and specialists do the work."),
        h("p", "Delegate a piece of work, and what they hand in comes here, for you to judge."),
        this.samples.length
          ? [
              h("p", "See it happen first: each of these starts at once, with a sample and nothing to fill in."),
              h("ul", { class: "samples" }, this.samples.map(this.sample)),
            ]
          : null,
      ]);
    },
  },
  render() {
    const { order, hidden } = this;
    const count = order.length + hidden;
    const hint = h("button", { type: "button", class: "quiet hint", onClick: () => this.$refs.keys.showModal() }, [
      h("kbd", "j"), " ", h("kbd", "k"), " move, ", h("kbd", "a"), " approves, ", h("kbd", "r"), " revises, ",
      h("kbd", "?"), " all keys",
    ]);
    const more = h("button", { type: "button", class: "more", onClick: () => this.$emit("more") }, `Show ${Math.min(hidden, 50)} more of ${hidden}`);
    return h("div", { class: "waiting-list", onFocusin: this.choose, onClick: this.choose }, [
      h("header", { class: { unseen: !count } }, [
        h("h2", { id: "needs-heading" }, count ? `Waiting for you: ${count}` : "Waiting for you"),
        count ? hint : null,
      ]),
      count ? null : this.empty(),
      h(TransitionGroup, { name: "need", tag: "div", class: "entries" }, () => this.$slots.default?.() ?? []),
      hidden ? more : null,
      this.keys(),
    ]);
  },
};
