// A playbook in short: what it does, who does it, and the buttons that begin it. Its graph is put in.

import { delivery } from "delivery";
import { h } from "vue";

export default {
  props: { card: Object, alone: Boolean, answered: String, note: String },
  emits: ["press"],
  data: () => ({ pressed: null }),
  computed: {
    busy() {
      return this.pressed !== null && this.pressed.delivery !== this.answered;
    },
  },
  methods: {
    press(action) {
      if (this.busy) return;
      this.pressed = { what: action, delivery: delivery() };
      this.$emit("press", this.pressed);
    },
    button(label, action, style) {
      const waits = this.busy && this.pressed.what === action;
      const attributes = {
        type: "button",
        class: style,
        "aria-label": this.alone ? undefined : `${label}: ${this.card.name}`,
        "aria-disabled": this.busy || undefined,
        "aria-busy": waits || undefined,
        onClick: () => this.press(action),
      };
      return h("button", attributes, label);
    },
    specialist([name, hue]) {
      return h("li", { key: name, style: { "--who": `var(--who-${hue})` } }, name);
    },
  },
  render() {
    const { card, alone } = this;
    const link = h("a", { href: card.path, "data-go": "" }, card.name);
    const graph = h("div", { class: "drawn" }, this.$slots.default?.());
    const about = h("p", { class: "lead" }, card.about);
    const who = h("ul", { class: "cast", "aria-label": "Specialists" }, card.who.map(this.specialist));
    const facts = h("p", { class: "muted facts" }, card.facts.map((fact) => [h("span", fact), " "]));
    const buttons = h("div", { class: "buttons" }, [
      this.button("Delegate", `form:${card.name}`, alone ? "primary" : ""),
      card.sample ? this.button("Try it with the sample", `try:${card.name}`) : null,
    ]);
    const note = h("div", { class: "note", role: "status", innerHTML: this.note ?? "" });
    if (alone) return h("div", { class: "playbook alone" }, [about, facts, who, buttons, note, graph]);
    return h("article", { class: "playbook" }, [h("h2", link), about, graph, who, facts, buttons, note]);
  },
};
